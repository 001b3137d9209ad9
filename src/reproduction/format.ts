import { formatTable } from "../evaluation/format.js";
import { formatContamination } from "../evaluation/format-contamination.js";
import { formatPaper } from "../evaluation/format-paper.js";
import { paperFigures } from "../evaluation/paper.js";
import { buildTable } from "../evaluation/table.js";
import { plain } from "../evaluation/text.js";
import type { BenchmarkResult, ProtocolResult } from "./protocol.js";

/** The alarm, and two tables for each benchmark; a benchmark that the paper has too, with its figures beside ours. */
export function formatProtocol({ verdicts, benchmarks }: ProtocolResult): string {
  const alarm = formatContamination(verdicts);
  return [
    `Contamination alarm: success on each split beside the test split\n\n${alarm}`,
    ...benchmarks.map(formatBenchmark),
  ].join("\n");
}

function formatBenchmark({ name, asPaper, clean }: BenchmarkResult): string {
  const ours = buildTable(clean);
  const theirs = Object.hasOwn(paperFigures, name) ? formatPaper(ours, paperFigures, name) : "";
  return [
    `== ${plain(name)}, as the paper did it: fitted on all labels of the training questions\n`,
    formatTable(buildTable(asPaper)),
    `== ${plain(name)}, with labels that can be trusted: flagged ones left out, validation ones added\n`,
    formatTable(ours),
    ...(theirs === "" ? [] : [theirs]),
  ].join("\n");
}

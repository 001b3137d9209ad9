import { formatTable } from "../evaluation/format.js";
import { formatContamination } from "../evaluation/format-contamination.js";
import { formatPaper } from "../evaluation/format-paper.js";
import { paperFigures } from "../evaluation/paper.js";
import { buildTable } from "../evaluation/table.js";
import { formatColumns, joinLines, plain } from "../evaluation/text.js";
import type { ModelEstimate, RunEstimate } from "./estimate.js";
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

/** One line a model, and the sums. */
export function formatEstimate({ models, failures, seconds, bytes }: RunEstimate): string {
  const table = formatColumns<ModelEstimate>(
    [
      { head: "", cell: ({ name }) => plain(name) },
      { head: "load", cell: ({ loadSeconds }) => duration(loadSeconds) },
      { head: "tokens/s", cell: ({ tokensPerSecond }) => tokensPerSecond.toFixed(0) },
      { head: "tokens/answer", cell: ({ tokensPerAnswer }) => tokensPerAnswer.toFixed(0) },
      { head: "sampling", cell: (model) => duration(model.seconds) },
      { head: "disk", cell: (model) => size(model.bytes) },
    ],
    models,
  );
  const failed = Object.entries(failures).map(
    ([name, reason]) => `${plain(name)} cannot run and is not counted: ${plain(reason)}`,
  );
  const all = `Together: ${duration(seconds)} of sampling, ${size(bytes)} on disk.`;
  return joinLines([...table, "", ...failed, all]);
}

/** "90 s", "12.3 min", "8.4 h", "3.1 days" */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  if (seconds < 7200) return `${(seconds / 60).toFixed(1)} min`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} days`;
}

/** "812 KB", "14.3 MB", "2.1 GB" */
export function size(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} KB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

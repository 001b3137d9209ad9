import { basename } from "node:path";
import type { Command } from "commander";
import { chooserOf } from "../evaluation/routers.js";
import { writeFileAtomic } from "../files.js";
import { reportData } from "../report/collect.js";
import { renderReport } from "../report/render.js";
import { addJudgeOptions, type JudgeOptions, judgeOutcomes } from "./judge.js";
import { pair } from "./options.js";
import { run } from "./run.js";

interface ReportOptions extends JudgeOptions {
  out: string;
  title: string;
  pair?: [weak: string, strong: string];
}

export function addReportCommand(program: Command): void {
  const command = program
    .command("report")
    .description("write one HTML file that shows how a router does, readable offline");
  addJudgeOptions(command)
    .requiredOption("--out <file>", "where to write the page")
    .option("--title <text>", "heading of the page", "Routing report")
    .option("--pair <weak,strong>", "draw the curve from this model to that", pair)
    .addHelpText(
      "after",
      "\nExample:\n  pointsman report --outcomes outcomes.jsonl.gz --cross-validate 5 --out report.html",
    )
    .action((options: ReportOptions) => run((signal) => report(options, signal)));
}

async function report(options: ReportOptions, signal: AbortSignal): Promise<void> {
  const { outcomes, table, router } = await judgeOutcomes(options, signal);
  const sources = options.outcomes.map((file) => basename(file));
  const clusters = router && chooserOf("router", "router", router).clusters?.(outcomes);
  const certificate = router?.info.certificate;
  const data = reportData({
    title: options.title,
    sources,
    outcomes,
    table,
    ...(options.pair && { pair: options.pair }),
    ...(clusters && { clusters }),
    ...(certificate && { certificate }),
  });
  await writeFileAtomic(options.out, await renderReport(data));
  process.stderr.write(`wrote ${options.out}\n`);
}

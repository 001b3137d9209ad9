import { basename } from "node:path";
import type { Command } from "commander";
import { groupPrompts } from "../datasets/near-duplicates.js";
import { loadOutcomes, selectModels, uniquePrompts } from "../datasets/outcomes.js";
import { InvalidArgumentError } from "../errors.js";
import { crossValidateColumns } from "../evaluation/cross-validate.js";
import { judge } from "../evaluation/judge.js";
import { chooserOf, fitComparedRouters } from "../evaluation/routers.js";
import { singleMarks } from "../evaluation/yardsticks.js";
import { writeFileAtomic } from "../files.js";
import { type ReportInput, reportData } from "../report/collect.js";
import { renderReport } from "../report/render.js";
import { Router } from "../router/router.js";
import { names, wholeNumber } from "./options.js";
import { progress } from "./progress.js";
import { run } from "./run.js";

interface ReportOptions {
  outcomes: string[];
  router?: string;
  crossValidate?: number;
  out: string;
  title: string;
  models?: string[];
  tasks?: string[];
  seed: number;
  skipBad?: boolean;
}

export function addReportCommand(program: Command): void {
  program
    .command("report")
    .description("write one HTML file that shows how a router does, readable offline")
    .requiredOption(
      "--outcomes <file...>",
      "outcome files: .jsonl, .csv (or .gz of these), .parquet",
    )
    .option("--router <file>", "judge this router; it must not have been trained on these prompts")
    .option(
      "--cross-validate <k>",
      "train and judge on k folds; near-duplicate prompts stay together",
      wholeNumber(2, 100),
    )
    .requiredOption("--out <file>", "where to write the page")
    .option("--title <text>", "heading of the page", "Routing report")
    .option("--models <a,b>", "only these models", names)
    .option("--tasks <x,y>", "only these tasks", names)
    .option("--seed <n>", "seed of folds and clusters", wholeNumber(0), 1)
    .option("--skip-bad", "skip bad rows and count them, instead of stopping")
    .addHelpText(
      "after",
      "\nExample:\n  pointsman report --outcomes outcomes.jsonl.gz --cross-validate 5 --out report.html",
    )
    .action((options: ReportOptions) => run((signal) => report(options, signal)));
}

async function report(options: ReportOptions, signal: AbortSignal): Promise<void> {
  if ((options.router === undefined) === (options.crossValidate === undefined)) {
    throw new InvalidArgumentError(
      "Expected either --router FILE or --cross-validate K, one of the two.",
    );
  }
  const judged =
    options.router === undefined
      ? await crossValidated(options, signal)
      : await fitted(options, options.router);
  const sources = options.outcomes.map((file) => basename(file));
  const html = await renderReport(reportData({ title: options.title, sources, ...judged }));
  await writeFileAtomic(options.out, html);
  process.stderr.write(`wrote ${options.out}\n`);
}

type Judged = Omit<ReportInput, "title" | "sources">;

async function crossValidated(options: ReportOptions, signal: AbortSignal): Promise<Judged> {
  const outcomes = uniquePrompts(await load(options));
  using bar = progress("cross-validation");
  const table = await crossValidateColumns({
    outcomes,
    folds: options.crossValidate!,
    seed: options.seed,
    fit: (train) => fitComparedRouters(train, { seed: options.seed, signal }),
    onProgress: (done, total) => bar.update(done, total),
  });
  return { outcomes, table };
}

async function fitted(options: ReportOptions, file: string): Promise<Judged> {
  if (options.models !== undefined) {
    throw new InvalidArgumentError(
      "--models cannot be combined with --router: a router's models are fixed. Leave it out.",
    );
  }
  const router = await Router.load(file);
  const outcomes = selectModels(await load(options), router.models);
  const chooser = chooserOf("router", "router", router);
  const clusters = chooser.clusters?.(outcomes.prompts);
  const table = {
    columns: judge(outcomes, [chooser]),
    test: outcomes,
    bestSingle: router.fallback,
    reference: singleMarks(outcomes, router.models.indexOf(router.fallback)),
    groups: groupPrompts(outcomes.prompts),
    seed: options.seed,
  };
  const { certificate } = router.info;
  return {
    outcomes,
    table,
    ...(clusters && { clusters }),
    ...(certificate && { certificate }),
  };
}

async function load(options: ReportOptions) {
  const { outcomes, skipped } = await loadOutcomes(options.outcomes, options);
  if (skipped > 0) process.stderr.write(`skipped ${skipped} bad rows\n`);
  return outcomes;
}

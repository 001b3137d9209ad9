import { type Command, Option } from "commander";
import { loadOutcomes, selectModels, uniquePrompts } from "../datasets/outcomes.js";
import { InvalidArgumentError } from "../errors.js";
import { fitComparedRouters, routerChoosers } from "../evaluation/compared.js";
import { crossValidateSeedsColumns } from "../evaluation/cross-validate.js";
import { fittedColumns } from "../evaluation/evaluate.js";
import type { TableInput } from "../evaluation/table.js";
import { Router } from "../router/router.js";
import type { Outcomes } from "../types.js";
import {
  addEncoderOptions,
  type EncoderChoice,
  encoderFor,
  openEncoder,
  withEmbeddings,
} from "./encoder.js";
import { names, seeds, wholeNumber } from "./options.js";
import { progress } from "./progress.js";

/** What is judged on what; `evaluate` prints it, `report` draws it. */
export interface JudgeOptions extends EncoderChoice {
  outcomes: string[];
  router?: string;
  crossValidate?: number;
  models?: string[];
  tasks?: string[];
  seed: number;
  seeds?: number[];
  train?: number;
  group?: "subject";
  skipBad?: boolean;
}

export interface Judged {
  readonly outcomes: Outcomes;
  readonly table: TableInput;
  /** Where a router file was judged. */
  readonly router?: Router;
}

export function addJudgeOptions(command: Command): Command {
  command
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
    .option("--models <a,b>", "only these models", names)
    .option("--tasks <x,y>", "only these tasks", names)
    .option("--seed <n>", "seed of folds, fits and intervals", wholeNumber(0, 2 ** 32 - 1), 1)
    .option("--seeds <a,b,c>", "average over several splits of the same prompts", seeds)
    .option(
      "--train <n>",
      "train on n prompts of each fold only, drawn by the seed",
      wholeNumber(1),
    )
    .addOption(
      new Option("--group <by>", "keep whole subjects together: judge on unseen ones").choices([
        "subject",
      ]),
    )
    .option("--skip-bad", "skip bad rows and count them, instead of stopping");
  return addEncoderOptions(command);
}

/** @throws InvalidArgumentError for options that exclude each other; as the loaders and the evaluation. */
export async function judgeOutcomes(options: JudgeOptions, signal: AbortSignal): Promise<Judged> {
  if ((options.router === undefined) === (options.crossValidate === undefined)) {
    throw new InvalidArgumentError(
      "Expected either --router FILE or --cross-validate K, one of the two.",
    );
  }
  return options.router === undefined
    ? crossValidated(options, signal)
    : fitted(options, options.router, signal);
}

async function crossValidated(options: JudgeOptions, signal: AbortSignal): Promise<Judged> {
  const unique = uniquePrompts(await load(options));
  await using encoder = await openEncoder(options);
  const outcomes = await withEmbeddings(unique, encoder, signal);
  using bar = progress("cross-validation");
  const table = await crossValidateSeedsColumns({
    outcomes,
    folds: options.crossValidate!,
    seeds: options.seeds ?? [options.seed],
    groupBy: options.group,
    trainSize: options.train,
    fit: (train, seed) => fitComparedRouters(train, { seed, signal }),
    onProgress: (done, total) => bar.update(done, total),
  });
  return { outcomes, table };
}

async function fitted(options: JudgeOptions, file: string, signal: AbortSignal): Promise<Judged> {
  for (const name of ["models", "seeds", "train", "group"] as const) {
    if (options[name] === undefined) continue;
    const why = name === "models" ? "a router's models are fixed" : "a router file is not trained";
    throw new InvalidArgumentError(
      `--${name} cannot be combined with --router: ${why}. Leave it out.`,
    );
  }
  const router = await Router.load(file);
  await using encoder = await encoderFor(router, options);
  const known = selectModels(await load(options), router.models);
  const outcomes = await withEmbeddings(known, encoder, signal);
  const table = fittedColumns({
    test: outcomes,
    bestSingle: router.fallback,
    choosers: routerChoosers(router),
    seed: options.seed,
  });
  return { outcomes, table, router };
}

async function load(options: JudgeOptions): Promise<Outcomes> {
  const { outcomes, skipped } = await loadOutcomes(options.outcomes, options);
  if (skipped > 0) process.stderr.write(`skipped ${skipped} bad rows\n`);
  return outcomes;
}

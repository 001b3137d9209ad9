import type { Command } from "commander";
import { loadOutcomes, selectModels, uniquePrompts } from "../datasets/outcomes.js";
import { InvalidArgumentError } from "../errors.js";
import { crossValidate } from "../evaluation/cross-validate.js";
import { evaluateFitted } from "../evaluation/evaluate.js";
import { formatTable } from "../evaluation/format.js";
import { chooserOf, fitComparedRouters } from "../evaluation/routers.js";
import type { Evaluation } from "../evaluation/table.js";
import { Router } from "../router/router.js";
import { names, wholeNumber } from "./options.js";
import { progress } from "./progress.js";
import { run } from "./run.js";

interface EvaluateOptions {
  outcomes: string[];
  router?: string;
  crossValidate?: number;
  models?: string[];
  tasks?: string[];
  seed: number;
  skipBad?: boolean;
  json?: boolean;
}

export function addEvaluateCommand(program: Command): void {
  program
    .command("evaluate")
    .description("compare routers with every single model, random choice, oracle and upper bounds")
    .requiredOption("--outcomes <file...>", "outcome files, .jsonl or .jsonl.gz")
    .option("--router <file>", "judge this router; it must not have been trained on these prompts")
    .option(
      "--cross-validate <k>",
      "train and judge on k folds; near-duplicate prompts stay together",
      wholeNumber(2, 100),
    )
    .option("--models <a,b>", "only these models", names)
    .option("--tasks <x,y>", "only these tasks", names)
    .option("--seed <n>", "seed of folds, clusters and intervals", wholeNumber(0), 1)
    .option("--skip-bad", "skip bad rows and count them, instead of stopping")
    .option("--json", "print the table as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  pointsman evaluate --outcomes outcomes.jsonl.gz --cross-validate 5" +
        "\n  pointsman evaluate --outcomes test.jsonl --router router.safetensors --json",
    )
    .action((options: EvaluateOptions) => run((signal) => evaluate(options, signal)));
}

async function evaluate(options: EvaluateOptions, signal: AbortSignal): Promise<void> {
  if ((options.router === undefined) === (options.crossValidate === undefined)) {
    throw new InvalidArgumentError(
      "Expected either --router FILE or --cross-validate K, one of the two.",
    );
  }
  const evaluation =
    options.router === undefined
      ? await crossValidated(options, signal)
      : await judged(options, options.router);
  process.stdout.write(options.json ? `${JSON.stringify(evaluation)}\n` : formatTable(evaluation));
}

async function crossValidated(options: EvaluateOptions, signal: AbortSignal): Promise<Evaluation> {
  const { outcomes } = await loadOutcomes(options.outcomes, options);
  using bar = progress("cross-validation");
  return crossValidate({
    outcomes: uniquePrompts(outcomes),
    folds: options.crossValidate!,
    seed: options.seed,
    fit: (train) => fitComparedRouters(train, { seed: options.seed, signal }),
    onProgress: (done, total) => bar.update(done, total),
  });
}

async function judged(options: EvaluateOptions, file: string): Promise<Evaluation> {
  const router = await Router.load(file);
  if (options.models !== undefined) {
    throw new InvalidArgumentError(
      "--models cannot be combined with --router: a router's models are fixed. Leave it out.",
    );
  }
  const { outcomes } = await loadOutcomes(options.outcomes, options);
  return evaluateFitted({
    test: selectModels(outcomes, router.models),
    bestSingle: router.fallback,
    choosers: [chooserOf("router", "router", router)],
    seed: options.seed,
  });
}

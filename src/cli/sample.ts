import { join } from "node:path";
import type { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import { loadPool, type Pool } from "../execution/pool/pool.js";
import { dryRun, pricesOf, writeOutcomes } from "../sampling/index.js";
import type { Question } from "../types.js";
import { formatDryRun } from "./dry-run.js";
import { summaryLine } from "./label-view.js";
import { names } from "./options.js";
import {
  addQuestionPartOptions,
  chosenQuestions,
  type QuestionChoice,
  type QuestionPart,
} from "./questions.js";
import { run } from "./run.js";
import { addSampleStatusCommand } from "./sample-status.js";
import {
  addSamplingOptions,
  type SamplingChoice,
  samplerOf,
  samplingOptions,
} from "./sampling-options.js";
import { samplingView } from "./sampling-view.js";

interface SampleOptions extends SamplingChoice, QuestionChoice, QuestionPart {
  out?: string;
  models?: string[];
  dryRun?: boolean;
  json?: boolean;
}

export function addSampleCommand(program: Command): void {
  const command = addQuestionPartOptions(addSamplingOptions(program.command("sample")))
    // What stands after "status" is its own.
    .enablePositionalOptions()
    .description("ask every model of a pool every question several times and label who is right")
    .option("--out <directory>", "run directory; an interrupted run there is resumed")
    .option("--models <a,b>", "only these models of the pool", names)
    .option("--dry-run", "print what each model would be asked, exactly, and ask nothing")
    .option("--json", "print the summary, or the dry run, as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  pointsman sample --questions questions.jsonl --out runs/mine" +
        "\n  pointsman sample --pool paper --questions gsm8k:DIR mmlu:DIR --dry-run" +
        "\n  pointsman sample status --out runs/mine" +
        "\n  pointsman train --outcomes runs/mine/outcomes.jsonl --out router.safetensors",
    )
    .action((options: SampleOptions) => run((signal) => sample(options, signal)));
  addSampleStatusCommand(command);
}

async function sample(options: SampleOptions, signal: AbortSignal): Promise<void> {
  const out = options.dryRun ? "" : given("--out", options.out, "a run directory");
  const pool = await loadPool(options.pool);
  const questions = await chosenQuestions(options);
  if (options.dryRun) return showDryRun(options, pool, questions, signal);
  const { answers } = await (async () => {
    using view = samplingView();
    return samplerOf(options)({
      pool,
      questions,
      runDirectory: out,
      ...samplingOptions(options),
      ...(options.models && { models: options.models }),
      signal,
      onProgress: view.update,
    });
  })();
  const file = join(out, "outcomes.jsonl");
  const models = await writeOutcomes(file, questions, answers, { prices: pricesOf(pool) });
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ file, questions: questions.length, n: options.n, models })}\n`
      : [
          `Right by majority vote of ${options.n}, mean of single answers, and answers that could be read:`,
          ...models.map(summaryLine),
          `Written: ${file}`,
          "",
        ].join("\n"),
  );
}

async function showDryRun(
  { n, models, json }: SampleOptions,
  pool: Pool,
  questions: readonly Question[],
  signal: AbortSignal,
): Promise<void> {
  const found = await dryRun({ pool, questions, n, ...(models && { models }), signal });
  process.stdout.write(json ? `${JSON.stringify(found)}\n` : formatDryRun(found));
}

function given(name: string, value: string | undefined, what: string): string {
  if (value === undefined) throw InvalidArgumentError.of(name, what, "nothing");
  return value;
}

import { join } from "node:path";
import type { Command } from "commander";
import { loadQuestions } from "../datasets/questions.js";
import { InvalidArgumentError } from "../errors.js";
import { loadPool } from "../execution/pool.js";
import { type StoppingRule, samplePool, writeOutcomes } from "../sampling/index.js";
import { percent } from "./format.js";
import { names, stoppingRule, wholeNumber } from "./options.js";
import { toyPool } from "./paths.js";
import { run } from "./run.js";
import { addSampleStatusCommand } from "./sample-status.js";
import { samplingView } from "./sampling-view.js";

interface SampleOptions {
  pool: string;
  questions?: string;
  out?: string;
  n: number;
  stop: StoppingRule;
  limit?: number;
  models?: string[];
  resident?: number;
  parallel?: number;
  seed: number;
  json?: boolean;
}

export function addSampleCommand(program: Command): void {
  const command = program
    .command("sample")
    // What stands after "status" is its own.
    .enablePositionalOptions()
    .description("ask every model of a pool every question several times and label who is right")
    .option("--questions <file>", "questions, .jsonl or .jsonl.gz, with prompt and gold")
    .option("--out <directory>", "run directory; an interrupted run there is resumed")
    .option("--pool <name|file>", "toy, paper or a pool file", toyPool)
    .option("-n, --n <answers>", "answers of each model to each question", wholeNumber(1, 1000), 10)
    .option(
      "--stop <rule>",
      "when a vote ends: all | exact (decided) | bayes[:error] (decided but for so much doubt)",
      stoppingRule,
      { kind: "all" },
    )
    .option("--limit <questions>", "only the first so many questions", wholeNumber(1))
    .option("--models <a,b>", "only these models of the pool", names)
    .option("--resident <models>", "models in memory at once, default 2", wholeNumber(1))
    .option(
      "--parallel <prompts>",
      "prompts in flight for each model, default 12",
      wholeNumber(1, 1024),
    )
    .option("--seed <n>", "seed of sampling", wholeNumber(0), 1)
    .option("--json", "print the summary as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  pointsman sample --questions questions.jsonl --out runs/mine" +
        "\n  pointsman sample status --out runs/mine" +
        "\n  pointsman train --outcomes runs/mine/outcomes.jsonl --out router.safetensors",
    )
    .action((options: SampleOptions) => run((signal) => sample(options, signal)));
  addSampleStatusCommand(command);
}

async function sample(options: SampleOptions, signal: AbortSignal): Promise<void> {
  const out = given("--out", options.out, "a run directory");
  const pool = await loadPool(options.pool);
  const questions = await loadQuestions(
    given("--questions", options.questions, "a file"),
    options.limit === undefined ? {} : { limit: options.limit },
  );
  const { answers } = await (async () => {
    using view = samplingView();
    return samplePool({
      pool,
      questions,
      runDirectory: out,
      n: options.n,
      seed: options.seed,
      stopping: options.stop,
      concurrency: {
        ...(options.resident && { models: options.resident }),
        ...(options.parallel && { prompts: options.parallel }),
      },
      ...(options.models && { models: options.models }),
      signal,
      onProgress: view.update,
    });
  })();
  const file = join(out, "outcomes.jsonl");
  const models = await writeOutcomes(file, questions, answers);
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ file, questions: questions.length, n: options.n, models })}\n`
      : [
          `Right by majority vote of ${options.n}, and mean success rate of single answers:`,
          ...models.map(
            (m) =>
              `  ${m.name}  ${percent(m.majority)}  ${percent(m.rate)}${m.usable === 0 ? "  left out: no answer of it could be read" : ""}`,
          ),
          `Written: ${file}`,
          "",
        ].join("\n"),
  );
}

function given(name: string, value: string | undefined, what: string): string {
  if (value === undefined) throw InvalidArgumentError.of(name, what, "nothing");
  return value;
}

import { join } from "node:path";
import type { Command } from "commander";
import { loadQuestions } from "../datasets/questions.js";
import { InvalidArgumentError } from "../errors.js";
import { loadPool } from "../execution/pool.js";
import { sampleOverQueue } from "../queue/index.js";
import { samplePool, writeOutcomes } from "../sampling/index.js";
import { percent } from "./format.js";
import { names, wholeNumber } from "./options.js";
import { run } from "./run.js";
import { addSampleStatusCommand } from "./sample-status.js";
import { addSamplingOptions, type SamplingChoice, samplingOptions } from "./sampling-options.js";
import { samplingView } from "./sampling-view.js";

interface SampleOptions extends SamplingChoice {
  questions?: string;
  out?: string;
  limit?: number;
  models?: string[];
  queue?: string;
  takeover?: number;
  json?: boolean;
}

export function addSampleCommand(program: Command): void {
  const command = addSamplingOptions(program.command("sample"))
    // What stands after "status" is its own.
    .enablePositionalOptions()
    .description("ask every model of a pool every question several times and label who is right")
    .option("--questions <file>", "questions, .jsonl or .jsonl.gz, with prompt and gold")
    .option("--out <directory>", "run directory; an interrupted run there is resumed")
    .option("--limit <questions>", "only the first so many questions", wholeNumber(1))
    .option("--models <a,b>", "only these models of the pool", names)
    .option("--queue <url>", "let workers answer: Redis, e.g. redis://127.0.0.1:6379/0")
    .option(
      "--takeover <seconds>",
      "when a silent worker's jobs go to others, default 60",
      wholeNumber(2, 86_400),
    )
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
    const asking = {
      pool,
      questions,
      runDirectory: out,
      ...samplingOptions(options),
      ...(options.models && { models: options.models }),
      signal,
      onProgress: view.update,
    };
    const { queue, takeover } = options;
    if (queue === undefined) return samplePool(asking);
    return sampleOverQueue({ ...asking, queue, ...(takeover && { takeover }) });
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

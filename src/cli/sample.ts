import { join } from "node:path";
import type { Command } from "commander";
import { loadQuestions } from "../datasets/questions.js";
import { loadPool } from "../execution/pool.js";
import { sampleOverQueue } from "../queue/index.js";
import { samplePool, writeOutcomes } from "../sampling/index.js";
import { names, wholeNumber } from "./options.js";
import { toyPool } from "./paths.js";
import { progress } from "./progress.js";
import { run } from "./run.js";

interface SampleOptions {
  pool: string;
  questions: string;
  out: string;
  n: number;
  limit?: number;
  models?: string[];
  seed: number;
  queue?: string;
  takeover?: number;
  json?: boolean;
}

export function addSampleCommand(program: Command): void {
  program
    .command("sample")
    .description("ask every model of a pool every question several times and label who is right")
    .requiredOption("--questions <file>", "questions, .jsonl or .jsonl.gz, with prompt and gold")
    .requiredOption("--out <directory>", "run directory; an interrupted run there is resumed")
    .option("--pool <file>", "pool file; default: the toy pool of the package", toyPool)
    .option("-n, --n <answers>", "answers of each model to each question", wholeNumber(1, 1000), 10)
    .option("--limit <questions>", "only the first so many questions", wholeNumber(1))
    .option("--models <a,b>", "only these models of the pool", names)
    .option("--seed <n>", "seed of sampling", wholeNumber(0), 1)
    .option("--queue <url>", "let workers answer: Redis, e.g. redis://127.0.0.1:6379/0")
    .option(
      "--takeover <seconds>",
      "when a silent worker's jobs go to others",
      wholeNumber(2, 86_400),
    )
    .option("--json", "print the summary as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  pointsman sample --questions questions.jsonl --out runs/mine" +
        "\n  pointsman train --outcomes runs/mine/outcomes.jsonl --out router.safetensors",
    )
    .action((options: SampleOptions) => run((signal) => sample(options, signal)));
}

async function sample(options: SampleOptions, signal: AbortSignal): Promise<void> {
  const pool = await loadPool(options.pool);
  const questions = await loadQuestions(
    options.questions,
    options.limit === undefined ? {} : { limit: options.limit },
  );
  const { answers } = await (async () => {
    using bar = progress("sampling");
    const asking = {
      pool,
      questions,
      runDirectory: options.out,
      n: options.n,
      seed: options.seed,
      ...(options.models && { models: options.models }),
      signal,
      onProgress: (done: number, total: number, note: string) => bar.update(done, total, note),
    };
    const { queue, takeover } = options;
    if (queue === undefined) return samplePool(asking);
    const onNote = (note: string) => void process.stderr.write(`sample: ${note}\n`);
    return sampleOverQueue({ ...asking, queue, ...(takeover && { takeover }), onNote });
  })();
  const file = join(options.out, "outcomes.jsonl");
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

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

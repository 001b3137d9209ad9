import { type Command, Option } from "commander";
import { sampleOverQueue } from "../queue/index.js";
import { type SamplePoolOptions, type StoppingRule, samplePool } from "../sampling/index.js";
import { stoppingRule, wholeNumber } from "./options.js";
import { toyPool } from "./paths.js";

/** How a pool is sampled: shared by `sample` and `reproduce`. */
export interface SamplingChoice {
  pool: string;
  n: number;
  stop: StoppingRule;
  resident?: number;
  parallel?: number;
  queue?: string;
  takeover?: number;
  seed: number;
}

export function addSamplingOptions(command: Command): Command {
  return command
    .option("--pool <name|file>", "toy, paper or a pool file", toyPool)
    .option("-n, --n <answers>", "answers of each model to each question", wholeNumber(1, 1000), 10)
    .addOption(
      new Option(
        "--stop <rule>",
        "when a vote ends: all | exact (decided) | bayes[:error] (decided but for so much doubt)",
      )
        .argParser(stoppingRule)
        .default({ kind: "all" }, "all"),
    )
    .option("--resident <models>", "models in memory at once, default 2", wholeNumber(1))
    .option(
      "--parallel <prompts>",
      "prompts in flight for each model, default 12",
      wholeNumber(1, 1024),
    )
    .option("--queue <url>", "let workers answer: Redis, e.g. redis://127.0.0.1:6379/0")
    .option(
      "--takeover <seconds>",
      "when a silent worker's jobs go to others, default 60",
      wholeNumber(2, 86_400),
    )
    .option("--seed <n>", "seed of sampling", wholeNumber(0, 2 ** 32 - 1), 1);
}

/** The same, as samplePool takes it. */
export function samplingOptions(
  choice: SamplingChoice,
): Pick<SamplePoolOptions, "n" | "seed" | "stopping" | "concurrency"> {
  return {
    n: choice.n,
    seed: choice.seed,
    stopping: choice.stop,
    concurrency: {
      ...(choice.resident && { models: choice.resident }),
      ...(choice.parallel && { prompts: choice.parallel }),
    },
  };
}

/** Samples here, or has workers do it. */
export function samplerOf({ queue, takeover }: SamplingChoice): typeof samplePool {
  if (queue === undefined) return samplePool;
  return (options) => sampleOverQueue({ ...options, queue, ...(takeover && { takeover }) });
}

import type { Command } from "commander";
import { loadPool } from "../execution/pool/pool.js";
import { work } from "../queue/index.js";
import { names, wholeNumber } from "./options.js";
import { toyPool } from "./paths.js";
import { run } from "./run.js";

interface WorkerOptions {
  pool: string;
  queue: string;
  models?: string[];
  prompts: number;
}

export function addWorkerCommand(program: Command): void {
  program
    .command("worker")
    .description("answer questions of `sample --queue` on this machine, until it is stopped")
    .requiredOption(
      "--queue <url>",
      "Redis, e.g. redis://10.0.0.5:6379/0 (password: REDISCLI_AUTH)",
    )
    .option("--pool <name|file>", "toy, paper or a pool file", toyPool)
    .option(
      "--models <a,b>",
      "only these models of the pool; default: all whose files are here",
      names,
    )
    .option("--prompts <n>", "questions in flight at once", wholeNumber(1, 256), 12)
    .addHelpText(
      "after",
      "\nExample, on each machine that has models:\n  pointsman worker --pool pool.yaml --queue redis://10.0.0.5:6379/0",
    )
    .action((options: WorkerOptions) =>
      run(async (signal) => {
        const { pool, queue, models, prompts } = options;
        const given = models && { models };
        await work({ pool: await loadPool(pool), queue, prompts, ...given, signal, onNote });
        // BullMQ renews locks on a Redis that is away for ever, and nothing of ours is left to be done.
        process.exit(0);
      }),
    );
}

function onNote(note: string): void {
  process.stderr.write(`worker: ${note}\n`);
}

import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { formatReport } from "../benchmark/format.js";
import { benchmark } from "../benchmark/report.js";
import { loadPrompts } from "../datasets/prompts.js";
import { wholeNumber } from "./options.js";
import { run } from "./run.js";

interface BenchOptions {
  router: string;
  prompts: string;
  threads: number;
  json?: boolean;
}

export function addBenchCommand(program: Command): void {
  program
    .command("bench")
    .description("measure what routing costs on this machine: latency by stage, throughput, memory")
    .requiredOption("--router <file>", "router file")
    .requiredOption(
      "--prompts <file>",
      "prompts: .jsonl or .jsonl.gz with a field prompt, or text with one prompt a line",
    )
    .option(
      "--threads <n>",
      "measure throughput on 1 to n worker threads (default: as many as the machine runs at once)",
      wholeNumber(1, 1024),
      availableParallelism(),
    )
    .option("--json", "print the figures as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  pointsman bench --router router.safetensors --prompts prompts.jsonl",
    )
    .action((options: BenchOptions) => run((signal) => bench(options, signal)));
}

async function bench(options: BenchOptions, signal: AbortSignal): Promise<void> {
  const prompts = await loadPrompts(options.prompts);
  const report = await benchmark({ ...options, prompts, signal });
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : formatReport(report));
}

// How many prompts a second do worker threads route, each with a router of its own from the same file? And one thread
// that hands batches to all cores, and how late do its timers come meanwhile?
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { batches } from "../../dist/benchmark/batches.js";
import { throughput } from "../../dist/benchmark/throughput.js";
import { allProcessors, lastProcessor, pin } from "../lib/machine.mjs";
import { target } from "../lib/rows.mjs";
import { summary } from "../lib/statistics.mjs";

export const title = "Throughput";

const millisecondsEach = 400;

export async function run({ inputs, directory, trained, quick }) {
  const { prompts } = inputs;
  const file = join(directory, "router.safetensors");
  pin(allProcessors);
  const most = availableParallelism();
  const rounds = [];
  for (let round = 0; round < (quick ? 2 : 9); round++) {
    const rates = [];
    for (let threads = 1; threads <= most; threads++) {
      rates.push((await throughput(file, prompts, threads, millisecondsEach)).promptsPerSecond);
    }
    rounds.push(rates);
  }
  const batch = await batches(prompts, millisecondsEach, (all) => trained.router.scoreBatch(all));
  pin(lastProcessor);
  const rows = rounds[0].map((_, i) => ({
    name: `${i + 1} worker thread${i === 0 ? "" : "s"}`,
    unit: "M prompts/s",
    ...summary(rounds.map((rates) => rates[i] / 1e6)),
    ratio: summary(rounds.map((rates) => rates[i] / rates[0])).median,
  }));
  rows.push(
    { name: "scoreBatch, all cores", unit: "M prompts/s", median: batch.promptsPerSecond / 1e6 },
    { name: "event loop late meanwhile, p99", unit: "ns", median: batch.late.p99 * 1e6 },
  );
  return {
    ratioTo: "one thread",
    rows,
    targets: [target("throughput of two worker threads / one", "least", 1.8, rows[1]?.ratio)],
    skipped: [],
    notes: ["Not pinned."],
  };
}

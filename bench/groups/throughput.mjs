// How many prompts a second do worker threads route, each with a router of its own from the same file, and how late do
// timers come meanwhile?
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { eventLoopDelay } from "../../dist/benchmark/event-loop.js";
import { throughput } from "../../dist/benchmark/throughput.js";
import { allProcessors, lastProcessor, pin } from "../lib/machine.mjs";
import { target } from "../lib/rows.mjs";
import { summary } from "../lib/statistics.mjs";

export const title = "Throughput";

const millisecondsEach = 400;

export async function run({ inputs, directory, trained, quick }) {
  const { prompts } = inputs;
  const file = join(directory, "router.safetensors");
  const choose = (prompt) => trained.router.choose(prompt);
  const late = await eventLoopDelay(prompts, 256, millisecondsEach, choose);
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
  pin(lastProcessor);
  const rows = rounds[0].map((_, i) => ({
    name: `${i + 1} worker thread${i === 0 ? "" : "s"}`,
    unit: "M prompts/s",
    ...summary(rounds.map((rates) => rates[i] / 1e6)),
    ratio: summary(rounds.map((rates) => rates[i] / rates[0])).median,
  }));
  rows.push({
    name: "event loop late, p99",
    unit: "ns",
    median: late.p99 * 1e6,
    note: "while one thread routes 256 prompts in a turn of the loop, without pause",
  });
  return {
    ratioTo: "one thread",
    rows,
    targets: [target("throughput of two worker threads / one", "least", 1.8, rows[1]?.ratio)],
    skipped: [],
    notes: ["Not pinned."],
  };
}

// How evenly does route() answer? Percentiles of single calls over different prompts, so that the upper ones are mostly
// long prompts; warm, and after 16 MB of other memory were walked.
import { coldCalls, warmCalls } from "../../dist/benchmark/calls.js";
import { target } from "../lib/rows.mjs";
import { summary } from "../lib/statistics.mjs";

export const title = "Latency of single calls";

export async function run({ inputs, trained, quick }) {
  const { prompts } = inputs;
  const choose = (prompt) => trained.router.choose(prompt);
  const repeats = quick ? 3 : 9;
  const warm = [];
  const cold = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    warm.push(warmCalls(prompts, 5, choose));
    cold.push(coldCalls(prompts, 200, choose));
  }
  const of = (list, key) => summary(list.map((percentiles) => percentiles[key]));
  const base = of(warm, "p50").median;
  const rows = [
    ["warm", warm, ["p50", "p90", "p99", "p999"]],
    ["cold", cold, ["p50", "p90", "p99"]],
  ].flatMap(([state, list, keys]) =>
    keys.map((key) => {
      const times = of(list, key);
      const name = `${state} ${key.replace("p999", "p99.9")}`;
      return { name, unit: "ns", ...times, ratio: times.median / base };
    }),
  );
  const ratio = (upper, lower) => summary(upper.map((value, i) => value / lower[i])).median;
  const key = (list, name) => list.map((percentiles) => percentiles[name]);
  return {
    ratioTo: "warm p50",
    rows,
    targets: [
      target("route(), p99 / p50, warm", "most", 2.5, ratio(key(warm, "p99"), key(warm, "p50"))),
      target("route(), p50 cold / warm", "most", 3, ratio(key(cold, "p50"), key(warm, "p50"))),
    ],
    skipped: [],
    notes: [`Medians of ${repeats} repeats. What reading the timer costs is taken off.`],
  };
}

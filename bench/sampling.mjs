// Tokens a second of ways to draw n answers of each prompt from one GGUF model.
//
//   npm run build:ts && node bench/sampling.mjs [--model FILE] [--prompts 24] [--n 10] [--maxTokens 40] [--sequences 8]
//     [--topK 40] [--rounds 5] [--batchedBench PATH] [--json]
//
// Every way runs in a process of its own with one compute thread, in turn, in every round. "Drawn" are the tokens of the
// answers; "computed" those that llama.cpp evaluated for them, prompts included. Rates are for a second of processor
// time of the whole process, which other work on the machine disturbs least; "wall" is what the clock says. PATH is
// llama.cpp's llama-batched-bench of the same version (sampling/batched-bench.sh builds it): it feeds fixed tokens and samples
// nothing. sampling/random-model.mjs makes a larger model. Figures: docs/throughput.md.
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { summary } from "./lib/statistics.mjs";

const { values: options } = parseArgs({
  options: {
    model: { type: "string", default: "models/sums-base.gguf" },
    prompts: { type: "string", default: "24" },
    n: { type: "string", default: "10" },
    maxTokens: { type: "string", default: "40" },
    sequences: { type: "string", default: "8" },
    topK: { type: "string", default: "40" },
    rounds: { type: "string", default: "5" },
    batchedBench: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const ways = [
  "pointsman",
  "parallel",
  "one by one",
  ...(options.batchedBench ? ["batched-bench"] : []),
];
const runs = Object.fromEntries(ways.map((way) => [way, []]));
for (let round = 0; round < Number(options.rounds); round++) {
  for (const way of ways) runs[way].push(way === "batched-bench" ? batchedBench() : child(way));
}
const rows = ways.map(row);
process.stdout.write(options.json ? `${JSON.stringify({ options, rows })}\n` : table());

function child(way) {
  const file = new URL("sampling/child.mjs", import.meta.url).pathname;
  return JSON.parse(
    execFileSync(process.execPath, [file, way, JSON.stringify(options)], { encoding: "utf8" }),
  );
}

/** The same number of sequences and tokens; loading the model is in its processor time, not in its wall time. */
function batchedBench() {
  const { batchedBench: path, model, sequences, maxTokens } = options;
  const [prompt, tokens] = [32, Number(maxTokens)];
  const cells = Number(sequences) * (prompt + tokens + 8);
  const args = [
    "-m",
    model,
    "-c",
    cells,
    "-b",
    2048,
    "-npp",
    prompt,
    "-ntg",
    tokens,
    "-npl",
    sequences,
  ];
  const command = [path, ...args, "-t", 1, "-tb", 1, "--output-format", "jsonl"].join(" ");
  const script = `TIMEFORMAT="%U %S"; { time ${command} 2>/dev/null; } 2>&1`;
  const lines = execFileSync("bash", ["-c", script], { encoding: "utf8" }).trim().split("\n");
  const [user, system] = lines.at(-1).split(" ").map(Number);
  const { t, pl, pp, tg } = JSON.parse(lines.find((line) => line.startsWith("{")));
  const computed = pl * (pp + tg);
  return { computed, drawn: pl * tg, wall: t, cpu: user + system };
}

function row(way) {
  const rate = (what, per) => summary(runs[way].map((run) => run[what] / run[per]));
  const ratio = summary(
    runs[way].map((run, round) => {
      const ours = runs.pointsman[round];
      return ours.computed / ours.cpu / (run.computed / run.cpu);
    }),
  );
  const gain = summary(
    runs[way].map((run, round) => {
      const ours = runs.pointsman[round];
      return ours.drawn / ours.cpu / (run.drawn / run.cpu);
    }),
  );
  return {
    way,
    drawn: rate("drawn", "cpu"),
    computed: rate("computed", "cpu"),
    wall: rate("drawn", "wall"),
    ratio,
    gain,
    mebibytes: summary(runs[way].map(({ rss = 0 }) => rss / 1024)).median,
  };
}

function table() {
  const range = ({ median, low, high }, digits = 0) =>
    `${median.toFixed(digits)} (${low.toFixed(digits)}-${high.toFixed(digits)})`.padStart(21);
  const head = [
    "drawn/cpu s",
    "computed/cpu s",
    "drawn/wall s",
    "ours/it, computed",
    "ours/it, drawn",
  ];
  return [
    `${options.model}: ${options.prompts} prompts x ${options.n} answers, ${options.sequences} sequences; median (quartiles) of ${options.rounds} rounds`,
    `${"".padEnd(14)}${head.map((name) => name.padStart(21)).join("")}  peak MiB`,
    ...rows.map(
      ({ way, drawn, computed, wall, ratio, gain, mebibytes }) =>
        `${way.padEnd(14)}${range(drawn)}${range(computed)}${range(wall)}${range(ratio, 2)}${range(gain, 2)}  ${mebibytes ? mebibytes.toFixed(0) : ""}`,
    ),
    "",
  ].join("\n");
}

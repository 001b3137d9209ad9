// How fast is route()? Against a plain JavaScript tokeniser in the same process and, where python3-sklearn is
// installed, against scikit-learn running the very same model. Results are compared before anything is timed.
//
//   npm run bench -- [--router FILE] [--prompts FILE.jsonl[.gz]] [--limit N] [--json]
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { Bench } from "tinybench";
import { Router, simd } from "../dist/index.js";

const { values: options } = parseArgs({
  options: {
    router: { type: "string", default: "runs/demo/router.safetensors" },
    prompts: { type: "string", default: "models/questions/test.jsonl" },
    limit: { type: "string", default: "1000" },
    json: { type: "boolean", default: false },
  },
});

const router = await Router.load(options.router);
const prompts = readPrompts(options.prompts).slice(0, Number(options.limit));
const peer = scikitLearn();
const javascript = await timeInProcess();
report({ ...javascript, ...peer });

function readPrompts(file) {
  const bytes = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).prompt);
}

/** Nanoseconds a prompt, median over passes of the whole list. */
async function timeInProcess() {
  const bench = new Bench({ time: 1500, warmupTime: 300 });
  let sink = 0;
  bench
    .add("route", () => {
      for (const prompt of prompts) sink += router.choose(prompt);
    })
    .add("split", () => {
      for (const prompt of prompts) sink += prompt.toLowerCase().split(/\W+/).length;
    });
  await bench.run();
  if (sink === 0) throw new Error("nothing was measured");
  const [route, split] = bench.tasks.map(
    (task) => (task.result.latency.p50 * 1e6) / prompts.length,
  );
  return {
    routeNs: route,
    splitNs: split,
    routeP50Ns: singleCall(0.5),
    routeP99Ns: singleCall(0.99),
  };
}

/** One call timed at a time; a timer read costs about 50 ns of it. */
function singleCall(quantile) {
  const times = [];
  for (let pass = 0; pass < 5; pass++) {
    for (const prompt of prompts) {
      const begin = process.hrtime.bigint();
      router.choose(prompt);
      times.push(Number(process.hrtime.bigint() - begin));
    }
  }
  return times.sort((a, b) => a - b)[Math.floor(quantile * times.length)];
}

/** The same model in scikit-learn, on one core with its best BLAS kernel left as the environment sets it. */
function scikitLearn() {
  const directory = mkdtempSync(join(tmpdir(), "pointsman-bench-"));
  const input = join(directory, "prompts.json");
  writeFileSync(input, JSON.stringify(prompts));
  const script = join(import.meta.dirname, "sklearn_peer.py");
  const run = spawnSync("/usr/bin/python3", [script, options.router, input], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  rmSync(directory, { recursive: true });
  if (run.status !== 0) {
    process.stderr.write(
      `scikit-learn skipped: ${(run.stderr ?? String(run.error)).trim().split("\n").at(-1)}\n`,
    );
    return {};
  }
  const { probabilities, ...times } = JSON.parse(run.stdout);
  return { ...times, ...agreement(probabilities) };
}

function agreement(expected) {
  let largest = 0;
  let sameChoice = 0;
  prompts.forEach((prompt, row) => {
    const scores = router.scores(prompt);
    scores.forEach((score, i) => {
      largest = Math.max(largest, Math.abs(score - expected[row][i]));
    });
    const argmax = (list) => list.indexOf(Math.max(...list));
    sameChoice += Number(argmax([...scores]) === argmax(expected[row]));
  });
  if (!(largest < 1e-3))
    throw new Error(`the two disagree: largest difference of a probability is ${largest}`);
  return { largestDifference: largest, sameChoice: sameChoice / prompts.length };
}

function report(figures) {
  const commit = spawnSync("git", ["rev-parse", "--short", "HEAD"], {
    encoding: "utf8",
  }).stdout?.trim();
  const machine = `${cpus()[0].model}, ${cpus().length} cores, ${simd}, Node ${process.version}`;
  if (options.json)
    return console.log(
      JSON.stringify({
        machine,
        commit,
        prompts: prompts.length,
        models: router.models.length,
        ...figures,
      }),
    );
  const row = (name, ns) =>
    ns === undefined
      ? []
      : [
          `${name.padEnd(44)}${ns.toFixed(0).padStart(10)} ns  ${(ns / figures.routeNs).toFixed(1).padStart(8)}x`,
        ];
  console.log(
    [
      `${prompts.length} prompts, ${router.models.length} models; ${machine}; commit ${commit}`,
      ...row("route(), mean in a loop", figures.routeNs),
      ...row("route(), one call, p50", figures.routeP50Ns),
      ...row("route(), one call, p99", figures.routeP99Ns),
      ...row("toLowerCase().split(/\\W+/) alone", figures.splitNs),
      ...row("scikit-learn, one call, p50", figures.sklearnCallNs),
      ...row("scikit-learn, batch, a prompt", figures.sklearnBatchNs),
      ...(figures.largestDifference === undefined
        ? []
        : [
            `agreement with scikit-learn: largest |dp| ${figures.largestDifference.toExponential(1)}, same choice ${(100 * figures.sameChoice).toFixed(2)} %`,
          ]),
    ].join("\n"),
  );
}

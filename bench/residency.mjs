// What routing gains from knowing which models are in memory: real models, a budget of 2 of the 7, one request at a time.
//
//   npm run build:ts && node dist/cli/main.js demo && node bench/residency.mjs
//     [--router runs/demo/router.safetensors] [--requests 300] [--lambdas 0.25,0.5,1,2] [--extra-load-seconds 0]
//     [--seed 1] [--json]
//
// The same stream of test questions goes through an engine pool (pointsman/execution) once for each policy: ArgMax, which
// does not know what is in memory, and `residencyAware` at each lambda. Everything is measured, with one exception:
// `--extra-load-seconds` waits so much longer at each load, as for weights that take so long to come from a disk (4 GB
// at 2 GB/s: 2 s); the toy models themselves load in no time. "mixed" questions come in random order, "bursty" ones in
// runs of one subject, 10 on average.
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { loadQuestions } from "../dist/datasets/questions.js";
import { ChildEngine, EnginePool, loadPool } from "../dist/execution/index.js";
import { argMax, Router, residencyAware } from "../dist/index.js";
import { random, shuffle } from "../dist/random.js";
import { canonicalGold, extractAnswer } from "../dist/sampling/answers.js";

const { values: options } = parseArgs({
  options: {
    router: { type: "string", default: "runs/demo/router.safetensors" },
    requests: { type: "string", default: "300" },
    lambdas: { type: "string", default: "0.25,0.5,1,2" },
    "extra-load-seconds": { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const seed = Number(options.seed);
const extra = Number(options["extra-load-seconds"]);
const residents = 2;
const meanRun = 10;
const models = new URL("../models/", import.meta.url).pathname;
const pool = await loadPool(`${models}pool.json`);
const questions = await loadQuestions(`${models}questions/test.jsonl`);
const rows = [];
for (const [traffic, stream] of Object.entries(streams())) {
  rows.push(await run(traffic, "ArgMax, blind", stream, () => argMax));
  for (const lambda of options.lambdas.split(",").map(Number)) {
    const policy = (load) => residencyAware({ lambda, load });
    rows.push(await run(traffic, `lambda ${lambda}`, stream, policy));
  }
}
process.stdout.write(options.json ? `${JSON.stringify({ seed, extra, rows })}\n` : table());

function streams() {
  const dice = random(seed);
  const mixed = shuffle([...questions], dice).slice(0, Number(options.requests));
  const names = [...new Set(questions.map(({ subject }) => subject))];
  const bursty = [];
  for (let name = ""; bursty.length < mixed.length; ) {
    if (name === "" || dice.below(meanRun) === 0) name = names[dice.below(names.length)];
    const some = questions.filter(({ subject }) => subject === name);
    bursty.push(some[dice.below(some.length)]);
  }
  return { mixed, bursty };
}

async function run(traffic, name, stream, policyOf) {
  const loading = [];
  const engines = await EnginePool.open(pool, {
    memory: residents,
    bytes: () => 1,
    threads: 1,
    open: async (model, room) => {
      const began = performance.now();
      await new Promise((resolve) => setTimeout(resolve, extra * 1000));
      const engine = await ChildEngine.open(model, room);
      loading.push((performance.now() - began) / 1000);
      return engine;
    },
  });
  const { models: order } = await Router.load(options.router);
  const policy = policyOf(engines.load(order));
  const router = await Router.load(options.router, { policy });
  let right = 0;
  // Starting the first processes is not what is asked about.
  await engines.preload(order.slice(0, residents));
  loading.length = 0;
  const began = performance.now();
  for (const question of stream) {
    const { completion } = await engines.answer(router.rank(question.prompt), question, { seed });
    right += Number(extractAnswer(question, completion.text) === canonicalGold(question));
  }
  const seconds = (performance.now() - began) / 1000;
  await engines[Symbol.asyncDispose]();
  const swaps = loading.length;
  const n = stream.length;
  const loadSeconds = loading.reduce((sum, one) => sum + one, 0);
  return {
    traffic,
    name,
    n,
    accuracy: right / n,
    swaps: (100 * swaps) / n,
    secondsOfLoad: swaps === 0 ? 0 : loadSeconds / swaps,
    seconds: seconds / n,
    rightPerSecond: right / seconds,
    machineLoad: loadavg()[0],
  };
}

function table() {
  const head = [
    "traffic",
    "policy",
    "right %",
    "swaps/100",
    "s a load",
    "s a request",
    "right/s",
    "load avg",
  ];
  const lines = rows.map((row) => [
    row.traffic,
    row.name,
    (100 * row.accuracy).toFixed(1),
    row.swaps.toFixed(1),
    row.secondsOfLoad.toFixed(3),
    row.seconds.toFixed(3),
    row.rightPerSecond.toFixed(2),
    row.machineLoad.toFixed(1),
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...lines].map((line) => line[i].length)));
  const text = [head, ...lines].map((line) =>
    line.map((cell, i) => cell.padEnd(widths[i])).join("  "),
  );
  return `${questions.length} questions, ${rows[0].n} requests, seed ${seed}, ${extra} s added to each load\n${text.join("\n")}\n`;
}

// What routing gains from knowing which models are in memory: real models, a budget of 2 of the 7, one request at a time.
//
//   npm run build:ts && node dist/cli/main.js demo && node bench/residency.mjs
//     [--router runs/demo/router.safetensors] [--requests 200] [--lambdas 0.02,0.05,0.1] [--seed 1] [--json]
//     [--simulate LOAD,ANSWER]
//
// The same stream of test questions goes through an engine pool (pointsman/execution) once for each policy: ArgMax, which
// does not know what is in memory, and `residencyAware` at each lambda. "mixed" questions come in random order, "bursty"
// ones in runs of one subject, 10 on average.
//
// Without --simulate everything is measured, on toy models that load in no time. With it, answers are still those of the
// models, recorded first, but the seconds of a load and of an answer are simulated by waiting (4 GB of weights at 2 GB/s:
// 2 s; 100 tokens at 50 a second: 2 s). Simulated seconds pass ten times as fast; figures and lambda are in simulated ones.
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { loadQuestions } from "../dist/datasets/questions.js";
import {
  ChildEngine,
  EnginePool,
  loadPool,
  renderPrompt,
  ScriptedEngine,
} from "../dist/execution/index.js";
import { argMax, Router, residencyAware } from "../dist/index.js";
import { random, shuffle } from "../dist/random.js";
import { canonicalGold, extractAnswer } from "../dist/sampling/extraction/answers.js";

const { values: options } = parseArgs({
  options: {
    router: { type: "string", default: "runs/demo/router.safetensors" },
    requests: { type: "string", default: "200" },
    lambdas: { type: "string", default: "0.02,0.05,0.1" },
    simulate: { type: "string" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const seed = Number(options.seed);
const simulated = options.simulate?.split(",").map(Number);
/** Seconds of the clock on the wall in one of the figures. */
const scale = simulated === undefined ? 1 : 0.1;
const residents = 2;
const meanRun = 10;
const models = new URL("../models/", import.meta.url).pathname;
const pool = await loadPool(`${models}pool.json`);
const questions = await loadQuestions(`${models}questions/test.jsonl`);
const policies = [
  ["ArgMax, blind", () => argMax],
  ...options.lambdas
    .split(",")
    .map((lambda) => [
      `lambda ${lambda}`,
      (load) => residencyAware({ lambda: Number(lambda) / scale, load }),
    ]),
];
const traffic = streams();
const recorded = simulated && (await record(Object.values(traffic).flat()));
const open = simulated === undefined ? ChildEngine.open : openRecorded;
const jobs = Object.entries(traffic).flatMap(([name, stream]) =>
  policies.map(
    ([policy, policyOf]) =>
      () =>
        run(name, policy, stream, policyOf),
  ),
);
const rows = [];
// Those that only wait may do so together.
if (simulated) rows.push(...(await Promise.all(jobs.map((job) => job()))));
else for (const job of jobs) rows.push(await job());
process.stdout.write(options.json ? `${JSON.stringify({ seed, simulated, rows })}\n` : table());

/** Every model's answer to each question. */
async function record(asked) {
  const settings = { bytes: () => 1, memory: 1, sequences: 8, maxWaiting: 1e6 };
  const engines = await EnginePool.open(pool, settings);
  const answers = new Map();
  const distinct = [...new Set(asked)];
  for (const model of pool.models) {
    const texts = distinct.map(async (question) => {
      const { completion } = await engines.answer([model.name], question, { seed });
      answers.set(key(model.name, renderPrompt(model, question)), completion.text);
    });
    await Promise.all(texts);
  }
  await engines[Symbol.asyncDispose]();
  return answers;
}

async function openRecorded({ name }) {
  const [load, answer] = simulated.map((seconds) => seconds * scale * 1000);
  await sleep(load);
  return new ScriptedEngine(name, async ({ prompt }) => {
    await sleep(answer);
    return recorded.get(key(name, prompt));
  });
}

function key(name, prompt) {
  return JSON.stringify([name, prompt]);
}

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
      const engine = await open(model, room);
      loading.push((performance.now() - began) / 1000 / scale);
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
  const seconds = (performance.now() - began) / 1000 / scale;
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
  const kind = simulated
    ? `simulated: ${simulated[0]} s a load, ${simulated[1]} s an answer`
    : "measured";
  return `${rows[0].n} requests one after the other, seed ${seed}, ${kind}\n${text.join("\n")}\n`;
}

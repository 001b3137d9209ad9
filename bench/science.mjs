// What routers and plans gain on real outcomes: the table of docs/science.md.
//
//   npm run build:ts && node bench/science.mjs --data DIR [--only name,name] [--folds 5] [--seed 1] [--json]
//
// DIR holds the sets named below. Every figure is out of fold: of each prompt's near-duplicates none is in training,
// and everything that is chosen (best single model, way to learn, gate, plan) is chosen on training rows.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadOutcomes, uniquePrompts } from "../dist/datasets/outcomes.js";
import { crossValidateColumns } from "../dist/evaluation/cross-validate.js";
import { evaluatePair } from "../dist/evaluation/pair.js";
import { fitPlans } from "../dist/evaluation/plans.js";
import { chooserOf } from "../dist/evaluation/routers.js";
import { buildTable } from "../dist/evaluation/table.js";
import { BlendClassifier } from "../dist/models/blend.js";
import { MultiLabelClassifier } from "../dist/models/multi-label.js";
import { fitRouter } from "../dist/router/fit.js";
import { sets } from "./science/sets.mjs";

const { values: options } = parseArgs({
  options: {
    data: { type: "string" },
    only: { type: "string" },
    folds: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
if (options.data === undefined) throw new Error("Expected --data DIR.");
const folds = Number(options.folds);
const seed = Number(options.seed);
const only = options.only?.split(",");

for (const set of sets) {
  if (only && !only.includes(set.name)) continue;
  const result = await measure(set);
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${line(result)}\n`);
}

async function measure({ name, file, pair, majority, trainSize, bySubject, ...choice }) {
  const begin = performance.now();
  const { outcomes } = await loadOutcomes([join(options.data, file)], choice);
  const unique = uniquePrompts(outcomes);
  const table = await crossValidateColumns({
    outcomes: unique,
    folds,
    seed,
    trainSize,
    groupBy: bySubject ? "subject" : undefined,
    fit: async (train) => [
      chooserOf("router", "router", await fitRouter(majority ? byMajority(train) : train)),
      ...(pair ? [chooserOf("multi-label", "policy", await fitPair(train))] : []),
      ...fitPlans(train, seed),
    ],
  });
  const evaluation = buildTable(table);
  const figures = pair && evaluatePair(table, ...pair).rows;
  return { name, ...summary(evaluation), figures, seconds: (performance.now() - begin) / 1000 };
}

/** Learns the mark of the majority: without the answers there is no other rate. */
function byMajority({ answers: _, answerMarks: __, ...train }) {
  return { ...train, scores: train.marks };
}

/** For two models: a logistic regression on words and on how a prompt looks, for P rather than for choices. */
function fitPair(train) {
  const estimator = new BlendClassifier({ parts: [new MultiLabelClassifier()], seed });
  return fitRouter(train, { estimator, surface: true });
}

function summary({ n, models, bestSingle, rows }) {
  const find = (kind) => rows.find((row) => row.kind === kind);
  const router = find("router");
  const oracle = find("oracle");
  const plans = rows.filter(({ kind }) => kind === "plan");
  return { n, models: models.length, bestSingle, router, oracle, plans };
}

function line({ name, n, models, bestSingle, router, oracle, plans, figures, seconds }) {
  const points = (x) => (100 * x).toFixed(1);
  const gain = ({ gain, gainLow, gainHigh }) =>
    `${points(gain)} [${points(gainLow)}, ${points(gainHigh)}]`;
  return [
    `${name}: ${n} prompts, ${models} models, ${seconds.toFixed(0)} s`,
    `  best single ${bestSingle} ${points(router.accuracy - router.gain)} %`,
    `  router ${gain(router)}, ${points(router.gain / oracle.gain)} % of the oracle's ${points(oracle.gain)}`,
    ...plans.map((plan) => `  ${plan.name}: ${gain(plan)}, ${plan.answers?.toFixed(1)} answers`),
    ...(figures ?? []).map(
      ({ name: of, apgr, cpt50, cpt80 }) =>
        `  ${of}: APGR ${apgr.estimate.toFixed(3)} [${apgr.low.toFixed(3)}, ${apgr.high.toFixed(3)}],` +
        ` CPT50 ${points(cpt50.estimate)} %, CPT80 ${points(cpt80.estimate)} %`,
    ),
  ].join("\n");
}

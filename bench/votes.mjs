// What several answers a prompt are worth, by cross-validation on recorded answers.
//
//   npm run build:ts && node bench/votes.mjs --outcomes FILE [--models a,b] [--tasks x,y] [--label majority|outcomes]
//     [--budgets 1,2,3,5,7,9] [--folds 5] [--seed 1] [--json]
//
// Weights, plans and the best single model (the reference, by its own majority vote) come from the training rows of
// each fold. Near-duplicate prompts stay in one fold; intervals count them as dependent.
import { parseArgs } from "node:util";
import { groupPrompts } from "../dist/datasets/near-duplicates.js";
import {
  loadOutcomes,
  selectModels,
  selectRows,
  uniquePrompts,
} from "../dist/datasets/outcomes.js";
import { groupedKFold } from "../dist/datasets/splits.js";
import { meanMark, pairedDifference } from "../dist/evaluation/statistics.js";
import { bestSingleModel, oracleMarks, singleMarks } from "../dist/evaluation/yardsticks.js";
import { ballotsOf } from "../dist/voting/ballots.js";
import { budgetCurve } from "../dist/voting/curve.js";
import { replayPlan } from "../dist/voting/replay.js";
import { fitVoteWeights } from "../dist/voting/weights.js";

const { values: options } = parseArgs({
  options: {
    outcomes: { type: "string" },
    models: { type: "string" },
    tasks: { type: "string" },
    label: { type: "string", default: "majority" },
    budgets: { type: "string", default: "1,2,3,4,5,6,7,9,12,20,1000" },
    folds: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
if (options.outcomes === undefined) throw new Error("Expected --outcomes FILE.");
const budgets = options.budgets.split(",").map(Number);
const seed = Number(options.seed);
const list = (text) => text?.split(",");
const outcomes = await read();
const rows = judge();
const report = { n: outcomes.prompts.length, models: outcomes.models, seed, rows };
process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : table(report));

async function read() {
  const models = list(options.models);
  const tasks = list(options.tasks);
  const { outcomes: all } = await loadOutcomes([options.outcomes], {
    ...(models && { models }),
    ...(tasks && { tasks }),
  });
  return uniquePrompts(options.label === "outcomes" ? { ...all, marks: all.scores } : all);
}

function judge() {
  const groups = groupPrompts(outcomes.prompts);
  const foldOf = groupedKFold(groups, Number(options.folds), seed);
  const columns = new Map();
  const put = (name, at, marks, used, kind) => {
    const fresh = {
      marks: new Float64Array(foldOf.length),
      used: new Float64Array(foldOf.length),
      kinds: [],
    };
    const column = columns.get(name) ?? fresh;
    columns.set(name, column);
    at.forEach((row, i) => {
      column.marks[row] = marks[i];
      column.used[row] = used[i];
    });
    if (kind) column.kinds.push(kind);
  };
  for (let fold = 0; fold < Number(options.folds); fold++) {
    const at = [...foldOf.keys()].filter((row) => foldOf[row] === fold);
    const train = selectRows(
      outcomes,
      [...foldOf.keys()].filter((row) => foldOf[row] !== fold),
    );
    const test = selectRows(outcomes, at);
    const best = bestSingleModel(train);
    const ballots = ballotsOf(test);
    const own = ballots.map(({ answers }) => answers[best].length);
    put("best single", at, singleMarks(test, best), own, train.models[best]);
    put(
      "oracle",
      at,
      oracleMarks(test),
      own.map((_, i) => ballots[i].answers.flat().length),
    );
    if (Math.max(...own) > 1) control(train, test, best, at, put);
    for (const point of budgetCurve(train, test, budgets, { seed })) {
      put(`plan, at most ${point.budget}`, at, point.marks, point.used, point.plan.kind);
    }
  }
  const reference = columns.get("best single").marks;
  return [...columns].map(([name, { marks, used, kinds }]) => ({
    name,
    chosen: [...new Set(kinds)].join(", "),
    answers: used.reduce((a, b) => a + b, 0) / used.length,
    accuracy: meanMark(marks, groups).mean,
    gain: pairedDifference(marks, reference, groups),
  }));
}

/** The best single model with weights of its own for its answers: what the gain of others is not. */
function control(train, test, best, at, put) {
  const name = train.models[best];
  const alone = selectModels(train, [name]);
  const { weights } = fitVoteWeights(alone, { slotRidges: [null, 30, 10, 3], seed });
  const asks = [{ model: name, slots: [...weights[0].keys()], weights: weights[0] }];
  const plan = { kind: "set", asks, confidence: 1 };
  const replays = ballotsOf(test).map((ballot) => replayPlan(plan, ballot, test.models));
  put(
    "control: best single, learned slots",
    at,
    replays.map(({ mark }) => mark),
    replays.map(({ used }) => used),
  );
}

function table({ n, models, rows: lines }) {
  const percent = (value) => (100 * value).toFixed(2).padStart(7);
  const head = `${n} prompts, ${models.length} models\n${"".padEnd(38)}answers    right    gain  95 % interval\n`;
  return (
    head +
    lines
      .map(
        ({ name, answers, accuracy, gain, chosen }) =>
          `${name.padEnd(38)}${answers.toFixed(2).padStart(7)}  ${percent(accuracy)} ${percent(gain.mean)}  ` +
          `${percent(gain.low)} ..${percent(gain.high)}  ${chosen}\n`,
      )
      .join("")
  );
}

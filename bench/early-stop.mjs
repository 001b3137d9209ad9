// What early-stopped votes save and cost, by replay of recorded answers.
//
//   npm run build:ts && node bench/early-stop.mjs --outcomes FILE [--models a,b] [--n 10] [--seeds 20] [--router] [--json]
//
// FILE holds the answers themselves (`samples`), at least n of a model to a question; who has fewer is left out. Each
// seed shuffles the answers of every question and takes n of them as the whole vote. --router trains a router on the
// success rates of the split "train" and marks its choices on the split "test" by the whole votes.
import { parseArgs } from "node:util";
import { loadOutcomes, selectRows } from "../dist/datasets/outcomes.js";
import { random, shuffle } from "../dist/random.js";
import { fitRouter } from "../dist/router/fit.js";
import { moreAnswers } from "../dist/sampling/stopping.js";
import { majorityVote } from "../dist/sampling/votes.js";
import { quality } from "./lib/router.mjs";

const { values: options } = parseArgs({
  options: {
    outcomes: { type: "string" },
    models: { type: "string" },
    n: { type: "string", default: "10" },
    seeds: { type: "string", default: "20" },
    router: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
if (options.outcomes === undefined) throw new Error("Expected --outcomes FILE.");
const n = Number(options.n);
const seeds = Number(options.seeds);
const outcomes = await read();
const width = outcomes.models.length;

const rules = [
  ["all", { kind: "all" }],
  ["exact", { kind: "exact" }],
  ...[0.005, 0.01, 0.02, 0.05, 0.1, 0.2].map((error) => [
    `bayes ${error}`,
    { kind: "bayes", error },
  ]),
  // No rule: what the same number of answers would give if it did not depend on them.
  ...[3, 5].map((first) => [`first ${first}`, first]),
];

const results = rules.map(() => ({
  votes: 0,
  asked: 0,
  rounds: 0,
  same: 0,
  right: 0,
  bias: 0,
  square: 0,
}));
const accuracies = rules.map(() => []);
for (let seed = 1; seed <= seeds; seed++) {
  const votes = shuffledVotes(random(seed));
  for (const [i, [, rule]] of rules.entries()) {
    const rates = Float32Array.from({ length: outcomes.ids.length * width }, () => Number.NaN);
    for (const vote of votes) rates[vote.place] = replay(vote, rule, results[i]);
    if (options.router && seed <= 5) accuracies[i].push(await routed(rates, votes));
  }
}
const table = rules.map(([name], i) => summary(name, results[i], accuracies[i]));
console.log(options.json ? JSON.stringify(table, null, 2) : format(table));

async function read() {
  const models = options.models?.split(",");
  const { outcomes: all } = await loadOutcomes([options.outcomes], models && { models });
  return all;
}

/** Every (question, model) with at least n answers: n of them in random order, each with its mark. */
function shuffledVotes(generator) {
  const votes = [];
  for (let row = 0; row < outcomes.ids.length; row++) {
    for (let model = 0; model < width; model++) {
      const answers = outcomes.answers?.[row]?.[model] ?? [];
      if (answers.length < n) continue;
      const marks = outcomes.answerMarks?.[row]?.[model];
      const marked = answers.map((answer, i) => ({
        answer,
        mark: marks?.[i] ?? Number(answer !== null && answer === outcomes.golds[row]),
      }));
      votes.push({ place: row * width + model, marked: shuffle(marked, generator).slice(0, n) });
    }
  }
  if (votes.length === 0) throw new Error(`No model has ${n} answers to a question.`);
  return votes;
}

/** Adds one vote to the sums. @returns the success rate of the answers asked. */
function replay({ marked }, rule, sums) {
  const { asked, rounds } =
    typeof rule === "number" ? { asked: rule, rounds: 1 } : ask(marked, rule);
  const seen = marked.slice(0, asked);
  const whole = winner(marked);
  const early = winner(seen);
  const error = rate(seen) - rate(marked);
  sums.votes++;
  sums.asked += asked;
  sums.rounds += rounds;
  sums.same += Number(early.answer === whole.answer);
  sums.right += early.mark;
  sums.bias += error;
  sums.square += error ** 2;
  return rate(seen);
}

function ask(marked, rule) {
  const answers = marked.map(({ answer }) => answer);
  let asked = 0;
  let rounds = 0;
  for (let more = moreAnswers([], n, rule); more > 0; rounds++) {
    asked += more;
    more = moreAnswers(answers.slice(0, asked), n, rule);
  }
  return { asked, rounds };
}

function winner(marked) {
  const answer = majorityVote(marked.map((one) => one.answer));
  return {
    answer,
    mark: marked.find((one) => one.answer === answer && answer !== null)?.mark ?? 0,
  };
}

function rate(marked) {
  return marked.reduce((sum, { mark }) => sum + mark, 0) / marked.length;
}

/** Accuracy on the test split, by the whole votes, of a router trained on these rates of the train split. */
async function routed(rates, votes) {
  const marks = Float32Array.from(rates, () => Number.NaN);
  for (const vote of votes) marks[vote.place] = winner(vote.marked).mark;
  const rowsOf = (split) =>
    [...outcomes.ids.keys()].filter((row) => outcomes.splits[row] === split);
  // Without the answers: a router learns from the rates alone.
  const { answers: _, answerMarks: __, ...rest } = outcomes;
  const train = selectRows({ ...rest, scores: rates, marks }, rowsOf("train"));
  const test = selectRows({ ...rest, scores: marks, marks }, rowsOf("test"));
  if (train.ids.length === 0 || test.ids.length === 0)
    throw new Error('--router needs the splits "train" and "test".');
  const router = await fitRouter(train);
  return quality((prompt) => router.choose(prompt), test);
}

function summary(rule, { votes, asked, rounds, same, right, bias, square }, routers) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    rule,
    saved: 1 - asked / votes / n,
    rounds: rounds / votes,
    agreement: same / votes,
    accuracy: right / votes,
    difference: (right - results[0].right) / votes,
    rateBias: bias / votes,
    rateRmse: Math.sqrt(square / votes),
    ...(routers.length > 0 && { routed: mean(routers) }),
  };
}

function format(table) {
  const percent = (value, digits = 1) => (100 * value).toFixed(digits).padStart(7);
  const lines = table.map(
    (row) =>
      `${row.rule.padEnd(12)}${percent(row.saved)}  ${row.rounds.toFixed(2).padStart(6)}  ${percent(row.agreement, 2)}  ${percent(row.accuracy, 2)}  ${percent(row.difference, 2)}  ${percent(row.rateBias, 2)}  ${percent(row.rateRmse)}${row.routed === undefined ? "" : `  ${percent(row.routed)}`}`,
  );
  const votes = results[0].votes / seeds;
  return [
    `${votes} votes of ${n} (question, model), ${seeds} orders each; % but for rounds`,
    `rule          saved  rounds  MAJ same  MAJ right     diff  rate bias  rate RMSE${options.router ? "   routed" : ""}`,
    ...lines,
  ].join("\n");
}

// What other extraction and other labels do to a run whose questions have reference answers.
//
//   npm run build:ts && node bench/labels.mjs --run DIR [--json]
//
// Extraction: answers that differ between the paper's patterns and ours, and accuracy by majority vote with each.
// Consensus: the reference answers are taken away, each model is labelled by what the others agree on, and the labels
// are held against the truth: share of right references; share of (question, model) majority marks that come out right;
// accuracy of each model by consensus against its true accuracy.
// Router: trained on one half of the questions, by either labels, and marked on the other half by the reference answers;
// both ways.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadOutcomes, selectRows } from "../dist/datasets/outcomes.js";
import { bestSingleModel } from "../dist/evaluation/yardsticks.js";
import { fitRouter } from "../dist/index.js";
import { canonicalGold } from "../dist/sampling/extraction/answers.js";
import {
  compareExtraction,
  consensusOf,
  loadAnswers,
  majorityVote,
  paperAnswer,
  writeOutcomes,
} from "../dist/sampling/index.js";
import { readQuestions } from "../dist/sampling/store/run-questions.js";

const { values: options } = parseArgs({
  options: { run: { type: "string" }, json: { type: "boolean", default: false } },
});
if (options.run === undefined) throw new Error("Expected --run DIR, a run of pointsman sample.");

const questions = (await readQuestions(options.run)).filter(
  ({ answer, gold }) => answer !== "text" && gold !== undefined,
);
const known = new Map(questions.map((question) => [question.id, question]));
const ours = await loadAnswers(options.run);
const papers = await loadAnswers(options.run, ({ question, text }) =>
  known.has(question) ? paperAnswer(known.get(question), text) : null,
);
const kinds = [...new Set(questions.map(({ answer }) => answer))];
const extraction = kinds.map((kind) => ({
  kind,
  models: compareExtraction(
    questions.filter(({ answer }) => answer === kind),
    ours,
    papers,
  ),
}));
const report = {
  questions: questions.length,
  extraction,
  consensus: consensusReport(),
  router: await routerReport(),
};

if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
else print(report);

function consensusReport() {
  const models = [...ours.keys()];
  const consensus = consensusOf(questions, ours, models);
  const rows = questions.flatMap((question) =>
    models.flatMap((model) => {
      const reference = consensus.get(question.id)?.get(model);
      const set = ours.get(model).get(question.id);
      if (reference === undefined || set === undefined) return [];
      const gold = canonicalGold(question);
      const vote = majorityVote(set.answers);
      return {
        model,
        subject: question.subject ?? "",
        right: reference === gold,
        byOthers: vote === reference,
        byGold: vote === gold,
      };
    }),
  );
  return {
    ...shares(rows),
    models: models.map((name) => ({ name, ...shares(rows.filter(({ model }) => model === name)) })),
    subjects: [...new Set(rows.map(({ subject }) => subject))].map((name) => ({
      name,
      ...shares(rows.filter(({ subject }) => subject === name)),
    })),
  };
}

async function routerReport() {
  const truth = await outcomesOf(questions, {});
  const bare = questions.map(({ gold: _, ...open }) => open);
  const agreed = await outcomesOf(bare, { consensus: true });
  // Questions come in rounds of one of each subject.
  const round = new Set(questions.map(({ subject }) => subject)).size;
  const halves = [0, 1].map((half) =>
    [...truth.prompts.keys()].filter((row) => Math.floor(row / round) % 2 === half),
  );
  const accuracy = async (labels) => {
    let right = 0;
    for (const [train, test] of [halves, halves.toReversed()]) {
      const router = await fitRouter(selectRows(labels, train));
      for (const row of test) right += markOf(truth, row, router.route(truth.prompts[row]));
    }
    return right / truth.prompts.length;
  };
  const best = truth.models[bestSingleModel(truth)];
  const rows = [...truth.prompts.keys()];
  return {
    byGold: await accuracy(truth),
    byConsensus: await accuracy(agreed),
    bestSingle: rows.reduce((sum, row) => sum + markOf(truth, row, best), 0) / rows.length,
  };
}

function markOf({ models, marks }, row, model) {
  return marks[row * models.length + models.indexOf(model)];
}

async function outcomesOf(asked, labels) {
  const file = join(mkdtempSync(join(tmpdir(), "pointsman-bench-labels-")), "outcomes.jsonl");
  await writeOutcomes(file, asked, ours, labels);
  return (await loadOutcomes([file])).outcomes;
}

function shares(rows) {
  const share = (is) => rows.filter(is).length / rows.length;
  return {
    rightReferences: share(({ right }) => right),
    rightMarks: share(({ byOthers, byGold }) => byOthers === byGold),
    byOthers: share(({ byOthers }) => byOthers),
    byGold: share(({ byGold }) => byGold),
  };
}

function print({ questions: count, extraction: kinds, consensus, router }) {
  const percent = (value) => (100 * value).toFixed(1).padStart(6);
  console.log(
    `${count} questions\n\nExtraction: answers that differ, MAJ by ours and by the paper's patterns (%)`,
  );
  for (const { kind, models } of kinds) {
    for (const { name, differ, majority } of models)
      console.log(
        `  ${kind.padEnd(8)}${name.padEnd(16)}${percent(differ)}${majority.map(percent).join("")}`,
      );
  }
  console.log("\nConsensus: right references, right marks, accuracy by consensus and in truth (%)");
  const line = (name, s) =>
    `  ${name.padEnd(16)}${[s.rightReferences, s.rightMarks, s.byOthers, s.byGold].map(percent).join("")}`;
  console.log(line("all", consensus));
  for (const one of [...consensus.models, ...consensus.subjects]) console.log(line(one.name, one));
  console.log("\nRouter from true labels, from consensus labels, and the best single model (%)");
  console.log(`  ${[router.byGold, router.byConsensus, router.bestSingle].map(percent).join("")}`);
}

// What other extraction and other labels do to a run whose questions have reference answers.
//
//   npm run build:ts && node bench/labels.mjs --run DIR [--json]
//
// Extraction: answers that differ between the paper's patterns and ours, and accuracy by majority vote with each.
// Consensus: the reference answers are taken away, each model is labelled by what the others agree on, and the labels
// are held against the truth: share of right references; share of (question, model) majority marks that come out right;
// accuracy of each model by consensus against its true accuracy.
import { parseArgs } from "node:util";
import { canonicalGold } from "../dist/sampling/answers.js";
import {
  compareExtraction,
  consensusOf,
  loadAnswers,
  majorityVote,
  paperAnswer,
} from "../dist/sampling/index.js";
import { readQuestions } from "../dist/sampling/run-questions.js";

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
const report = { questions: questions.length, extraction, consensus: consensusReport() };

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

function shares(rows) {
  const share = (is) => rows.filter(is).length / rows.length;
  return {
    rightReferences: share(({ right }) => right),
    rightMarks: share(({ byOthers, byGold }) => byOthers === byGold),
    byOthers: share(({ byOthers }) => byOthers),
    byGold: share(({ byGold }) => byGold),
  };
}

function print({ questions: count, extraction: kinds, consensus }) {
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
}

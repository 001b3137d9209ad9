// What a small model's evaluated prompt tells a router: docs/prefill.md.
//
//   npm run build:ts && node bench/prefill.mjs --outcomes FILE [--pool models/pool.json] [--model letters-chat]
//     [--folds 5] [--seed 1] [--json]
//
// Hidden states are LlamaEncoder's (a context of its own, the mean over the tokens); margin and entropy of the first token
// come from LlamaEngine.prefill. Routers are judged out of fold, near-duplicates in one fold, all on the same folds.
// Columns are centred and brought to equal length without looking at any mark.
import { parseArgs } from "node:util";
import { groupPrompts } from "../dist/datasets/near-duplicates.js";
import { loadOutcomes, uniquePrompts } from "../dist/datasets/outcomes.js";
import { crossValidateColumns } from "../dist/evaluation/cross-validate.js";
import { chooserOf } from "../dist/evaluation/routers.js";
import { meanMark, pairedDifference } from "../dist/evaluation/statistics.js";
import { LlamaEncoder } from "../dist/execution/llama/encoder.js";
import { LlamaEngine } from "../dist/execution/llama/engine.js";
import { loadPool } from "../dist/execution/pool/pool.js";
import { renderPrompt } from "../dist/execution/prompt.js";
import { fitRouter } from "../dist/router/fit.js";
import { median } from "./lib/statistics.mjs";

const { values: options } = parseArgs({
  options: {
    outcomes: { type: "string" },
    pool: { type: "string", default: "models/pool.json" },
    model: { type: "string", default: "letters-chat" },
    folds: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
if (options.outcomes === undefined) throw new Error("Expected --outcomes FILE.");
const outcomes = uniquePrompts((await loadOutcomes([options.outcomes])).outcomes);
const groups = groupPrompts(outcomes.prompts);
const pool = await loadPool(options.pool);
const model = pool.models.find(({ name }) => name === options.model);
if (model === undefined) throw new Error(`Expected a model of the pool for --model.`);

const { hidden, first, cost } = await read();
const blocks = {
  "text only": undefined,
  "text + hidden state": [hidden],
  "text + first token": [first],
  "text + both": [hidden, first],
};
const marks = {};
for (const [name, parts] of Object.entries(blocks)) marks[name] = await judge(parts);
const rows = Object.entries(marks).map(([name, own]) => ({
  name,
  accuracy: meanMark(own, groups).mean,
  gain: pairedDifference(own, marks["text only"], groups),
}));
const report = { n: outcomes.prompts.length, model: model.name, rows, cost };
process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : table(report));
process.exit(0);

/** Vectors of every prompt, and what they cost; one prompt after another, one thread. */
async function read() {
  const engine = await LlamaEngine.load(model, { gpu: false, threads: 1 });
  const encoder = await LlamaEncoder.load(model.file, { gpu: false, threads: 1 });
  const [hidden, first] = [[], []];
  const cost = { hidden: [], prefill: [], answer: [], tokensAfterPrefill: [], answerTokens: [] };
  const timed = async (to, work) => {
    const { user, system } = process.cpuUsage();
    const result = await work();
    const after = process.cpuUsage();
    to.push((after.user + after.system - user - system) / 1000);
    return result;
  };
  for (const prompt of outcomes.prompts) {
    const asked = renderPrompt(model, { prompt });
    hidden.push(await timed(cost.hidden, () => encoder.encode([prompt])));
    const { margin, entropy } = await timed(cost.prefill, () => engine.prefill(asked));
    first.push([margin, entropy]);
    const before = engine.computedTokens;
    const settings = { ...model.sampling, stop: model.stop, seed: 1, temperature: 0 };
    const { completionTokens } = await timed(cost.answer, () => engine.generate(asked, settings));
    cost.tokensAfterPrefill.push(engine.computedTokens - before);
    cost.answerTokens.push(completionTokens);
  }
  const medians = Object.entries(cost).map(([name, values]) => [name, median(values)]);
  return { hidden: balanced(hidden), first: balanced(first), cost: Object.fromEntries(medians) };
}

/** Columns centred and scaled to variance 1, then rows to a mean square length of 1. */
function balanced(vectors) {
  const columns = vectors[0].length;
  for (let j = 0; j < columns; j++) {
    const mean = vectors.reduce((sum, vector) => sum + vector[j], 0) / vectors.length;
    const square = vectors.reduce((sum, vector) => sum + (vector[j] - mean) ** 2, 0);
    const scale = Math.sqrt((square / vectors.length) * columns) || 1;
    for (const vector of vectors) vector[j] = (vector[j] - mean) / scale;
  }
  return vectors;
}

/** Marks of the models that a router chooses, out of fold. */
async function judge(parts) {
  const joined = parts && outcomes.prompts.map((_, i) => parts.flatMap((part) => [...part[i]]));
  const embeddings = joined && {
    columns: joined[0].length,
    values: Float32Array.from(joined.flat()),
  };
  const { columns } = await crossValidateColumns({
    outcomes: { ...outcomes, ...(embeddings && { embeddings }) },
    folds: Number(options.folds),
    seed: Number(options.seed),
    fit: async (train) => [
      chooserOf(
        "router",
        "router",
        await fitRouter(train, { groups: groupPrompts(train.prompts) }),
      ),
    ],
  });
  return columns.find(({ kind }) => kind === "router").marks;
}

function table({ n, model: name, rows: lines, cost }) {
  const percent = (value) => (100 * value).toFixed(2).padStart(7);
  const head = `${n} prompts, features of ${name}\n${"".padEnd(24)}right    gain  95 % interval\n`;
  const body = lines.map(
    (row) =>
      `${row.name.padEnd(22)}${percent(row.accuracy)} ${percent(row.gain.mean)}  ${percent(row.gain.low)} ..${percent(row.gain.high)}\n`,
  );
  const ms = (value) => `${value.toFixed(2)} ms`;
  const tail =
    `processor time a prompt: hidden state ${ms(cost.hidden)}, first token ${ms(cost.prefill)}, greedy answer after it ${ms(cost.answer)}\n` +
    `tokens computed for the answer after the prefill: ${cost.tokensAfterPrefill}, of ${cost.answerTokens} drawn\n`;
  return head + body.join("") + tail;
}

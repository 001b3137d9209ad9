// Which techniques help on real outcomes, each against the same recipe without it.
//
//   npm run build:ts && node bench/ablations.mjs --data DIR [--folds 5] [--seed 1] [--json]
//
// DIR holds llmrouter/llmrouter.jsonl.gz; helm-mmlu/helm_mmlu.jsonl.gz with routellm/mmlu.jsonl.gz, and
// questions/*.jsonl.gz. docs/ablations.md says what the rows mean. Near-duplicate prompts stay in one fold; intervals
// are of paired differences and count near-duplicates as dependent.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { loadOutcomes, uniquePrompts } from "../dist/datasets/outcomes.js";
import { formatRobustness } from "../dist/evaluation/index.js";
import { newModel } from "./ablations/new-model.mjs";
import { recipeAblations } from "./ablations/recipes.mjs";
import { transfer } from "./ablations/transfer.mjs";
import { attentionWeights, makeVectors, writeVectors } from "./ablations/word-vectors.mjs";

const { values: options } = parseArgs({
  options: {
    data: { type: "string" },
    folds: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
if (options.data === undefined) throw new Error("Expected --data DIR.");
const seed = Number(options.seed);
const folds = Number(options.folds);
const folder = mkdtempSync(join(tmpdir(), "pointsman-"));
const progress = (text) => process.stderr.write(`${text}\n`);
try {
  const report = await measure();
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : format(report));
} finally {
  rmSync(folder, { recursive: true });
}

async function measure() {
  const begin = performance.now();
  const llmrouter = await read("llmrouter/llmrouter.jsonl.gz");
  progress("word vectors");
  const vectors = vectorFiles();
  const onFold = (fold) => progress(`recipes, fold ${fold + 1} of ${folds}`);
  const recipes = await recipeAblations(llmrouter, { folds, seed, vectors, onFold });
  progress("a new model");
  const joined = await newModel(llmrouter, { folds, seed, sizes: [20, 50, 100, 200], draws: 3 });
  progress("transfer");
  const another = await read("helm-mmlu/helm_mmlu.jsonl.gz");
  // The pair's better model is in the other pool as well, where it would be no transfer.
  const models = another.models.filter((name) => !name.includes("gpt-4-1106-preview"));
  const transferred = await transfer(
    await read("helm-mmlu/helm_mmlu.jsonl.gz", { models }),
    await read("routellm/mmlu.jsonl.gz"),
    { seed, sizes: [100, 300, 1000], draws: 8 },
  );
  const seconds = (performance.now() - begin) / 1000;
  const n = llmrouter.prompts.length;
  return { n, models: llmrouter.models, seed, folds, seconds, ...recipes, joined, transferred };
}

async function read(file, select = {}) {
  return uniquePrompts((await loadOutcomes([join(options.data, file)], select)).outcomes);
}

/** Vectors know the words of questions and no outcome; attention the outcomes of a training part as well. */
function vectorFiles() {
  const questions = join(options.data, "questions");
  const texts = readdirSync(questions)
    .filter((name) => name.endsWith(".jsonl.gz"))
    .sort()
    .flatMap((name) =>
      gunzipSync(readFileSync(join(questions, name)))
        .toString()
        .trim()
        .split("\n"),
    )
    .map((line) => JSON.parse(line).prompt);
  const made = makeVectors(texts, seed);
  const mean = join(folder, "mean.vec");
  writeVectors(mean, made);
  const known = new Map();
  const attention = (train) => {
    if (!known.has(train)) {
      const file = join(folder, `attention-${known.size}.vec`);
      writeVectors(file, made, attentionWeights(made, train, seed));
      known.set(train, file);
    }
    return known.get(train);
  };
  return { mean, attention };
}

function format(report) {
  const points = (value) => `${value > 0 ? "+" : ""}${(100 * value).toFixed(2)}`;
  const between = ({ mean, low, high }) => `${points(mean)} (${points(low)}..${points(high)})`;
  const { single, recipes, techniques, robustness, joined, transferred, n, seconds } = report;
  const header = (...names) => `| ${names.join(" | ")} |\n|${" --- |".repeat(names.length)}`;
  const row = (...cells) => `| ${cells.join(" | ")} |`;
  return [
    `${n} prompts, best single model ${(100 * single.mean).toFixed(2)} %, seed ${seed}, ${Math.round(seconds)} s`,
    "",
    header("technique", "in", "gain on the same without it, points"),
    ...techniques.map(({ technique, base, gain }) => row(technique, base, between(gain))),
    "",
    header("recipe", "accuracy %", "gain on the best single model, points"),
    ...recipes.map(({ name, accuracy, gain }) =>
      row(name, (100 * accuracy.mean).toFixed(2), between(gain)),
    ),
    "",
    ...robustness.map(formatRobustness),
    header("new model", "labels", "variance explained, %"),
    ...joined.map(({ name, labels, explained }) => row(name, labels, points(explained))),
    "",
    header("transfer", "labels", "APGR", "gain on alone (standard error over draws)"),
    ...transferred.map(({ name, labels, apgr, gain, error }) =>
      row(name, labels, apgr.toFixed(3), `${gain.toFixed(3)} (${error.toFixed(3)})`),
    ),
    "",
  ].join("\n");
}

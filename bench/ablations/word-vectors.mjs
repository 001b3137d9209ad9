// Word vectors made offline: positive pointwise mutual information of words within four of each other, in a truncated
// SVD (Levy, Goldberg and Dagan, "Improving distributional similarity with lessons learned from word embeddings", 2015).
import { writeFileSync } from "node:fs";
import { truncatedSvd } from "../../dist/models/truncated-svd.js";
import { random } from "../../dist/random.js";

const window = 4;
const dimensions = 50;
const mostWords = 5000;
const leastCount = 5;

const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu) ?? [];

/** @returns { words, vectors [words x dimensions] }, the most frequent word first. */
export function makeVectors(texts, seed) {
  const counts = new Map();
  const lists = texts.map(wordsOf);
  for (const word of lists.flat()) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts.keys()]
    .filter((word) => counts.get(word) >= leastCount)
    .sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1))
    .slice(0, mostWords);
  const idOf = new Map(words.map((word, id) => [word, id]));
  const pairs = words.map(() => new Map());
  for (const list of lists) {
    const ids = list.map((word) => idOf.get(word)).filter((id) => id !== undefined);
    ids.forEach((id, at) => {
      for (const other of ids.slice(at + 1, at + 1 + window)) {
        pairs[id].set(other, (pairs[id].get(other) ?? 0) + 1);
        pairs[other].set(id, (pairs[other].get(id) ?? 0) + 1);
      }
    });
  }
  const { components, singularValues } = truncatedSvd(ppmi(pairs), dimensions, seed);
  const vectors = components.map((v, at) => v * Math.sqrt(singularValues[at % dimensions]));
  return { words, vectors };
}

/** max(0, ln(P(w, c) / (P(w) P(c)^0.75))), contexts smoothed as in the paper. */
function ppmi(pairs) {
  const totals = pairs.map((row) => [...row.values()].reduce((sum, count) => sum + count, 0));
  const smoothed = totals.map((total) => total ** 0.75);
  const allSmoothed = smoothed.reduce((sum, total) => sum + total, 0);
  const indptr = [0];
  const indices = [];
  const values = [];
  pairs.forEach((row, word) => {
    for (const other of [...row.keys()].sort((a, b) => a - b)) {
      const information = Math.log(
        (row.get(other) * allSmoothed) / (totals[word] * smoothed[other]),
      );
      if (information <= 0) continue;
      indices.push(other);
      values.push(information);
    }
    indptr.push(indices.length);
  });
  return {
    rows: pairs.length,
    columns: pairs.length,
    indptr: Uint32Array.from(indptr),
    indices: Uint32Array.from(indices),
    values: Float32Array.from(values),
  };
}

/** Writes a .vec file. @param weights of each word; default 1. */
export function writeVectors(file, { words, vectors }, weights) {
  const lines = words.map((word, id) => {
    const row = vectors.subarray(id * dimensions, (id + 1) * dimensions);
    return `${word} ${Array.from(row, (v) => (v * (weights?.[id] ?? 1)).toPrecision(6)).join(" ")}`;
  });
  writeFileSync(file, `${words.length} ${dimensions}\n${lines.join("\n")}\n`);
}

/**
 * Attention: a word weighs a = exp(u . v), u learnt together with logistic heads W on the mean of a v over a prompt's
 * words, by Adam. Not divided by the sum of the weights but by the number of words, so that a word's weight does not
 * depend on the others and goes into its vector.
 * @returns weights of the words
 */
export function attentionWeights({ words, vectors }, { prompts, scores, models }, seed) {
  const idOf = new Map(words.map((word, id) => [word, id]));
  const rows = prompts.map((prompt) =>
    wordsOf(prompt)
      .map((word) => idOf.get(word))
      .filter((id) => id !== undefined),
  );
  const d = dimensions;
  const width = models.length;
  const { uint32, below } = random(seed);
  // Vectors of unit mean square, so that one step size suits.
  const scale = Math.sqrt(vectors.reduce((sum, v) => sum + v * v, 0) / words.length);
  const V = vectors.map((v) => v / scale);
  const parameters = Float64Array.from({ length: d + width * d + width }, (_, at) =>
    at < d ? 0 : 0.01 * (uint32() / 2 ** 31 - 1),
  );
  const step = adam(parameters);
  const steps = 150;
  const batch = 256;
  for (let s = 0; s < steps; s++) {
    const gradient = new Float64Array(parameters.length);
    for (let b = 0; b < batch; b++) {
      addGradient(gradient, parameters, V, below(rows.length), { rows, scores, width, d });
    }
    step(
      gradient.map((g, at) => g / batch + 1e-4 * parameters[at]),
      0.03,
    );
  }
  return Float64Array.from(words, (_, id) => weight(parameters, V, id, d));
}

function weight(parameters, V, id, d) {
  let z = 0;
  for (let k = 0; k < d; k++) z += parameters[k] * V[id * d + k];
  return Math.exp(Math.max(-4, Math.min(4, z)));
}

function addGradient(gradient, parameters, V, row, { rows, scores, width, d }) {
  const ids = rows[row];
  if (ids.length === 0) return;
  const weights = ids.map((id) => weight(parameters, V, id, d));
  const pooled = new Float64Array(d);
  ids.forEach((id, at) => {
    for (let k = 0; k < d; k++) pooled[k] += (weights[at] * V[id * d + k]) / ids.length;
  });
  const back = new Float64Array(d);
  for (let m = 0; m < width; m++) {
    const y = scores[row * width + m];
    if (Number.isNaN(y)) continue;
    const from = d + m * d;
    const bias = d + width * d + m;
    let z = parameters[bias];
    for (let k = 0; k < d; k++) z += parameters[from + k] * pooled[k];
    const error = 1 / (1 + Math.exp(-z)) - y;
    gradient[bias] += error;
    for (let k = 0; k < d; k++) {
      gradient[from + k] += error * pooled[k];
      back[k] += error * parameters[from + k];
    }
  }
  ids.forEach((id, at) => {
    let along = 0;
    for (let k = 0; k < d; k++) along += back[k] * V[id * d + k];
    const factor = (weights[at] * along) / ids.length;
    for (let k = 0; k < d; k++) gradient[k] += factor * V[id * d + k];
  });
}

/** Adam (Kingma and Ba 2015) in place. */
function adam(parameters) {
  const first = new Float64Array(parameters.length);
  const second = new Float64Array(parameters.length);
  let t = 0;
  return (gradient, rate) => {
    t++;
    gradient.forEach((g, at) => {
      first[at] = 0.9 * first[at] + 0.1 * g;
      second[at] = 0.999 * second[at] + 0.001 * g * g;
      const mean = first[at] / (1 - 0.9 ** t);
      parameters[at] -= (rate * mean) / (Math.sqrt(second[at] / (1 - 0.999 ** t)) + 1e-8);
    });
  };
}

import { beforeAll, expect, test } from "vitest";
import { AbortedError } from "../../src/errors.js";
import { fitKMeans, fitLogistic, fitVocabulary, tfidf } from "../../src/native.js";
import type { CsrMatrix } from "../../src/types.js";
import { farthest, golden, type TfidfGolden } from "./golden.js";

interface LogisticGolden {
  readonly C: number;
  readonly labels: number;
  readonly Y: (number | null)[];
  readonly sampleWeight: number[];
  readonly objective: number[];
  readonly probabilities: number[];
}

const { prompts } = golden<TfidfGolden>("tfidf");
const logistic = golden<LogisticGolden>("logistic");
const { inertia } = golden<{ inertia: Record<string, number> }>("kmeans");
const Y = Float32Array.from(logistic.Y, (y) => y ?? Number.NaN);
const options = { C: logistic.C, tol: 1e-5, maxIter: 100 };
const clustering = { clusters: 3, nInit: 20, maxIter: 300, tol: 0, seed: 1 };

let X: CsrMatrix;
beforeAll(async () => {
  const ngramRange = [1, 2] as const;
  const found = await fitVocabulary(prompts, {
    ngramRange,
    minDf: 2,
    maxDf: 1,
    maxFeatures: 2 ** 31 - 1,
  });
  const idf = Float32Array.from(
    found.documentFrequency,
    (df) => Math.log((1 + prompts.length) / (1 + df)) + 1,
  );
  X = await tfidf(prompts, { ...found, idf, ngramRange, sublinearTf: false });
});

function times(matrix: CsrMatrix, weights: Float32Array, bias: Float32Array): Float64Array {
  const out = new Float64Array(matrix.rows * bias.length);
  for (let i = 0; i < matrix.rows; i++) {
    for (let j = 0; j < bias.length; j++) {
      let z = bias[j]!;
      for (let k = matrix.indptr[i]!; k < matrix.indptr[i + 1]!; k++) {
        z += matrix.values[k]! * weights[matrix.indices[k]! * bias.length + j]!;
      }
      out[i * bias.length + j] = z;
    }
  }
  return out;
}

test("logistic regression reaches scikit-learn's optimum: soft targets, unknown labels, weights", async () => {
  const sampleWeight = Float32Array.from(logistic.sampleWeight);
  const fit = await fitLogistic(X, Y, logistic.labels, { ...options, sampleWeight });
  for (let j = 0; j < logistic.labels; j++) {
    expect(Math.abs(fit.objective[j]! / logistic.objective[j]! - 1)).toBeLessThan(1e-5);
  }
  const probabilities = times(X, fit.weights, fit.bias).map((z) => 1 / (1 + Math.exp(-z)));
  expect(farthest(probabilities, logistic.probabilities)).toBeLessThan(1e-3);
});

test("progress does not decrease and ends at its total", async () => {
  const seen: [number, number][] = [];
  await fitLogistic(X, Y, logistic.labels, { ...options, onProgress: (...now) => seen.push(now) });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(seen.length).toBeGreaterThan(0);
  expect(seen).toEqual([...seen].sort((a, b) => a[0] - b[0]));
  expect(seen.at(-1)![0]).toBe(seen.at(-1)![1]);
});

test("an error of the progress callback rejects the promise", async () => {
  const onProgress = () => {
    throw new Error("from the callback");
  };
  await expect(fitKMeans(X, { ...clustering, nInit: 2000, onProgress })).rejects.toThrow(
    "from the callback",
  );
});

test("a signal stops training", async () => {
  const controller = new AbortController();
  const work = fitKMeans(X, { ...clustering, nInit: 1e6, signal: controller.signal });
  setTimeout(() => controller.abort(), 10);
  await expect(work).rejects.toThrow(AbortedError);
  await expect(fitKMeans(X, { ...clustering, signal: controller.signal })).rejects.toThrow(
    AbortedError,
  );
  const signal = AbortSignal.abort();
  await expect(fitLogistic(X, Y, logistic.labels, { ...options, signal })).rejects.toThrow(
    AbortedError,
  );
});

test("a label that nobody knows gets zero weights", async () => {
  const fit = await fitLogistic(X, new Float32Array(X.rows).fill(Number.NaN), 1, options);
  expect(fit.weights.every((w) => w === 0)).toBe(true);
  expect(fit.objective[0]).toBe(0);
});

test.each([1, 3, 8])("k-means with %i clusters is as good as scikit-learn's", async (clusters) => {
  const fit = await fitKMeans(X, { ...clustering, clusters, nInit: 50 });
  expect(fit.inertia / inertia[clusters]!).toBeLessThan(1.01);
  // The inertia is that of the centroids and labels given back.
  let sum = 0;
  for (let i = 0; i < X.rows; i++) {
    const centroid = fit.centroids.slice(
      fit.labels[i]! * X.columns,
      (fit.labels[i]! + 1) * X.columns,
    );
    for (let k = X.indptr[i]!; k < X.indptr[i + 1]!; k++) centroid[X.indices[k]!]! -= X.values[k]!;
    sum += centroid.reduce((total, d) => total + d * d, 0);
  }
  expect(Math.abs(sum / fit.inertia - 1)).toBeLessThan(1e-4);
});

test("k-means repeats itself for one seed, and copes with more clusters than different rows", async () => {
  expect(await fitKMeans(X, clustering)).toEqual(await fitKMeans(X, clustering));
  const same: CsrMatrix = {
    rows: 4,
    columns: 2,
    indptr: Uint32Array.of(0, 1, 2, 3, 4),
    indices: Uint32Array.of(0, 0, 0, 1),
    values: Float32Array.of(1, 1, 1, 1),
  };
  const fit = await fitKMeans(same, { ...clustering, clusters: 4 });
  expect(fit.inertia).toBeCloseTo(0);
});

const tiny: CsrMatrix = {
  rows: 2,
  columns: 2,
  indptr: Uint32Array.of(0, 1, 2),
  indices: Uint32Array.of(0, 1),
  values: Float32Array.of(1, 1),
};
test.each<[string, object]>([
  ["X.rows", { rows: -1 }],
  ["X.columns", { columns: 0.5 }],
  ["X.indptr", { indptr: Uint32Array.of(0, 2) }],
  ["X.indptr", { indptr: Uint32Array.of(0, 2, 1) }],
  ["X.indptr", { indptr: Uint32Array.of(0, 1, 9) }],
  ["X.indptr", { indptr: [0, 1, 2] }],
  ["X.indices", { indices: Uint32Array.of(0, 2) }],
  ["X.indices", { indptr: Uint32Array.of(0, 2, 2), indices: Uint32Array.of(1, 1) }],
  ["X.values", { values: Float32Array.of(1) }],
  ["X.values", { values: Float32Array.of(1, Number.POSITIVE_INFINITY) }],
])("training refuses bad %s", async (name, change) => {
  const bad = { ...tiny, ...change } as CsrMatrix;
  await expect(fitLogistic(bad, Float32Array.of(0, 1), 1, options)).rejects.toThrow(`for ${name} `);
  await expect(fitKMeans(bad, { ...clustering, clusters: 1 })).rejects.toThrow(`for ${name} `);
});

test.each<[string, object]>([
  ["C", { C: 0 }],
  ["C", { C: "1" }],
  ["tol", { tol: -1 }],
  ["maxIter", { maxIter: 0 }],
  ["sampleWeight", { sampleWeight: Float32Array.of(1) }],
  ["sampleWeight", { sampleWeight: Float32Array.of(1, -1) }],
])("fitLogistic refuses a bad %s", async (name, change) => {
  const bad = { ...options, ...change } as typeof options;
  await expect(fitLogistic(tiny, Float32Array.of(0, 1), 1, bad)).rejects.toThrow(`for ${name} `);
});

test("fitLogistic refuses bad targets", async () => {
  await expect(fitLogistic(tiny, Float32Array.of(0), 1, options)).rejects.toThrow("for Y ");
  await expect(fitLogistic(tiny, Float32Array.of(0, 2), 1, options)).rejects.toThrow("for Y ");
  await expect(fitLogistic(tiny, Float32Array.of(0, 1), 0, options)).rejects.toThrow("for labels ");
});

test.each<[string, object]>([
  ["clusters", { clusters: 3 }],
  ["nInit", { nInit: 0 }],
  ["maxIter", { maxIter: -1 }],
  ["tol", { tol: Number.NaN }],
  ["seed", { seed: 0.5 }],
])("fitKMeans refuses a bad %s", async (name, change) => {
  const bad = { ...clustering, clusters: 2, ...change };
  await expect(fitKMeans(tiny, bad)).rejects.toThrow(`for ${name} `);
});

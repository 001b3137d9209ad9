import { beforeAll, expect, test } from "vitest";
import { AbortedError, InvalidArgumentError } from "../../src/errors.js";
import { fitKMeans, nearestCentroids } from "../../src/native/kmeans.js";
import type { CsrMatrix, DenseMatrix } from "../../src/types.js";
import { clusteredMatrix, takeRows, toDense } from "../matrices.js";
import { golden, goldenMatrix, tinyMatrix } from "./golden.js";

interface Golden {
  readonly inertia: Record<string, number>;
  /** Started from the rows with these numbers. */
  readonly given: { rows: number[]; labels: number[]; inertia: number }[];
}
const { inertia, given } = golden<Golden>("kmeans");
const clustering = { clusters: 3, nInit: 20, maxIter: 300, tol: 0, seed: 1 };

let X: CsrMatrix;
beforeAll(async () => {
  X = await goldenMatrix();
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

test.each(given)("from the rows $rows it ends where scikit-learn does", async (expected) => {
  const { rows, labels } = expected;
  // An offset changes no distance; dense rows are measured relative to their mean.
  for (const matrix of [X, toDense(X), toDense(X, 3)]) {
    const dense = "indptr" in matrix ? toDense(X) : matrix;
    const init = takeRows(dense, rows).values;
    const fit = await fitKMeans(matrix, {
      ...clustering,
      clusters: rows.length,
      maxIter: 1000,
      init,
    });
    expect([...fit.labels]).toEqual(labels);
    expect(Math.abs(fit.inertia / expected.inertia - 1)).toBeLessThan(1e-3);
    const nearest = await nearestCentroids(matrix, fit.centroids, rows.length);
    expect(nearest.labels).toEqual(fit.labels);
  }
});

test.each(["k-means++", "random"] as const)(
  "started by %s: any number of threads",
  async (init) => {
    for (const matrix of [X, clusteredMatrix(1000, 20, 9)]) {
      const fitOn = (threads: number) =>
        fitKMeans(matrix, { ...clustering, clusters: 9, nInit: 3, init, threads });
      const one = await fitOn(1);
      expect(await fitOn(2)).toEqual(one);
      expect(await fitOn(3)).toEqual(one);
      expect(one.inertia).not.toBe(
        (await fitKMeans(matrix, { ...clustering, init, nInit: 1, seed: 2 })).inertia,
      );
    }
  },
);

test("as many clusters as rows", async () => {
  const matrix = clusteredMatrix(50, 3, 5);
  const fit = await fitKMeans(matrix, { ...clustering, clusters: 50 });
  expect(new Set(fit.labels).size).toBe(50);
  expect(fit.inertia).toBeCloseTo(0, 6);
});

test.each<[string, Partial<DenseMatrix>]>([
  ["X.rows", { rows: -1 }],
  ["X.columns", { columns: 0 }],
  ["X.values", { rows: 3 }],
  ["X.values", { values: [1, 2, 3, 4] as never }],
  ["X.values", { values: Float32Array.of(1, 2, Number.NaN, 4) }],
  ["X.values", { values: Float32Array.of(1, 2, 1e16, 4) }],
  ["X", { rows: 0, values: new Float32Array() }],
])("bad dense %s is refused", async (name, change) => {
  const bad = { rows: 2, columns: 2, values: Float32Array.of(1, 2, 3, 4), ...change };
  const one = { ...clustering, clusters: 1 };
  await expect(fitKMeans(bad, one)).rejects.toThrow(`for ${name} `);
  await expect(nearestCentroids(bad, Float32Array.of(0, 0), 1)).rejects.toThrow(`for ${name} `);
});

test("centroids of the wrong shape are refused", async () => {
  const short = Float32Array.of(1);
  await expect(nearestCentroids(tinyMatrix, short, 1)).rejects.toThrow("for centroids ");
  const start = { ...clustering, clusters: 1, init: short };
  await expect(fitKMeans(tinyMatrix, start)).rejects.toThrow("for init ");
});

test.each<[string, object]>([
  ["clusters", { clusters: 3 }],
  ["nInit", { nInit: 0 }],
  ["maxIter", { maxIter: -1 }],
  ["tol", { tol: Number.NaN }],
  ["seed", { seed: 0.5 }],
  ["threads", { threads: 0 }],
  ["init", { init: "k-means" }],
  ["init", { init: Float32Array.of(Number.NaN, 0, 0, 0) }],
])("fitKMeans refuses a bad %s", async (name, change) => {
  const bad = { ...clustering, clusters: 2, ...change };
  await expect(fitKMeans(tinyMatrix, bad)).rejects.toThrow(InvalidArgumentError);
  await expect(fitKMeans(tinyMatrix, bad)).rejects.toThrow(`for ${name} `);
});

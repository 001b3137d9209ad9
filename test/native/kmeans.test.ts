import { beforeAll, expect, test } from "vitest";
import { AbortedError } from "../../src/errors.js";
import { fitKMeans } from "../../src/native/kmeans.js";
import type { CsrMatrix } from "../../src/types.js";
import { golden, goldenMatrix, tinyMatrix } from "./golden.js";

const { inertia } = golden<{ inertia: Record<string, number> }>("kmeans");
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

test.each<[string, object]>([
  ["clusters", { clusters: 3 }],
  ["nInit", { nInit: 0 }],
  ["maxIter", { maxIter: -1 }],
  ["tol", { tol: Number.NaN }],
  ["seed", { seed: 0.5 }],
])("fitKMeans refuses a bad %s", async (name, change) => {
  const bad = { ...clustering, clusters: 2, ...change };
  await expect(fitKMeans(tinyMatrix, bad)).rejects.toThrow(`for ${name} `);
});

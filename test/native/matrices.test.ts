import { expect, test } from "vitest";
import { fitKMeans } from "../../src/native/kmeans.js";
import { fitLogistic } from "../../src/native/logistic.js";
import type { CsrMatrix } from "../../src/types.js";
import { tinyMatrix } from "./golden.js";

const options = { C: 1, tol: 1e-5, maxIter: 100 };
const clustering = { clusters: 1, nInit: 1, maxIter: 10, tol: 0, seed: 1 };

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
  const bad = { ...tinyMatrix, ...change } as CsrMatrix;
  await expect(fitLogistic(bad, Float32Array.of(0, 1), 1, options)).rejects.toThrow(`for ${name} `);
  await expect(fitKMeans(bad, clustering)).rejects.toThrow(`for ${name} `);
});

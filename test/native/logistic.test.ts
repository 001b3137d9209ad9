import { beforeAll, expect, test } from "vitest";
import { AbortedError } from "../../src/errors.js";
import { fitLogistic } from "../../src/native/logistic.js";
import type { CsrMatrix } from "../../src/types.js";
import { farthest, golden, goldenMatrix, tinyMatrix } from "./golden.js";

interface LogisticGolden {
  readonly C: number;
  readonly labels: number;
  readonly Y: (number | null)[];
  readonly sampleWeight: number[];
  readonly objective: number[];
  readonly probabilities: number[];
}

const logistic = golden<LogisticGolden>("logistic");
const Y = Float32Array.from(logistic.Y, (y) => y ?? Number.NaN);
const options = { C: logistic.C, tol: 1e-5, maxIter: 100 };

let X: CsrMatrix;
beforeAll(async () => {
  X = await goldenMatrix();
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

test("a label that nobody knows gets zero weights", async () => {
  const fit = await fitLogistic(X, new Float32Array(X.rows).fill(Number.NaN), 1, options);
  expect(fit.weights.every((w) => w === 0)).toBe(true);
  expect(fit.objective[0]).toBe(0);
});

test("a signal stops training before it starts", async () => {
  const signal = AbortSignal.abort();
  await expect(fitLogistic(X, Y, logistic.labels, { ...options, signal })).rejects.toThrow(
    AbortedError,
  );
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
  await expect(fitLogistic(tinyMatrix, Float32Array.of(0, 1), 1, bad)).rejects.toThrow(
    `for ${name} `,
  );
});

test("fitLogistic refuses bad targets", async () => {
  await expect(fitLogistic(tinyMatrix, Float32Array.of(0), 1, options)).rejects.toThrow("for Y ");
  await expect(fitLogistic(tinyMatrix, Float32Array.of(0, 2), 1, options)).rejects.toThrow(
    "for Y ",
  );
  await expect(fitLogistic(tinyMatrix, Float32Array.of(0, 1), 0, options)).rejects.toThrow(
    "for labels ",
  );
});

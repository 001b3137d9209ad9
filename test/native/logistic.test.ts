import { beforeAll, expect, test } from "vitest";
import { AbortedError } from "../../src/errors.js";
import { fitLogistic } from "../../src/native/logistic.js";
import type { CsrMatrix } from "../../src/types.js";
import { farthest, golden, goldenMatrix, scoresOf, tinyMatrix } from "./golden.js";

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

test("logistic regression reaches scikit-learn's optimum: soft targets, unknown labels, weights", async () => {
  const sampleWeight = Float32Array.from(logistic.sampleWeight);
  const fit = await fitLogistic(X, Y, logistic.labels, { ...options, sampleWeight });
  for (let j = 0; j < logistic.labels; j++) {
    expect(Math.abs(fit.objective[j]! / logistic.objective[j]! - 1)).toBeLessThan(1e-5);
  }
  const probabilities = scoresOf(X, fit).map((z) => 1 / (1 + Math.exp(-z)));
  expect(farthest(probabilities, logistic.probabilities)).toBeLessThan(1e-4);
});

test("the same inputs and seed give the same bytes, whatever the number of threads", async () => {
  const noisy = { ...options, featureDropout: 0.3, validationFraction: 0.2, seed: 7 };
  const one = await fitLogistic(X, Y, logistic.labels, { ...noisy, threads: 1 });
  for (const threads of [2, 3]) {
    expect(await fitLogistic(X, Y, logistic.labels, { ...noisy, threads })).toEqual(one);
  }
  const other = await fitLogistic(X, Y, logistic.labels, { ...noisy, seed: 8 });
  expect(other.weights).not.toEqual(one.weights);
});

test.each([0, 0.5])("a start at the optimum is the end (l1Ratio %d)", async (l1Ratio) => {
  const there = { ...options, l1Ratio };
  const init = await fitLogistic(X, Y, logistic.labels, there);
  const fit = await fitLogistic(X, Y, logistic.labels, { ...there, tol: 1e-3, init });
  expect(fit.iterations).toBe(0);
  expect(farthest(scoresOf(X, fit), scoresOf(X, init))).toBeLessThan(1e-5);
});

test("an L1 penalty sets weights to zero, the more the larger its share", async () => {
  const zeros = async (l1Ratio: number) =>
    (await fitLogistic(X, Y, logistic.labels, { ...options, l1Ratio })).weights.filter(
      (w) => w === 0,
    ).length;
  const [some, more, most] = [await zeros(0.2), await zeros(0.6), await zeros(1)];
  expect(0 < some && some < more && more < most).toBe(true);
});

test("held-out rows are not trained on", async () => {
  const validation = Uint8Array.from({ length: X.rows }, (_, i) => (i % 4 === 0 ? 1 : 0));
  const changed = Y.map((y, cell) =>
    validation[Math.floor(cell / logistic.labels)] === 1 ? 1 - y : y,
  );
  // No label stops early, so that the held-out rows can only choose among passes; 1 pass leaves no choice.
  const once = { ...options, maxIter: 1, validation };
  const fit = await fitLogistic(X, Y, logistic.labels, once);
  expect((await fitLogistic(X, changed, logistic.labels, once)).weights).toEqual(fit.weights);
  const all = new Uint8Array(X.rows).fill(1);
  await expect(fitLogistic(X, Y, logistic.labels, { ...options, validation: all })).rejects.toThrow(
    RangeError,
  );
});

test("a signal stops training on its way", async () => {
  const abort = new AbortController();
  const onProgress = () => abort.abort();
  const slow = { ...options, tol: 0, maxIter: 2 ** 20, C: 1e4 };
  await expect(
    fitLogistic(X, Y, logistic.labels, { ...slow, onProgress, signal: abort.signal }),
  ).rejects.toThrow(AbortedError);
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
  ["classWeight", { classWeight: Float32Array.of(1) }],
  ["classWeight", { classWeight: Float32Array.of(1, Number.NaN) }],
  ["l1Ratio", { l1Ratio: 1.5 }],
  ["validation", { validation: Uint8Array.of(1) }],
  ["validation", { validation: [0, 1] }],
  ["validationFraction", { validationFraction: -0.1 }],
  ["nIterNoChange", { nIterNoChange: 0 }],
  ["featureDropout", { featureDropout: 1 }],
  ["seed", { seed: -1 }],
  ["seed", { seed: 2 ** 32 }],
  ["threads", { threads: 0 }],
  ["init", { init: 1 }],
  ["init.weights", { init: { weights: Float32Array.of(1), bias: Float32Array.of(1) } }],
  ["init.bias", { init: { weights: Float32Array.of(1, 1), bias: new Float32Array() } }],
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

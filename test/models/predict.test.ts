import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import type { LinearHeads, Part } from "../../src/models/estimator.js";
import { calibrate, predictProba } from "../../src/models/predict.js";
import { tinyMatrix } from "../native/golden.js";

/** Rows (1, 0) and (0, 1): z is a row of the weights, and the bias. */
const headsOf = (weights: number[], bias: number[], part: Partial<Part>): LinearHeads => ({
  weights: Float32Array.from(weights),
  bias: Float32Array.from(bias),
  parts: [{ heads: bias.length, weight: Float32Array.of(1, 1), ...part } as Part],
});
const predict = (heads: LinearHeads) => [...predictProba(tinyMatrix, heads, 2)];
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 6));
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

describe("predictProba", () => {
  test("logistic: the sigmoid of z = x W + b", () => {
    const heads = headsOf([1, -2, 3, 0.5], [0.1, 0.2], { kind: "logistic" });
    expect(predict(heads)).toEqual(close([1.1, -1.8, 3.1, 0.7].map(sigmoid)));
  });

  const rates = Float32Array.of(0.1, 0.2, 0.6, 0.7);

  test("clusters: the rates of the largest z, the first of equal ones", () => {
    const heads = headsOf([1, 2, 1, 1], [0, 0], { kind: "clusters", gate: "nearest", rates });
    expect(predict(heads)).toEqual(close([0.6, 0.7, 0.1, 0.2]));
  });

  test("clusters with a soft gate: rates weighted by softmax(z)", () => {
    const heads = headsOf([1000, 1001, 0, 0], [0, 0], { kind: "clusters", gate: "softmax", rates });
    const share = sigmoid(1);
    const mix = (a: number, b: number) => (1 - share) * a + share * b;
    expect(predict(heads)).toEqual(close([mix(0.1, 0.6), mix(0.2, 0.7), 0.35, 0.45]));
  });

  const neighbors = {
    kind: "neighbors",
    vectors: Float32Array.of(1, 0, 0.8, 0.6, -1, 0, 0, 1),
    labels: Float32Array.of(1, 0, 0, Number.NaN, 1, 1, 0, 1),
    overall: Float32Array.of(0.5, 0.25),
    k: 2,
  } as const;

  test("neighbors: the k nearest by cosine vote, unknown labels do not, shrinkage says the overall rate", () => {
    const heads = headsOf([2, 0, 0, 0], [0, 0], { ...neighbors, shrinkage: 1 });
    // Row 0 looks along (1, 0): weights 1 and 0.8. Row 1 has no direction.
    const row0 = [(1 + 0.5) / (1 + 0.8 + 1), (0 + 0.25) / (1 + 1)];
    expect(predict(heads)).toEqual(close([...row0, 0.5, 0.25]));
  });

  test("neighbors without shrinkage: the overall rate only where nobody votes", () => {
    const behind = headsOf([-1, -1e-3, 0, 1], [0, 0], { ...neighbors, k: 3, shrinkage: 0 });
    // Row 0 looks along (-1, 0): one neighbour before it, the others behind.
    expect(predict(behind)).toEqual(close([1, 1, 0 / 1.6, 1]));
  });

  test("parts are added by weight, then calibrated", () => {
    const one = headsOf([0, 0, 0, 0], [0, 0], { kind: "logistic" });
    const parts = [{ ...one.parts[0]!, weight: Float32Array.of(0.5, 1) }];
    expect(predict({ ...one, parts })).toEqual(close([0.25, 0.5, 0.25, 0.5]));
    const calibration = Float32Array.of(0, 0.4, 0.8, 0.2, 0.3, 1);
    expect(predict({ ...one, parts, calibration })).toEqual(close([0.2, 0.3, 0.2, 0.3]));
  });

  test("refuses features of another width", () => {
    const heads = headsOf([0, 0], [0, 0], { kind: "logistic" });
    expect(() => predict(heads)).toThrow(InvalidArgumentError);
  });
});

test("calibrate holds P outside 0..1 at the ends", () => {
  const P = Float32Array.of(-0.5, 0, 1, 1.5);
  calibrate(P, 1, Float32Array.of(0.1, 0.5, 0.9));
  expect([...P]).toEqual(close([0.1, 0.1, 0.9, 0.9]));
});

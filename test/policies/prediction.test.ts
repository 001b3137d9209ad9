import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { argMax } from "../../src/policies/argmax.js";
import { fitPrediction, predictionPolicy } from "../../src/policies/prediction.js";
import { predictionAsReleased } from "../../src/policies/prediction-as-released.js";
import { sortedPredictionAsReleased } from "../../src/policies/sorted-prediction-as-released.js";
import { uniformMatrix } from "../matrices.js";

const models = 3;
const rows = 200;
/** Scores on a grid of 1/64, so that taking one number off all of them rounds alike. */
const P = uniformMatrix(rows, models, 4).values.map((x) => Math.round(32 + 32 * x) / 64);
/** Model 0 is right most often, model 1 never, model 2 at times. */
const marks = P.map((score, cell) => Number([score > 0.2, false, score > 0.6][cell % models]));
const row = (i: number) => P.subarray(i * models, (i + 1) * models);

describe("fitPrediction", () => {
  test("learns the confidence of the first model that is right, and 0.5 for none", async () => {
    const { weights, bias, order } = await fitPrediction(P, marks, models);
    expect(order).toEqual([0, 1, 2]);
    const target = (i: number) => {
      const first = [0, 1, 2].find((m) => marks[i * models + m] === 1);
      return first === undefined ? 0.5 : P[i * models + first]!;
    };
    // The residuals of least squares are orthogonal to the scores and to 1.
    const residuals = Array.from(
      { length: rows },
      (_, i) => target(i) - row(i).reduce((sum, x, m) => sum + x * weights[m]!, bias),
    );
    expect(residuals.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 6);
    for (let m = 0; m < models; m++) {
      expect(residuals.reduce((sum, x, i) => sum + x * P[i * models + m]!, 0)).toBeCloseTo(0, 6);
    }
  });

  test("sorted: the model that is least often right comes first", async () => {
    expect((await fitPrediction(P, marks, models, { sorted: true })).order).toEqual([1, 2, 0]);
  });

  test("an unknown mark is not right", async () => {
    const unknown = marks.map((mark, cell) => (cell % models === 0 ? Number.NaN : mark));
    const wrong = marks.map((mark, cell) => (cell % models === 0 ? 0 : mark));
    const [a, b] = [await fitPrediction(P, unknown, models), await fitPrediction(P, wrong, models)];
    expect(a).toEqual(b);
  });

  test("refuses marks of another length, and nothing", async () => {
    await expect(fitPrediction(P, marks.subarray(1), models)).rejects.toThrow(InvalidArgumentError);
    const none = new Float32Array();
    await expect(fitPrediction(none, none, models)).rejects.toThrow(InvalidArgumentError);
  });
});

describe("choosing", () => {
  const constant = { weights: new Float64Array(3), bias: 0.5, order: [2, 0, 1] };

  test("the model nearest to the prediction, the first in order of equally near ones", () => {
    expect(predictionPolicy(constant)(Float32Array.of(0.9, 0.45, 0.2))).toBe(1);
    expect(predictionPolicy(constant)(Float32Array.of(0.25, 0.1, 0.75))).toBe(2);
    expect(
      predictionPolicy({ ...constant, order: [0, 1, 2] })(Float32Array.of(0.25, 0.1, 0.75)),
    ).toBe(0);
  });

  test("Prediction as released is ArgMax", async () => {
    const policy = predictionAsReleased(await fitPrediction(P, marks, models));
    for (let i = 0; i < rows; i++) expect(policy(row(i))).toBe(argMax(row(i)));
  });

  test("Sorted Prediction as released takes a place in one order for a model of the other", () => {
    const policy = sortedPredictionAsReleased(constant);
    // The highest score is model 2's, which comes first in that order.
    expect(policy(Float32Array.of(0.1, 0.2, 0.9))).toBe(0);
    expect(policy(Float32Array.of(0.9, 0.2, 0.1))).toBe(1);
  });
});

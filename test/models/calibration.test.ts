import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { type CalibrationMethod, fitCalibration } from "../../src/models/calibration.js";
import {
  type BinStrategy,
  brierScore,
  expectedCalibrationError,
  logLoss,
  reliabilityCurve,
} from "../../src/models/calibration-metrics.js";
import { isotonic } from "../../src/models/isotonic.js";
import { calibrate } from "../../src/models/predict.js";
import { fitSigmoid, logit } from "../../src/models/sigmoid.js";
import { farthest, golden } from "../native/golden.js";

interface CalibrationGolden {
  readonly p: number[];
  readonly y: number[];
  readonly isotonic: number[];
  readonly softIsotonic: number[];
  readonly platt: [number, number];
  readonly temperature: number;
  readonly brier: number;
  readonly logLoss: number;
  /** Mean prediction and mean label of each bin. */
  readonly curves: Record<BinStrategy, [number[], number[]]>;
}

const expected = golden<CalibrationGolden>("calibration");
const p = Float64Array.from(expected.p);
const y = Float64Array.from(expected.y);
const asked = Array.from({ length: 65 }, (_, knot) => knot / 64);

describe("against scikit-learn", () => {
  test("isotonic regression, of hard and of soft labels", () => {
    expect(farthest(asked.map(isotonic(p, y)), expected.isotonic)).toBeLessThan(1e-7);
    const soft = y.map((value) => 0.1 + 0.7 * value);
    expect(farthest(asked.map(isotonic(p, soft)), expected.softIsotonic)).toBeLessThan(1e-7);
  });

  test("Platt's scaling and temperature", () => {
    const [slope, intercept] = expected.platt;
    const curve = fitCalibration(Float32Array.from(p), Float32Array.from(y), 1, "platt");
    const sigmoid = asked.map((x) => 1 / (1 + Math.exp(-(slope * logit(x) + intercept))));
    expect(farthest(curve, sigmoid)).toBeLessThan(1e-5);
    expect(fitSigmoid(p.map(logit), y, false).slope).toBeCloseTo(expected.temperature, 5);
  });

  test("Brier's score, log loss and reliability curves", () => {
    expect(brierScore(p, y)).toBeCloseTo(expected.brier, 9);
    expect(logLoss(p, y)).toBeCloseTo(expected.logLoss, 9);
    const curve = reliabilityCurve(p, y, 10, "uniform");
    const [predicted, observed] = expected.curves.uniform;
    expect(
      farthest(
        curve.map((bin) => bin.predicted),
        predicted,
      ),
    ).toBeLessThan(1e-9);
    expect(
      farthest(
        curve.map((bin) => bin.observed),
        observed,
      ),
    ).toBeLessThan(1e-9);
  });
});

describe("metrics", () => {
  test("the expected calibration error is the mean distance from the diagonal", () => {
    const sure = Float64Array.of(0.9, 0.9, 0.9, 0.9, 0.3, 0.3);
    const right = Float64Array.of(1, 1, 0, 0, 0, 1);
    for (const strategy of ["uniform", "quantile"] as const) {
      const error = expectedCalibrationError(sure, right, 2, strategy);
      expect(error).toBeCloseTo((4 * 0.4 + 2 * 0.2) / 6, 9);
    }
  });

  test("bins of equal mass hold equally many distinct predictions", () => {
    const many = Float64Array.from({ length: 100 }, (_, i) => (i / 100) ** 3);
    const counts = reliabilityCurve(many, many, 4, "quantile").map(({ count }) => count);
    expect(counts).toEqual([25, 25, 25, 25]);
  });

  test("nothing to measure is refused", () => {
    expect(() => brierScore(new Float64Array(), new Float64Array())).toThrow(InvalidArgumentError);
    expect(() => logLoss(p, y.subarray(1))).toThrow(InvalidArgumentError);
  });
});

describe("fitCalibration", () => {
  const methods: CalibrationMethod[] = ["platt", "isotonic", "temperature"];

  test("curves never fall and stay in 0..1, whatever the data", () => {
    const pair = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.3, 1));
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 40 }), (pairs) => {
        const P = Float32Array.from(pairs, ([value]) => value);
        const Y = Float32Array.from(pairs, ([, label]) => label);
        for (const method of methods) {
          const curve = fitCalibration(P, Y, 1, method);
          expect(curve.every((value, i) => value >= (curve[i - 1] ?? 0) && value <= 1)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  test.each(methods)("%s mends predictions that are too sure of themselves", (method) => {
    const P = Float32Array.from(p, (value) => value);
    const Y = Float32Array.from(y);
    const before = brierScore(Float64Array.from(P), y);
    calibrate(P, 1, fitCalibration(P, Y, 1, method));
    expect(brierScore(Float64Array.from(P), y)).toBeLessThan(before);
  });

  test("each model by itself; without labels P stays", () => {
    const P = Float32Array.from(expected.p.flatMap((value) => [value, value]));
    const Y = Float32Array.from(expected.y.flatMap((label) => [label, Number.NaN]));
    const curves = fitCalibration(P, Y, 2);
    const alone = fitCalibration(Float32Array.from(p), Float32Array.from(y), 1, "platt");
    expect(curves.subarray(0, 65)).toEqual(alone);
    expect(farthest(curves.subarray(65), asked)).toBeLessThan(1e-7);
  });

  test("refuses another length or method", () => {
    const one = Float32Array.of(1);
    expect(() => fitCalibration(one, new Float32Array(2), 1)).toThrow(InvalidArgumentError);
    expect(() => fitCalibration(one, one, 1, "beta" as never)).toThrow(InvalidArgumentError);
  });
});

import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadOutcomes } from "../../src/datasets/outcomes.js";
import { InvalidArgumentError } from "../../src/errors.js";
import { averageQuality, costCurve, costHull } from "../../src/evaluation/cost-curve.js";
import {
  averagePgr,
  callThreshold,
  deferralCurve,
  deferralFigures,
  performanceGapRecovered,
} from "../../src/evaluation/deferral.js";
import { netBenefitCurve } from "../../src/evaluation/net-benefit.js";
import { paretoFront } from "../../src/evaluation/pareto.js";
import type { EvaluationRow } from "../../src/evaluation/table.js";
import { singleMarks } from "../../src/evaluation/yardsticks.js";
import { outcomesOf } from "./outcomes.js";

const alone = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

describe("deferral curve", () => {
  const weak = Float64Array.of(0, 1, 0, 1);
  const strong = Float64Array.of(1, 1, 1, 0);

  test("by hand: four rows, one strong call after the other", () => {
    const curve = deferralCurve({ weak, strong, scores: [4, 3, 2, 1] });
    expect([...curve.strongShare]).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect([...curve.accuracy]).toEqual([0.5, 0.75, 0.75, 1, 0.75]);
    expect([...performanceGapRecovered(curve)]).toEqual([0, 1, 1, 2, 1]);
    // Trapezoids: 0.5 + 1 + 1.5 + 1.5, each a quarter wide.
    expect(averagePgr(curve)).toBeCloseTo(1.125, 12);
    expect(callThreshold(curve, 0.5)).toBeCloseTo(0.125, 12);
    expect(callThreshold(curve, 1.5)).toBeCloseTo(0.625, 12);
    expect(callThreshold(curve, 2.1)).toBeNaN();
    expect(callThreshold(curve, 0)).toBe(0);
  });

  test("equal scores: the expectation over all orders, a straight line", () => {
    const coin = deferralCurve({ weak, strong, scores: [1, 1, 1, 1] });
    expect([...coin.strongShare]).toEqual([0, 1]);
    expect(averagePgr(coin)).toBeCloseTo(0.5, 12);
    expect(callThreshold(coin, 0.8)).toBeCloseTo(0.8, 12);
  });

  test("unknown marks are left out; a strong model that is no better has no PGR", () => {
    const partial = {
      weak: Float64Array.of(...weak, Number.NaN),
      strong: Float64Array.of(...strong, 1),
    };
    expect(deferralCurve({ ...partial, scores: [4, 3, 2, 1, 9] })).toEqual(
      deferralCurve({ weak, strong, scores: [4, 3, 2, 1] }),
    );
    expect(
      averagePgr(deferralCurve({ weak: strong, strong: weak, scores: [1, 2, 3, 4] })),
    ).toBeNaN();
  });

  test("refuses other lengths, no known row and scores that are no numbers", () => {
    const bad = (scores: number[]) => () => deferralCurve({ weak, strong, scores });
    expect(bad([1, 2])).toThrow(InvalidArgumentError);
    expect(bad([1, 2, 3, Number.NaN])).toThrow(/numbers for scores/);
    const none = new Float64Array(4).fill(Number.NaN);
    expect(() => deferralCurve({ weak: none, strong, scores: [1, 2, 3, 4] })).toThrow(/known row/);
  });

  test("agrees with the mean of the cumulated gains, and with rows repeated instead of weighted", () => {
    const row = fc.record({
      weak: fc.integer({ min: 0, max: 1 }),
      strong: fc.integer({ min: 0, max: 1 }),
      weight: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 30 }), (rows) => {
        const pair = {
          weak: Float64Array.from(rows, (one) => one.weak),
          strong: Float64Array.from(rows, (one) => one.strong),
          scores: rows.map((_, at) => -at),
        };
        const gaps = rows.map((one) => one.strong - one.weak);
        const whole = gaps.reduce((sum, gap) => sum + gap, 0);
        if (whole > 0) {
          let [cumulated, mean] = [0, 0];
          for (const gap of gaps) {
            cumulated += gap;
            mean += cumulated / whole / rows.length;
          }
          // The mean of the steps' right ends is half a step above the area.
          expect(averagePgr(deferralCurve(pair))).toBeCloseTo(mean - 0.5 / rows.length, 9);
        }
        if (rows.every(({ weight }) => weight === 0)) return;
        const repeated = rows.flatMap((one, at) => Array(one.weight).fill({ ...one, at }));
        const weighted = deferralCurve(
          pair,
          Uint32Array.from(rows, (one) => one.weight),
        );
        const plain = deferralCurve({
          weak: Float64Array.from(repeated, (one) => one.weak),
          strong: Float64Array.from(repeated, (one) => one.strong),
          scores: repeated.map((one) => -one.at),
        });
        expect([...weighted.strongShare]).toEqual([...plain.strongShare]);
        weighted.accuracy.forEach((value, at) => {
          expect(value).toBeCloseTo(plain.accuracy[at]!, 9);
        });
      }),
    );
  });

  test("figures with intervals: the same for the same seed", () => {
    const n = 300;
    const pair = {
      weak: Float64Array.from({ length: n }, (_, i) => Number(i % 5 < 2)),
      strong: Float64Array.from({ length: n }, (_, i) => Number(i % 5 < 4)),
      scores: Float64Array.from({ length: n }, (_, i) => (i % 5 === 2 ? 2 : 1)),
    };
    const options = { groups: alone(n), seed: 1, resamples: 300 };
    const figures = deferralFigures(pair, options);
    expect(figures).toEqual(deferralFigures(pair, options));
    // One fifth of the rows first, with half of the gap; the other half evenly over the rest.
    expect(figures.cpt50.estimate).toBeCloseTo(0.2, 9);
    expect(figures.cpt80.estimate).toBeCloseTo(0.2 + 0.8 * 0.6, 9);
    expect(figures.apgr.estimate).toBeCloseTo(0.2 * 0.25 + 0.8 * 0.75, 9);
    for (const { estimate, low, high } of Object.values(figures)) {
      expect(low).toBeLessThan(estimate);
      expect(high).toBeGreaterThan(estimate);
      expect(high - low).toBeLessThan(0.25);
    }
  });
});

describe("accuracy against cost", () => {
  const points = [
    { cost: 1, accuracy: 0.5 },
    { cost: 2, accuracy: 0.55 },
    { cost: 3, accuracy: 0.9 },
    { cost: 4, accuracy: 0.8 },
    { cost: 1, accuracy: 0.4 },
  ];

  test("hull and AIQ by hand", () => {
    expect(costHull(points)).toEqual([points[0], points[2]]);
    // From 0.5 at 1 to 0.9 at 3, level until 5.
    expect(averageQuality(points, 1, 5)).toBeCloseTo((2 * 0.7 + 2 * 0.9) / 4, 12);
    expect(averageQuality(points, 2, 3)).toBeCloseTo(0.8, 12);
    expect(averageQuality(points, 4, 5)).toBeCloseTo(0.9, 12);
    expect(averageQuality([points[0]!], 1, 2)).toBeCloseTo(0.5, 12);
    expect(averageQuality(points, 0, 3)).toBeCloseTo((2 * 0.7) / 3, 12);
    expect(() => averageQuality(points, 2, 2)).toThrow(InvalidArgumentError);
    expect(() => averageQuality([], 1, 2)).toThrow(InvalidArgumentError);
  });

  test("the hull lies above all points, rises and bends down only", () => {
    const point = fc.record({
      cost: fc.integer({ min: 0, max: 50 }),
      accuracy: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 30 }), (given) => {
        const hull = costHull(given);
        const slopes = hull
          .slice(1)
          .map((b, at) => (b.accuracy - hull[at]!.accuracy) / (b.cost - hull[at]!.cost));
        expect(slopes.every((slope) => slope > 0)).toBe(true);
        expect(slopes).toEqual([...slopes].sort((a, b) => b - a));
        for (const { cost, accuracy } of given) {
          const height = averageQuality(given, cost, cost + 1e-9);
          expect(height).toBeGreaterThanOrEqual(accuracy - 1e-6);
        }
      }),
    );
  });

  test("the curve runs from the cheapest model to the highest score, by actual costs", () => {
    const outcomes = outcomesOf(
      ["cheap", "dear"],
      [
        [1, 1],
        [0, 1],
        [1, 0],
        [0, undefined],
      ],
    );
    const curve = costCurve({
      outcomes,
      probabilities: Float32Array.of(0.8, 0.9, 0.1, 0.9, 0.6, 0.5, 0.5, 0.9),
      costs: Float32Array.of(1, 3, 1, 5, 1, 9, 1, 9),
      expectedCosts: [1, 4],
    });
    expect(curve[0]).toEqual({ cost: 1, accuracy: 0.5 });
    // Row 3 is left out where the dear model gets it: its mark is unknown.
    expect(curve.at(-1)).toEqual({ cost: 3, accuracy: 1 });
    const wrong = { outcomes, probabilities: new Float32Array(8), costs: new Float32Array(8) };
    expect(() => costCurve({ ...wrong, expectedCosts: [1] })).toThrow(InvalidArgumentError);
    expect(() =>
      costCurve({ ...wrong, costs: new Float32Array(1), expectedCosts: [1, 1] }),
    ).toThrow(InvalidArgumentError);
  });
});

test("Pareto front: no row that another one beats, no bound", () => {
  const row = (name: string, accuracy: number, price?: number, kind = "single") =>
    ({ name, kind, accuracy, price }) as EvaluationRow;
  const rows = [
    row("best", 0.9, 5),
    row("cheap", 0.5, 1),
    row("same", 0.5, 1),
    row("beaten", 0.5, 2),
    row("middle", 0.7, 2, "router"),
    row("oracle", 1, 1, "oracle"),
    row("set (hindsight)", 1, 1, "joint"),
    row("unpriced", 1),
  ];
  const names = paretoFront(rows, "price").map(({ name }) => name);
  expect(names).toEqual(["cheap", "same", "middle", "best"]);
  expect(paretoFront(rows, "latency")).toEqual([]);
});

describe("net benefit", () => {
  const outcomes = outcomesOf(
    ["best", "other"],
    [
      [1, 0],
      [0, 1],
      [1, 1],
      [0, 1],
    ],
  );
  const options = {
    outcomes,
    probabilities: Float32Array.of(0.6, 0.5, 0.5, 0.8, 0.5, 0.6, 0.5, 0.65),
    bestSingle: 0,
    groups: alone(4),
  };

  test("by hand at three costs", () => {
    const [free, some, dear] = netBenefitCurve({ ...options, lambdas: [0, 0.125, 0.5] });
    expect(free).toMatchObject({ lambda: 0, switched: 0.75, oracle: 0.5 });
    expect(free!.benefit.mean).toBeCloseTo(0.5, 9);
    expect(some!.switched).toBe(0.5);
    expect(some!.benefit.mean).toBeCloseTo((2 * 0.875) / 4, 9);
    expect(some!.oracle).toBeCloseTo((2 * 0.875) / 4, 9);
    expect(dear).toMatchObject({ switched: 0, benefit: { mean: 0, low: 0, high: 0 } });
  });

  test("refuses what does not fit", () => {
    expect(() => netBenefitCurve({ ...options, bestSingle: 2, lambdas: [0] })).toThrow(/index/);
    const few = { ...options, probabilities: new Float32Array(3), lambdas: [0] };
    expect(() => netBenefitCurve(few)).toThrow(InvalidArgumentError);
  });
});

/** Outcomes of real models, kept beside the repository. */
const data = join(import.meta.dirname, "../../../shared/data/routellm/gsm8k.jsonl.gz");

describe.skipIf(!existsSync(data))("RouteLLM's GSM8K answers (skipped where absent)", () => {
  test("a score that knows the marks, and a coin", async () => {
    const { outcomes } = await loadOutcomes([data]);
    const of = (name: RegExp) =>
      singleMarks(
        outcomes,
        outcomes.models.findIndex((model) => name.test(model)),
      );
    const [weak, strong] = [of(/mixtral/i), of(/gpt-4/i)];
    const known = deferralCurve({
      weak,
      strong,
      scores: strong.map((mark, row) => mark - weak[row]!),
    });
    expect(known.accuracy[0]).toBeCloseTo(0.638, 3);
    expect(known.accuracy.at(-1)).toBeCloseTo(0.857, 3);
    expect(Math.max(...known.accuracy)).toBeCloseTo(0.929, 3);
    const coin = deferralCurve({ weak, strong, scores: new Float64Array(weak.length) });
    expect(averagePgr(coin)).toBeCloseTo(0.5, 9);
  });
});

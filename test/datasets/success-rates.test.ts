import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerCounts, fitBetaBinomial, shrunkenRates } from "../../src/datasets/success-rates.js";
import { InvalidArgumentError } from "../../src/errors.js";
import { random } from "../../src/random.js";
import { outcomesOf } from "../evaluation/outcomes.js";

/** Log-likelihood of a beta-binomial, term by term; the binomial coefficients do not depend on the parameters. */
function likelihood(right: number[], all: number[], alpha: number, beta: number): number {
  let sum = 0;
  right.forEach((count, at) => {
    for (let j = 0; j < count; j++) sum += Math.log(alpha + j);
    for (let j = 0; j < all[at]! - count; j++) sum += Math.log(beta + j);
    for (let j = 0; j < all[at]!; j++) sum -= Math.log(alpha + beta + j);
  });
  return sum;
}

describe("beta-binomial", () => {
  test("finds the distribution that rates were drawn from", () => {
    const source = random(2);
    const uniform = () => source.uint32() / 2 ** 32;
    // The larger of two uniform numbers is Beta(2, 1).
    const rates = Array.from({ length: 4000 }, () => Math.max(uniform(), uniform()));
    const trials = rates.map((_, at) => 4 + (at % 7));
    const right = rates.map(
      (rate, at) =>
        Array.from({ length: trials[at]! }, uniform).filter((draw) => draw < rate).length,
    );
    const { alpha, beta } = fitBetaBinomial(right, trials)!;
    expect(alpha).toBeGreaterThan(1.85);
    expect(alpha).toBeLessThan(2.15);
    expect(beta).toBeGreaterThan(0.93);
    expect(beta).toBeLessThan(1.07);
  });

  test("no neighbour is more likely", () => {
    const cell = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 3, maxLength: 25 }), (cells) => {
        const right = cells.map(([one]) => one);
        const all = cells.map(([one, other]) => one + other);
        const fit = fitBetaBinomial(right, all);
        if (fit === undefined) {
          expect(Math.max(...all)).toBeLessThan(2);
          return;
        }
        const { alpha, beta } = fit;
        // At the edge (rates all alike, or all 0 or 1) the best lies at infinity or at 0.
        if (alpha + beta > 1e3 || Math.min(alpha, beta) < 1e-2) return;
        const best = likelihood(right, all, alpha, beta);
        for (const [a, b] of [
          [1.05, 1],
          [0.95, 1],
          [1, 1.05],
          [1, 0.95],
          [1.05, 1.05],
          [0.95, 0.95],
        ]) {
          expect(best).toBeGreaterThan(likelihood(right, all, alpha * a!, beta * b!) - 1e-9);
        }
      }),
    );
  });

  test("rates that do not differ: the mean for all; single answers: no distribution", () => {
    const { alpha, beta } = fitBetaBinomial(Array(50).fill(3), Array(50).fill(6))!;
    expect(alpha / (alpha + beta)).toBeCloseTo(0.5, 6);
    expect(alpha + beta).toBeGreaterThan(1000);
    expect(fitBetaBinomial([0, 1, 1], [1, 1, 1])).toBeUndefined();
    expect(() => fitBetaBinomial([2], [1])).toThrow(InvalidArgumentError);
    expect(() => fitBetaBinomial([1, 1], [1])).toThrow(InvalidArgumentError);
  });
});

describe("shrunken rates", () => {
  const outcomes = outcomesOf(
    ["often", "once"],
    [
      [1, 1],
      [0.5, 0],
      [0, 0],
      [1, undefined],
      [0.25, 1],
    ],
    {
      answerMarks: [
        [[1, 1, 1, 1], [1]],
        [[1, 0, null], [0]],
        [[0, 0, 0, 0], undefined],
        [[1], undefined],
        [[0.25, 0.25], [1]],
      ],
    },
  );

  test("count known marks of 0 and 1", () => {
    const { successes, trials } = answerCounts(outcomes);
    expect([...trials]).toEqual([4, 1, 2, 1, 4, 0, 1, 0, 0, 1]);
    expect([...successes]).toEqual([4, 1, 1, 0, 0, 0, 1, 0, 0, 1]);
  });

  test("without marks: score times answers, where that is a whole number", () => {
    const rest = outcomesOf(
      ["a", "b"],
      [
        [1 / 3, 0.25],
        [undefined, 1],
      ],
    );
    const answers = [
      [
        ["1", "2", null],
        ["1", "2", "3"],
      ],
      [["1"], undefined],
    ];
    const { successes, trials } = answerCounts({ ...rest, answers });
    expect([...trials]).toEqual([3, 0, 0, 0]);
    expect([...successes]).toEqual([1, 0, 0, 0]);
  });

  test("lie between the observed rate and the model's mean; fewer answers are drawn more", () => {
    const rates = shrunkenRates(outcomes);
    const { alpha, beta } = fitBetaBinomial([4, 1, 0, 1], [4, 2, 4, 1])!;
    expect(rates[0]).toBeCloseTo((4 + alpha) / (4 + alpha + beta), 6);
    expect(rates[0]).toBeLessThan(1);
    expect(rates[6]).toBeLessThan(rates[0]!);
    expect(rates[4]).toBeGreaterThan(0);
    // Graded answers, single answers and unknown cells stay as they are.
    expect(rates[8]).toBe(0.25);
    expect([1, 3, 5, 9].map((cell) => rates[cell])).toEqual([1, 0, 0, 1]);
    expect(rates[7]).toBeNaN();
  });
});

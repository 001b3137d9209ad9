import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../../src/random.js";
import {
  fitLogLinear,
  type LogLinearProblem,
  logLikelihoods,
} from "../../src/voting/log-linear.js";

const arms = 4;

function problemOf(seed: number, prompts: number): LogLinearProblem {
  const { below } = random(seed);
  const choices = Array.from({ length: prompts }, () => {
    const candidates = 2 + below(2);
    const answer = below(candidates);
    return {
      candidateOf: Int32Array.from({ length: arms }, (_, arm) =>
        below(10) < 3 + 2 * arm ? answer : below(candidates + 1) - 1,
      ),
      candidates,
      right: Array.from({ length: candidates }, (_, at) => at === answer || below(12) === 0),
    };
  });
  const precision = new Float64Array(arms * arms);
  for (let at = 0; at < arms; at++) precision[at * arms + at] = 2;
  return {
    choices,
    weightOf: Int32Array.from({ length: arms }, (_, arm) => arm),
    mean: new Float64Array(arms).fill(0.5),
    precision,
  };
}

/** The loss from its definition. */
function loss({ choices, mean, precision }: LogLinearProblem, weights: ArrayLike<number>): number {
  let sum = 0;
  for (const { candidateOf, candidates, right } of choices) {
    const e = Array.from({ length: candidates }, (_, candidate) =>
      Math.exp(
        [...candidateOf.keys()].reduce(
          (s, arm) => s + (candidateOf[arm] === candidate ? weights[arm]! : 0),
          0,
        ),
      ),
    );
    const good = e.reduce((s, value, at) => s + (right[at] ? value : 0), 0);
    sum -= Math.log(good / e.reduce((s, value) => s + value, 0));
  }
  for (let at = 0; at < arms; at++)
    sum += (precision[at * arms + at]! * (weights[at]! - mean[at]!) ** 2) / 2;
  return sum;
}

describe("fitLogLinear", () => {
  test("no step along an axis lowers the loss; no weight is negative; the same input gives the same bytes", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 60 }), (seed, prompts) => {
        const problem = problemOf(seed, prompts);
        const weights = fitLogLinear(problem);
        const least = loss(problem, weights);
        for (let at = 0; at < arms; at++) {
          expect(weights[at]).toBeGreaterThanOrEqual(0);
          for (const step of [-1e-3, 1e-3]) {
            const other = Float64Array.from(weights);
            other[at] = Math.max(0, other[at]! + step);
            expect(loss(problem, other)).toBeGreaterThanOrEqual(least - 1e-9);
          }
        }
        expect(fitLogLinear(problem)).toEqual(weights);
      }),
      { numRuns: 60 },
    );
  });

  test("an arm that is worse than chance ends at 0", () => {
    const choices = Array.from({ length: 50 }, () => ({
      candidateOf: Int32Array.of(0, 1),
      candidates: 2,
      right: [true, false],
    }));
    const problem = {
      choices,
      weightOf: Int32Array.of(0, 1),
      mean: Float64Array.of(0.5, 0.5),
      precision: Float64Array.of(1, 0, 0, 1),
    };
    const weights = fitLogLinear(problem);
    expect(weights[1]).toBe(0);
    // Where the slope is nil: 50 / (1 + e^w) = w - 0.5.
    expect(50 / (1 + Math.exp(weights[0]!))).toBeCloseTo(weights[0]! - 0.5, 6);
    expect(logLikelihoods(problem, weights)[0]).toBeCloseTo(
      -Math.log(1 + Math.exp(-weights[0]!)),
      12,
    );
  });
});

import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { abstains, fitAbstention } from "../../src/policies/abstention.js";
import { argMaxAsReleased } from "../../src/policies/argmax-as-released.js";
import { gated } from "../../src/policies/gated.js";
import { randomOfTop } from "../../src/policies/random.js";
import { utility } from "../../src/policies/utility.js";

const scores = (...values: number[]) => Float32Array.from(values);

describe("randomOfTop", () => {
  const unsure = scores(0.1, 0.6, 0.5, 0.4);

  test("is ArgMax where a score is above 0.60", () => {
    const policy = randomOfTop(1);
    const chosen = Array.from({ length: 50 }, () => policy(scores(0.2, 0.61, 0.6)));
    expect(new Set(chosen)).toEqual(new Set([1]));
  });

  test("else one of the three highest, each as often", () => {
    const policy = randomOfTop(1);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 3000; i++) counts[policy(unsure)]! += 1;
    expect(counts[0]).toBe(0);
    for (const count of counts.slice(1)) expect(Math.abs(count - 1000)).toBeLessThan(100);
  });

  test("a seed repeats it; two models are enough", () => {
    const draw = (seed: number, of: Float32Array) => {
      const policy = randomOfTop(seed);
      return Array.from({ length: 40 }, () => policy(of));
    };
    expect(draw(3, unsure)).toEqual(draw(3, unsure));
    expect(draw(3, unsure)).not.toEqual(draw(4, unsure));
    expect(new Set(draw(1, scores(0.1, 0.2)))).toEqual(new Set([0, 1]));
  });
});

test("argMaxAsReleased counts a prompt without a hard label of 1 as wrong", () => {
  expect(argMaxAsReleased(scores(0.4, 0.5))).toBe(1);
  expect(argMaxAsReleased(scores(0.4, 0.49))).toBeUndefined();
});

describe("gated", () => {
  test("stays unless a model clears its own threshold, then takes the highest of those", () => {
    const policy = gated({ best: 1, thresholds: [0.1, 0, 0.3, Infinity] });
    expect(policy(scores(0.59, 0.5, 0.79, 1))).toBe(1);
    expect(policy(scores(0.61, 0.5, 0.79, 1))).toBe(0);
    expect(policy(scores(0.61, 0.5, 0.81, 1))).toBe(2);
  });
});

describe("utility", () => {
  test("takes seconds and prices off", () => {
    const options = { seconds: [10, 1], prices: [1, 3] };
    expect(utility({})(scores(0.9, 0.8))).toBe(0);
    expect(utility({ ...options, lambda: 0.02 })(scores(0.9, 0.8))).toBe(1);
    expect(utility({ ...options, lambda: 0.02, mu: 0.05 })(scores(0.9, 0.8))).toBe(0);
  });

  test.each([{ lambda: -1 }, { mu: Number.NaN }, { seconds: [Number.NaN] }, { prices: [-1] }])(
    "refuses %o",
    (options) => {
      expect(() => utility(options)).toThrow(InvalidArgumentError);
    },
  );
});

describe("abstention", () => {
  const highest = scores(0.9, 0.8, 0.7, 0.7, 0.6, 0.5);
  const marks = scores(1, 1, 0, 1, 0, Number.NaN);

  test("the lowest limit that keeps the precision", () => {
    expect(fitAbstention(highest, marks, 0.75)).toEqual({
      limit: highest[2],
      coverage: 0.8,
      precision: 0.75,
    });
    // The two equal scores go together: with both it is 3 of 4.
    expect(fitAbstention(highest, marks, 0.9).limit).toBe(highest[1]);
    expect(fitAbstention(highest, marks, 0.6).coverage).toBe(1);
  });

  test("out of reach: every prompt abstains", () => {
    const found = fitAbstention(highest, scores(0, 0, 0, 0, 0, 0), 0.5);
    expect(found).toEqual({ limit: Infinity, coverage: 0, precision: Number.NaN });
    expect(abstains(scores(1, 1), found)).toBe(true);
  });

  test("a prompt is answered if one model reaches the limit", () => {
    expect(abstains(scores(0.2, 0.5), { limit: 0.5 })).toBe(false);
    expect(abstains(scores(0.2, 0.4), { limit: 0.5 })).toBe(true);
  });

  test("refuses what does not fit", () => {
    expect(() => fitAbstention(highest, marks, 0)).toThrow(InvalidArgumentError);
    expect(() => fitAbstention(highest, marks, 1.1)).toThrow(InvalidArgumentError);
    expect(() => fitAbstention(highest, marks.subarray(1), 1)).toThrow(InvalidArgumentError);
  });
});

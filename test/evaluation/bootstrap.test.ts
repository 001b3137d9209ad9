import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { groupBootstrap, normalCdf, normalQuantile } from "../../src/evaluation/bootstrap.js";
import { pairedDifference } from "../../src/evaluation/statistics.js";
import { random } from "../../src/random.js";

const meanOf = (values: Float64Array) => (weights: Uint32Array) => {
  let [sum, count] = [0, 0];
  values.forEach((value, row) => {
    sum += weights[row]! * value;
    count += weights[row]!;
  });
  return [sum / count];
};

describe("bootstrap over groups", () => {
  test("the same seed gives the same interval; groups widen it", () => {
    const values = Float64Array.from({ length: 200 }, (_, i) =>
      Number(Math.floor(i / 4) % 3 === 0),
    );
    const single = Int32Array.from(values, (_, i) => i);
    const fours = Int32Array.from(values, (_, i) => 100 + Math.floor(i / 4));
    const run = (groups: Int32Array) =>
      groupBootstrap({ groups, seed: 1, statistics: meanOf(values) })[0]!;
    expect(run(fours)).toEqual(run(fours));
    const width = ({ bca: [low, high] }: ReturnType<typeof run>) => high - low;
    // Four equal rows a group: twice the error.
    expect(width(run(fours)) / width(run(single))).toBeCloseTo(2, 0);
    expect(run(fours).estimate).toBeCloseTo(0.34, 12);
  });

  test("BCa moves towards the long tail of a skewed figure, percentile and BCa agree on a symmetric one", () => {
    const skewed = Float64Array.from({ length: 40 }, (_, i) =>
      Math.exp(normalQuantile((i + 0.5) / 40)),
    );
    const groups = Int32Array.from(skewed, (_, i) => i);
    const [mean] = groupBootstrap({ groups, seed: 3, statistics: meanOf(skewed) });
    const { percentile, bca } = mean!;
    expect(bca[0]).toBeGreaterThan(percentile[0]);
    expect(bca[1]).toBeGreaterThan(percentile[1]);
    const [other] = groupBootstrap({ groups, seed: 4, statistics: meanOf(skewed) });
    expect(other!.percentile).not.toEqual(percentile);
    const even = Float64Array.from(skewed, (_, i) => i);
    const straight = groupBootstrap({ groups, seed: 3, statistics: meanOf(even) })[0]!;
    expect(Math.abs(straight.bca[0] - straight.percentile[0])).toBeLessThan(0.3);
    expect(Math.abs(straight.bca[1] - straight.percentile[1])).toBeLessThan(0.3);
  });

  test("a figure that cannot vary, one that samples may lack, and one that is never there", () => {
    const groups = Int32Array.from({ length: 20 }, (_, i) => i);
    const [fixed, seldom, never] = groupBootstrap({
      groups,
      seed: 1,
      statistics: (weights) => [3, weights[0]! > 0 ? weights[1]! : Number.NaN, Number.NaN],
    });
    expect(fixed).toEqual({ estimate: 3, percentile: [3, 3], bca: [3, 3] });
    expect(seldom!.percentile[0]).toBe(0);
    expect(seldom!.percentile[1]).toBeGreaterThan(1);
    expect(never!.percentile).toEqual([Number.NaN, Number.NaN]);
    expect(() => groupBootstrap({ groups, seed: 1, resamples: 10, statistics: () => [1] })).toThrow(
      InvalidArgumentError,
    );
  });

  test("of a paired difference with few groups the analytic interval covers at least as often, so the table keeps it", () => {
    const source = random(11);
    const groups = Int32Array.from({ length: 40 }, (_, i) => Math.floor(i / 2));
    const sets = 400;
    const covered = { analytic: 0, percentile: 0, bca: 0 };
    const inside = (low: number, high: number) => Number(low <= 0.1 && 0.1 <= high);
    for (let set = 0; set < sets; set++) {
      const draw = () => source.uint32() / 2 ** 32;
      let shared = 0;
      const a = Float64Array.from(groups, (_, row) => {
        if (row % 2 === 0) shared = draw();
        return Number((draw() < 0.6 ? shared : draw()) < 0.6);
      });
      const b = Float64Array.from(groups, () => Number(draw() < 0.5));
      const analytic = pairedDifference(a, b, groups);
      const differences = a.map((mark, row) => mark - b[row]!);
      const boot = groupBootstrap({
        groups,
        seed: set,
        resamples: 300,
        statistics: meanOf(differences),
      })[0]!;
      covered.analytic += inside(analytic.low, analytic.high);
      covered.percentile += inside(...boot.percentile);
      covered.bca += inside(...boot.bca);
    }
    expect(covered.analytic / sets).toBeGreaterThan(0.93);
    expect(covered.analytic).toBeGreaterThanOrEqual(covered.percentile);
    expect(covered.analytic).toBeGreaterThanOrEqual(covered.bca);
  });
});

test("normal distribution", () => {
  expect(normalCdf(0)).toBeCloseTo(0.5, 6);
  expect(normalCdf(1.959964)).toBeCloseTo(0.975, 6);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 4);
  expect(normalQuantile(0.025)).toBeCloseTo(-1.959964, 4);
});

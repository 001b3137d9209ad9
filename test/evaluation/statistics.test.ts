import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import {
  mcNemar,
  meanMark,
  minimumDetectableEffect,
  pairedDifference,
  tQuantile,
  wilsonInterval,
} from "../../src/evaluation/statistics.js";
import { type Random, random } from "../../src/random.js";

const alone = (n: number) => Int32Array.from({ length: n }, (_, i) => i);
const uniform = ({ uint32 }: Random) => uint32() / 2 ** 32;

describe("wilsonInterval", () => {
  test("8 of 10, 0 of 10, 10 of 10", () => {
    expect(wilsonInterval(0.8, 10).low).toBeCloseTo(0.4902, 4);
    expect(wilsonInterval(0.8, 10).high).toBeCloseTo(0.9433, 4);
    expect(wilsonInterval(0, 10).low).toBe(0);
    expect(wilsonInterval(0, 10).high).toBeCloseTo(0.2775, 4);
    expect(wilsonInterval(1, 10).low).toBeCloseTo(0.7225, 4);
    expect(wilsonInterval(1, 10).high).toBe(1);
  });

  test("contains the estimate and stays in 0..1", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, fc.integer({ min: 1, max: 1e6 }), (p, n) => {
        const { low, high } = wilsonInterval(p, n);
        expect(0 <= low && low <= p && p <= high && high <= 1).toBe(true);
      }),
    );
  });
});

test("tQuantile agrees with tables", () => {
  const table = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
  table.forEach((value, at) => {
    expect(Math.abs(tQuantile(at + 1) - value)).toBeLessThan(0.01);
  });
  expect(tQuantile(1e9)).toBeCloseTo(1.959964, 6);
});

describe("meanMark", () => {
  test("marks of 0 and 1 of independent rows: Wilson", () => {
    const marks = Float64Array.from({ length: 1000 }, (_, i) => Number(i < 700));
    const { mean, low, high } = meanMark(marks, alone(1000));
    const wilson = wilsonInterval(0.7, 1000);
    expect(mean).toBe(0.7);
    expect(low).toBeCloseTo(wilson.low, 3);
    expect(high).toBeCloseTo(wilson.high, 3);
  });

  test("copies in groups do not narrow the interval", () => {
    const marks = Float64Array.from({ length: 4000 }, (_, i) =>
      Number(Math.floor(i / 4) % 2 === 0),
    );
    const grouped = meanMark(
      marks,
      Int32Array.from(marks, (_, i) => Math.floor(i / 4)),
    );
    expect(grouped.high - grouped.low).toBeCloseTo(0.062, 2);
    const all = meanMark(
      new Float64Array(40).fill(1),
      Int32Array.from({ length: 40 }, (_, i) => i % 10),
    );
    expect(all).toEqual(wilsonInterval(1, 10));
  });

  test("graded marks; unknown rows left out; one group tells nothing", () => {
    const marks = Float64Array.of(0.2, 0.4, 0.6, Number.NaN);
    const { mean, low, high } = meanMark(marks, alone(4));
    const half = (tQuantile(2) * 0.2) / Math.sqrt(3);
    expect([mean, low, high].map((x) => +x.toFixed(6))).toEqual([0.4, 0, +(0.4 + half).toFixed(6)]);
    expect(meanMark(marks, new Int32Array(4))).toEqual({ mean, low: 0, high: 1 });
  });
});

describe("pairedDifference", () => {
  test("by hand: differences 1, 0, 0, -1, 1 with rows 0 and 4 in one group; NaN left out", () => {
    const a = Float64Array.of(1, 1, 0, 0, 1, 1);
    const b = Float64Array.of(0, 1, 0, 1, 0, Number.NaN);
    const { mean, low, high } = pairedDifference(a, b, Int32Array.of(0, 1, 2, 3, 0, 4));
    // Residual sums of the groups: 1.6, -0.2, -0.2, -1.2.
    const error = Math.sqrt(((4 / 3) * (2.56 + 0.04 + 0.04 + 1.44)) / 25);
    expect(mean).toBeCloseTo(0.2, 12);
    expect(high).toBeCloseTo(Math.min(1, 0.2 + tQuantile(3) * error), 12);
    expect(low).toBe(-1);
  });

  test("equal marks differ by 0, for certain", () => {
    const marks = Float64Array.from({ length: 100 }, (_, i) => i / 100);
    expect(pairedDifference(marks, marks, alone(100))).toEqual({ mean: 0, low: 0, high: 0 });
  });

  test("agrees with a bootstrap over groups", () => {
    const source = random(5);
    const groups = Int32Array.from({ length: 400 }, (_, i) => Math.floor(i / 2));
    const { a, b } = simulate(source, groups, 0.1);
    const sums = new Float64Array(200);
    a.forEach((mark, row) => {
      sums[groups[row]!]! += mark - b[row]!;
    });
    const means = Float64Array.from({ length: 4000 }, () => {
      let sum = 0;
      for (let draw = 0; draw < 200; draw++) sum += sums[source.below(200)]!;
      return sum / 400;
    }).sort();
    const { low, high } = pairedDifference(a, b, groups);
    expect(Math.abs(low - means[100]!)).toBeLessThan(0.01);
    expect(Math.abs(high - means[3900]!)).toBeLessThan(0.01);
  });

  test.each([0, 0.1])(
    "covers a true difference of %s in about 95 of 100 simulated sets",
    (effect) => {
      const source = random(7);
      const groups = Int32Array.from({ length: 240 }, (_, i) => Math.floor(i / (1 + (i % 3))));
      let [covered, narrow] = [0, 0];
      for (let set = 0; set < 2000; set++) {
        const { a, b } = simulate(source, groups, effect);
        const { low, high } = pairedDifference(a, b, groups);
        if (low <= effect && effect <= high) covered += 1;
        const plain = pairedDifference(a, b, alone(240));
        if (plain.low <= effect && effect <= plain.high) narrow += 1;
      }
      // Binomial error of the share: 0.005.
      expect(covered / 2000).toBeGreaterThan(0.935);
      expect(covered / 2000).toBeLessThan(0.965);
      // The same rows counted as independent are too sure of themselves.
      expect(narrow).toBeLessThan(covered - 20);
    },
  );
});

/** Marks of two models, P(right) 0.5 + effect and 0.5; the rows of a group share their luck half of the time. */
function simulate(source: Random, groups: Int32Array, effect: number) {
  const luck = new Map<number, [number, number]>();
  const pairs = Array.from(groups, (group) => {
    const shared = luck.get(group) ?? [uniform(source), uniform(source)];
    luck.set(group, shared);
    const own: [number, number] = [uniform(source), uniform(source)];
    return uniform(source) < 0.7 ? shared : own;
  });
  return {
    a: Float64Array.from(pairs, ([one]) => Number(one < 0.5 + effect)),
    b: Float64Array.from(pairs, ([, two]) => Number(two < 0.5)),
  };
}

describe("mcNemar", () => {
  const pairs = (onlyA: number, onlyB: number, both = 5): [Float64Array, Float64Array] => [
    Float64Array.from([
      ...Array(onlyA).fill(1),
      ...Array(onlyB).fill(0),
      ...Array(both).fill(1),
      Number.NaN,
    ]),
    Float64Array.from([
      ...Array(onlyA).fill(0),
      ...Array(onlyB).fill(1),
      ...Array(both).fill(1),
      0,
    ]),
  ];

  test("10 against 2: exact 0.0386, mid-p 0.0225", () => {
    const { onlyA, onlyB, exact, midP } = mcNemar(...pairs(10, 2));
    expect([onlyA, onlyB]).toEqual([10, 2]);
    expect(exact).toBeCloseTo(158 / 4096, 10);
    expect(midP).toBeCloseTo((158 - 66) / 4096, 10);
  });

  test("no difference, no discordant row, and many rows", () => {
    expect(mcNemar(...pairs(7, 7)).exact).toBe(1);
    expect(mcNemar(...pairs(7, 7)).midP).toBeCloseTo(1, 10);
    expect(mcNemar(...pairs(0, 0))).toMatchObject({ exact: 1, midP: 1 });
    // 5,200 against 4,800 is 4 standard errors: p = 6.3e-5.
    expect(mcNemar(...pairs(5200, 4800)).midP).toBeCloseTo(6.3e-5, 5);
  });
});

describe("minimumDetectableEffect", () => {
  test("20 % discordance: 3.5 points with 1,319 prompts, 1.1 with 14,042", () => {
    expect(minimumDetectableEffect(1319, 0.2)).toBeCloseTo(0.0345, 4);
    expect(minimumDetectableEffect(14_042, 0.2)).toBeCloseTo(0.0106, 4);
  });

  test("refuses what is no sample and no share", () => {
    expect(() => minimumDetectableEffect(0, 0.2)).toThrow(InvalidArgumentError);
    expect(() => minimumDetectableEffect(10, 1.1)).toThrow(InvalidArgumentError);
  });
});

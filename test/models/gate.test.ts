import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { fitGate } from "../../src/models/gate.js";
import { gated } from "../../src/policies/gated.js";
import { random } from "../../src/random.js";

/** Model 0 is right half of the time; model 1 by a chance of its own, and P of model 1 is the row's. */
function world(rows: number, chanceOf: (p: number) => number, seed = 5) {
  const { uint32 } = random(seed);
  const uniform = () => uint32() / 2 ** 32;
  const P = new Float32Array(rows * 2).fill(0.5);
  const marks = new Float32Array(rows * 2);
  for (let row = 0; row < rows; row++) {
    const p = uniform();
    P[row * 2 + 1] = p;
    marks[row * 2] = Number(uniform() < 0.5);
    marks[row * 2 + 1] = Number(uniform() < chanceOf(p));
  }
  return { P, marks };
}

describe("fitGate", () => {
  test("leaves the best model where P can be trusted", () => {
    const { P, marks } = world(2000, (p) => p);
    const { thresholds, gain, error, share } = fitGate(P, marks, 2, 0);
    expect(thresholds[0]).toBeLessThan(0.15);
    expect(gain).toBeGreaterThan(5 * error);
    expect(share).toBeGreaterThan(0.3);
    const policy = gated({ best: 0, thresholds });
    let sum = 0;
    for (let row = 0; row < 2000; row++) {
      sum += marks[row * 2 + policy(P.subarray(row * 2, row * 2 + 2))]! - marks[row * 2]!;
    }
    expect(sum / 2000).toBeCloseTo(gain, 6);
  });

  test("only far above where it is too sure of itself", () => {
    const { P, marks } = world(4000, (p) => (p > 0.8 ? 0.95 : 0.3));
    const { thresholds } = fitGate(P, marks, 2, 0);
    expect(thresholds[1]).toBeGreaterThan(0.25);
    expect(thresholds[1]).toBeLessThan(0.35);
  });

  test("never where leaving does harm: staying is worth 0", () => {
    const { P, marks } = world(500, () => 0.3);
    const stays = fitGate(P, marks, 2, 0);
    expect(stays).toEqual({ thresholds: [Infinity, Infinity], gain: 0, error: 0, share: 0 });
  });

  test("copies of a few prompts are no evidence when they are one group each", () => {
    // Model 1 is right alone on seven prompts, model 0 on five.
    const P = Float32Array.from({ length: 24 }, (_, cell) => (cell % 2 === 0 ? 0.5 : 0.9));
    const marks = P.map((_, cell) => Number(cell % 2 === Number(cell < 14)));
    const times = (of: Float32Array) =>
      Float32Array.from({ length: 40 * of.length }, (_, i) => of[i % of.length]!);
    const groups = Int32Array.from({ length: 480 }, (_, row) => row % 12);
    const [free, grouped] = [undefined, groups].map((of) =>
      fitGate(times(P), times(marks), 2, 0, of && { groups: of }),
    );
    expect(free!.thresholds[0]).toBeLessThan(Infinity);
    expect(grouped!.thresholds[0]).toBe(Infinity);
  });

  test("a row with an unknown mark is left out", () => {
    const { P, marks } = world(300, (p) => p);
    const known = fitGate(P, marks, 2, 0);
    const more = (of: Float32Array, value: number) => Float32Array.of(...of, value, value);
    const P2 = more(P, 0.9);
    expect(fitGate(P2, more(marks, Number.NaN), 2, 0)).toEqual(known);
  });

  test("refuses what does not fit", () => {
    const { P, marks } = world(3, () => 1);
    expect(() => fitGate(P, marks.subarray(1), 2, 0)).toThrow(InvalidArgumentError);
    expect(() => fitGate(P, marks, 2, 0, { z: -1 })).toThrow(InvalidArgumentError);
  });
});

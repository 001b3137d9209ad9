import { describe, expect, test } from "vitest";
import { InvalidArgumentError, NoLabelsError } from "../../src/errors.js";
import { fitVoteWeights } from "../../src/voting/weights.js";
import { outcomesOf } from "../evaluation/outcomes.js";
import { votingWorld } from "./world.js";

describe("fitVoteWeights", () => {
  test("a better model weighs more, one that guesses next to nothing; the same input gives the same bytes", () => {
    const world = votingWorld(300, { skills: [[0.85], [0.65], [0.05]] });
    const fitted = fitVoteWeights(world);
    const [[good], [fair], [bad]] = fitted.weights as [[number], [number], [number]];
    expect(good).toBeGreaterThan(fair + 0.4);
    expect(fair).toBeGreaterThan(bad + 0.4);
    expect(bad).toBeLessThan(0.3);
    expect(JSON.stringify(fitVoteWeights(world))).toBe(JSON.stringify(fitted));
  });

  test("slots get weights of their own where they differ, and share one where they do not", () => {
    const styles = fitVoteWeights(votingWorld(400, { skills: [[0.9, 0.9, 0.2, 0.2]] }));
    expect(styles.slotRidge).not.toBeNull();
    expect(Math.min(...styles.weights[0]!.slice(0, 2))).toBeGreaterThan(
      Math.max(...styles.weights[0]!.slice(2)) + 0.5,
    );
    const samples = fitVoteWeights(votingWorld(80, { skills: [[0.6, 0.6, 0.6, 0.6]] }));
    const alone = fitVoteWeights(votingWorld(80, { skills: [[0.6, 0.6, 0.6, 0.6]] }), {
      slotRidges: [null],
    });
    expect(new Set(alone.weights[0]).size).toBe(1);
    expect(samples.heldOut).toBeGreaterThanOrEqual(alone.heldOut);
    const spread = (list: readonly number[]) => Math.max(...list) - Math.min(...list);
    expect(spread(samples.weights[0]!)).toBeLessThan(spread(styles.weights[0]!) / 3);
  });

  test("a strong ridge brings the slots of a model together", () => {
    const world = votingWorld(200, { skills: [[0.9, 0.3]] });
    const difference = (ridge: number) => {
      const [[a, b]] = fitVoteWeights(world, { slotRidges: [ridge] }).weights as [[number, number]];
      return a - b;
    };
    expect(difference(1)).toBeGreaterThan(2 * difference(100));
    expect(difference(1e6)).toBeLessThan(1e-3);
  });

  test("nothing to learn from", () => {
    const same = outcomesOf(["a"], [[1], [0]], { answers: [[["x"]], [["y"]]] });
    expect(() => fitVoteWeights(same)).toThrow(NoLabelsError);
    expect(() => fitVoteWeights(outcomesOf(["a"], [[1]]))).toThrow(InvalidArgumentError);
  });
});

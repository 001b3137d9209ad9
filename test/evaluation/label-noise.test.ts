import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { formatLabelNoise } from "../../src/evaluation/format-label-noise.js";
import { effectivePoolSize, labelNoise } from "../../src/evaluation/label-noise.js";
import { oracleFigures } from "../../src/evaluation/sample-oracles.js";
import { random } from "../../src/random.js";
import { outcomesOf } from "./outcomes.js";

/** Models whose rate on each prompt is drawn, and k answers of each. */
function sampled(n: number, k: number, advantage = 0) {
  const source = random(6);
  const uniform = () => source.uint32() / 2 ** 32;
  const rates = Array.from({ length: n }, () => [
    Math.min(1, uniform() + advantage),
    uniform(),
    Math.min(uniform(), uniform()),
  ]);
  const answerMarks = rates.map((row) =>
    row.map((rate) => Array.from({ length: k }, () => Number(uniform() < rate))),
  );
  const mean = (marks: number[]) => marks.reduce((sum, mark) => sum + mark, 0) / marks.length;
  const scores = Float32Array.from(answerMarks.flat(), mean);
  const best = rates.reduce((sum, row) => sum + Math.max(...row), 0) / n;
  const majority = answerMarks.map((row) => row.map((marks) => Number(mean(marks) >= 0.5)));
  return { outcomes: outcomesOf(["a", "b", "c"], majority, { scores, answerMarks }), best };
}

describe("oracles of sampled answers", () => {
  const { outcomes, best } = sampled(1500, 6);

  test("the truth lies between choices by the answers and the observed rates", () => {
    const { hard, expected, shrunken, split } = oracleFigures(outcomes, 1);
    expect(split).toBeLessThan(best);
    expect(expected).toBeGreaterThan(best + 0.02);
    expect(hard).toBeGreaterThan(best);
    expect(shrunken).toBeLessThan(best);
    expect(shrunken).toBeGreaterThan(split!);
    expect(best - shrunken!).toBeLessThan(0.05);
    expect(oracleFigures(outcomes, 1).split).toBe(split);
  });

  test("with one answer only the hard oracle and the same by rates", () => {
    const single = outcomesOf(
      ["a", "b"],
      [
        [1, 0],
        [0, 0],
      ],
    );
    expect(oracleFigures(single, 1)).toEqual({ hard: 0.5, expected: 0.5 });
  });
});

describe("effective pool size", () => {
  const source = random(3);
  const column = () => Array.from({ length: 2000 }, () => source.below(2));
  const size = (columns: number[][]) =>
    effectivePoolSize(
      outcomesOf(
        columns.map((_, at) => `${at}`),
        columns[0]!.map((_, row) => columns.map((one) => one[row]!)),
      ),
    );

  test("copies count once, independent models each, opposite errors as one", () => {
    const [a, b, c] = [column(), column(), column()];
    expect(size([a!, a!, a!])).toBeCloseTo(1, 9);
    expect(size([a!, b!, c!])).toBeGreaterThan(2.98);
    expect(size([a!, a!, b!, b!])).toBeCloseTo(2, 1);
    expect(size([a!, a!.map((mark) => 1 - mark)])).toBeCloseTo(1, 9);
  });

  test("a model that never varies is left out", () => {
    const ones = Array(2000).fill(1);
    expect(size([column(), ones, ones])).toBeCloseTo(1, 9);
    expect(size([ones])).toBe(1);
  });
});

describe("label noise", () => {
  test("reliability is the share of variance that is not luck", () => {
    const { models } = labelNoise(sampled(3000, 5).outcomes, 1);
    // Uniform rates are Beta(1, 1): 5 / (5 + 2).
    expect(models[1]!.reliability).toBeGreaterThan(5 / 7 - 0.03);
    expect(models[1]!.reliability).toBeLessThan(5 / 7 + 0.03);
    expect(models[1]).toMatchObject({ model: "b", answers: 5 });
  });

  test("power: with the prompts it asks for, the difference is just detectable", () => {
    const small = labelNoise(sampled(300, 4, 0.03).outcomes, 1).ranking!;
    expect(small).toMatchObject({ first: "a", second: "b" });
    const { detectable, difference, prompts } = small;
    expect((detectable / difference) ** 2 * 300).toBeGreaterThan(prompts - 1);
    expect((detectable / difference) ** 2 * 300).toBeLessThanOrEqual(prompts);
    // Prompts differ too much for any number of answers, or enough answers lower the error to what is wanted.
    const sure = labelNoise(sampled(3000, 2, 0.05).outcomes, 1).ranking!;
    expect(sure.prompts).toBeLessThan(3000);
    expect(sure.answers).toBeLessThanOrEqual(2);
    const equal = labelNoise(
      outcomesOf(
        ["a", "b"],
        [
          [1, 0],
          [0, 1],
        ],
      ),
      1,
    ).ranking!;
    expect(equal.prompts).toBe(Number.POSITIVE_INFINITY);
    expect(equal).not.toHaveProperty("answers");
  });

  test("looks like this", () => {
    expect(
      `\n${formatLabelNoise(labelNoise(sampled(400, 5, 0.03).outcomes, 1))}`,
    ).toMatchInlineSnapshot(`
      "
         rate %  answers  alpha   beta  not luck %
      a    54.1      5.0  0.943  0.799        74.2
      b    49.5      5.0   1.18   1.19        67.9
      c    33.6      5.0  0.921   1.84        64.5

      oracle by marks: 83.5 %
      expected oracle, by observed rates (too high): 75.9 %
      expected oracle, chosen by shrunken rates (too low): 68.2 %
      expected oracle, chosen by half of the answers (too low): 64.8 %
      models with independent errors that would spread as much: 3.0 of 3

      a before b:
        +4.5 points (-0.1..+9.2); found 4 times out of 5: 6.7
        prompts needed to be as sure of this difference: 856
        or answers of each of these prompts: no number is enough
      "
    `);
  });

  test("one model has no ranking; no prompt is refused", () => {
    expect(labelNoise(outcomesOf(["a"], [[1]]), 1)).not.toHaveProperty("ranking");
    expect(() => labelNoise(outcomesOf(["a"], []), 1)).toThrow(InvalidArgumentError);
  });
});

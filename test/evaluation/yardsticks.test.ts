import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jointMarks } from "../../src/evaluation/joint.js";
import {
  bestPerSkill,
  bestSingleModel,
  chosenMarks,
  clusterBoundMarks,
  countSkills,
  expectedOracleMarks,
  oracleMarks,
  randomMarks,
  singleMarks,
  upperBoundMarks,
} from "../../src/evaluation/yardsticks.js";
import { outcomesOf } from "./outcomes.js";

const unknown = undefined;
const set = outcomesOf(
  ["a", "b", "c"],
  [
    [1, 0, 0],
    [0, 0.5, unknown],
    [unknown, unknown, unknown],
  ],
);
const numbers = (marks: Float64Array) => [...marks];

describe("yardsticks by hand", () => {
  test("single, random, oracle, chosen", () => {
    expect(numbers(singleMarks(set, 1))).toEqual([0, 0.5, Number.NaN]);
    expect(numbers(randomMarks(set))).toEqual([1 / 3, 0.25, Number.NaN]);
    expect(numbers(oracleMarks(set))).toEqual([1, 0.5, Number.NaN]);
    expect(numbers(chosenMarks(set, Int32Array.of(2, 1, 0)))).toEqual([0, 0.5, Number.NaN]);
  });

  test("cluster bound: the best of each cluster by these marks; expected oracle: by rates", () => {
    const marks = outcomesOf(
      ["a", "b"],
      [
        [1, 0],
        [0, 1],
        [0, 1],
        [1, unknown],
        [unknown, unknown],
      ],
      {
        scores: Float32Array.of(
          0.75,
          0.5,
          0.25,
          0.5,
          0,
          0.5,
          0.5,
          Number.NaN,
          Number.NaN,
          Number.NaN,
        ),
      },
    );
    const bound = clusterBoundMarks(marks, Int32Array.of(7, 7, 7, 2, 2));
    expect(numbers(bound)).toEqual([0, 1, 1, 1, Number.NaN]);
    expect(numbers(expectedOracleMarks(marks))).toEqual([0.75, 0.5, 0.5, 0.5, Number.NaN]);
  });

  test("upper bound: any positive right, a probability of 0.5 included; no positive: the argmax", () => {
    const marks = outcomesOf(
      ["a", "b", "c"],
      [
        [0, 1, 0],
        [0, 1, 1],
        [1, 0, 0],
        [1, 0, 1],
        [unknown, 0, 1],
      ],
    );
    const probabilities = [
      [0.9, 0.5, 0.1],
      [0.6, 0.4, 0.4],
      [0.3, 0.2, 0.1],
      [0.1, 0.2, 0.1],
      [0.9, 0.8, 0.2],
    ];
    const bound = upperBoundMarks(marks, Float32Array.from(probabilities.flat()));
    expect(numbers(bound)).toEqual([1, 0, 1, 0, 0]);
  });

  test("jointly: most votes of all answers, ties to the first seen, unusable answers do not vote", () => {
    const joint = outcomesOf(["a", "b"], new Array(7).fill([0.5, 0.5]), {
      golds: ["2", "2", "2", "2", undefined, "2", "2"],
      answers: [
        [["1", "2"], ["2"]],
        [["1"], ["2"]],
        [["2"], ["1"]],
        [[null, null, null], ["2 "]],
        [["2"], ["2"]],
        [undefined, undefined],
        [[null], []],
      ],
    });
    expect(numbers(jointMarks(joint))).toEqual([1, 0, 1, 1, Number.NaN, Number.NaN, 0]);
    expect(numbers(jointMarks(set))).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test("jointly: the mark of a model with the winning answer decides before equality with the reference", () => {
    const marks = [
      [1, 0],
      [0, 1],
      [unknown, 1],
      [1, 0],
    ];
    const joint = outcomesOf(["a", "b"], marks, {
      golds: ["'x'", "x", "x", undefined],
      answers: [
        [['"x"'], ["y"]],
        [["x", "x"], ["y"]],
        [["x", "x"], ["y"]],
        [["z"], ["y"]],
      ],
    });
    expect(numbers(jointMarks(joint))).toEqual([1, 0, 1, 1]);
  });

  test("jointly: a number is one answer however it is written, a long one stays as it is", () => {
    const joint = outcomesOf(["a", "b", "c"], new Array(3).fill([0.5, 0.5, 0.5]), {
      golds: ["2125", "1,250.50", "12345678901234567890"],
      answers: [
        [["7"], ["2,125"], ["2125.0"]],
        [["7"], ["1250.5"], ["+1250.50"]],
        [["12345678901234567891"], [], []],
      ],
    });
    expect(numbers(jointMarks(joint))).toEqual([1, 1, 0]);
  });

  test("best single model: known rows only, ties to the first, never a model without a mark", () => {
    expect(bestSingleModel(set)).toBe(0);
    const marks = [
      [0, 1, unknown],
      [1, unknown, unknown],
      [1, 0, unknown],
    ];
    expect(bestSingleModel(outcomesOf(["a", "b", "c"], marks))).toBe(0);
    expect(bestSingleModel(outcomesOf(["c", "b", "a"], [[unknown, 0, 0]]))).toBe(1);
  });

  test("best per skill: chosen on training rows, subject before task, fallback for new skills", () => {
    const train = outcomesOf(
      ["a", "b"],
      [
        [1, 0],
        [1, 0],
        [0, 1],
      ],
      { tasks: ["t", "t", "t"], subjects: [undefined, "s", "u"] },
    );
    const test = outcomesOf(["a", "b"], new Array(4).fill([0, 1]), {
      tasks: ["t", "t", "t", "new"],
      subjects: ["u", "s", undefined, undefined],
    });
    expect(countSkills(train)).toBe(3);
    expect([...bestPerSkill(train, test)]).toEqual([1, 0, 0, 0]);
  });
});

const mark = fc.option(fc.float({ min: 0, max: 1, noNaN: true }), { nil: undefined });
const matrices = fc
  .integer({ min: 1, max: 5 })
  .chain((width) =>
    fc.array(fc.array(mark, { minLength: width, maxLength: width }), {
      minLength: 1,
      maxLength: 20,
    }),
  )
  .map((rows) =>
    outcomesOf(
      rows[0]!.map((_, at) => `m${at}`),
      rows,
    ),
  );

describe("yardsticks in general", () => {
  test("the oracle is at least as good as every choice, random lies between worst and best", () => {
    fc.assert(
      fc.property(matrices, fc.infiniteStream(fc.nat()), (outcomes, stream) => {
        const oracle = oracleMarks(outcomes);
        const random = randomMarks(outcomes);
        const singles = outcomes.models.map((_, model) => singleMarks(outcomes, model));
        const draws = stream[Symbol.iterator]();
        const choices = Int32Array.from(oracle, () => draws.next().value! % outcomes.models.length);
        const chosen = chosenMarks(outcomes, choices);
        const scores = outcomes.marks.map(() => (draws.next().value! % 100) / 100);
        const bound = upperBoundMarks(outcomes, scores);
        oracle.forEach((best, row) => {
          const known = singles.map((single) => single[row]!).filter((m) => !Number.isNaN(m));
          if (known.length === 0) {
            expect([best, random[row], chosen[row], bound[row]]).toEqual(
              new Array(4).fill(Number.NaN),
            );
            return;
          }
          for (const other of [...known, random[row]!, chosen[row]!, bound[row]!]) {
            if (!Number.isNaN(other)) expect(best).toBeGreaterThanOrEqual(other - 1e-12);
          }
          expect(random[row]!).toBeGreaterThanOrEqual(Math.min(...known) - 1e-12);
        });
      }),
    );
  });
});

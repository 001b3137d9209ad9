import { describe, expect, test } from "vitest";
import { canonical } from "../../src/datasets/answers.js";
import { InvalidArgumentError } from "../../src/errors.js";
import { ballotsOf, majority, slotCounts } from "../../src/voting/ballots.js";
import { outcomesOf } from "../evaluation/outcomes.js";

describe("canonical", () => {
  test.each([
    ["2,125", "2125"],
    ["2125.0", "2125"],
    [" +7.50 ", "7.5"],
    ["1,2", "1,2"],
    ["05/01/2021", "05/01/2021"],
    ["99999999999999999999", "99999999999999999999"],
    [" B ", "B"],
  ])("%s is %s", (answer, form) => {
    expect(canonical(answer)).toBe(form);
  });
});

describe("ballots", () => {
  test("marks: of single answers, then of the model whose majority it is, then by the reference", () => {
    const [ballot] = ballotsOf(
      outcomesOf(["a", "b"], [[1, 0]], {
        answers: [
          [
            ["4", "4", "9"],
            ["5.0", "6", null],
          ],
        ],
        answerMarks: [[[0, null, null], undefined]],
        golds: ["6"],
      }),
    );
    // By the reference 4 would be wrong too; 5 takes the mark of b, whose majority it is (the first of a tie).
    expect([...ballot!.marks]).toEqual([
      ["4", 0],
      ["5", 0],
      ["9", 0],
      ["6", 1],
    ]);
    expect(ballot!.answers).toEqual([
      ["4", "4", "9"],
      ["5", "6", null],
    ]);
  });

  test("without a reference only majority answers are known", () => {
    const [ballot] = ballotsOf(outcomesOf(["a"], [[1]], { answers: [[["x", "y", "x"]]] }));
    expect([...ballot!.marks]).toEqual([["x", 1]]);
  });

  test("a model that was not asked has no answers; slots count the most of any prompt", () => {
    const ballots = ballotsOf(
      outcomesOf(
        ["a", "b"],
        [
          [1, undefined],
          [1, 1],
        ],
        {
          answers: [
            [["x", "x"], undefined],
            [["x"], ["x"]],
          ],
        },
      ),
    );
    expect(ballots[0]!.answers[1]).toEqual([]);
    expect(slotCounts(ballots, 2)).toEqual([2, 1]);
  });

  test("outcomes without answers are refused", () => {
    expect(() => ballotsOf(outcomesOf(["a"], [[1]]))).toThrow(InvalidArgumentError);
    expect(() => ballotsOf(outcomesOf(["a"], [[1]]))).toThrow(/outcomes\.answers.*samples/);
  });

  test("majority: ties to the first, unusable answers do not vote", () => {
    expect(majority([null, null, "b", "a", "a", "b"])).toBe("b");
    expect(majority([null])).toBeNull();
    expect(majority([])).toBeNull();
  });
});

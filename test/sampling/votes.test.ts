import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isStrict, majorityVote } from "../../src/sampling/votes.js";

const answers = fc.array(fc.constantFrom("1", "2", "3", null), { minLength: 1, maxLength: 12 });

describe("majorityVote", () => {
  test("ties go to the answer seen first", () => {
    expect(majorityVote(["2", "1", "1", "2"])).toBe("2");
    expect(majorityVote([null, "1", "2"])).toBe("1");
  });

  test("unusable answers do not win unless there are no others", () => {
    expect(majorityVote([null, null, null, "7"])).toBe("7");
    expect(majorityVote([null, null])).toBeNull();
    expect(majorityVote([])).toBeNull();
  });

  test("nothing is more frequent than the winner, and nothing as frequent is earlier", () => {
    fc.assert(
      fc.property(answers, (all) => {
        const count = (answer: string) => all.filter((other) => other === answer).length;
        const usable = all.filter((answer) => answer !== null);
        const most = Math.max(0, ...usable.map(count));
        expect(majorityVote(all)).toBe(usable.find((answer) => count(answer) === most) ?? null);
      }),
    );
  });
});

test("strict is 8 of 10, and the same share of other counts", () => {
  expect([7 / 10, 8 / 10, 9 / 10].map(isStrict)).toEqual([false, true, true]);
  expect([3 / 5, 4 / 5, 1].map(isStrict)).toEqual([false, true, true]);
});

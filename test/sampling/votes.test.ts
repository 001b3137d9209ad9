import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { majorityVote, strict, successRate } from "../../src/sampling/votes.js";

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

describe("successRate and strict", () => {
  test("count unusable answers as wrong", () => {
    expect(successRate(["1", null, "1", "2"], "1")).toBe(0.5);
  });

  test("strict is 8 of 10, and the same share of other counts", () => {
    const right = (k: number, n: number) =>
      Array.from({ length: n }, (_, i) => (i < k ? "1" : null));
    expect([7, 8, 9].map((k) => strict(right(k, 10), "1"))).toEqual([false, true, true]);
    expect([3, 4].map((k) => strict(right(k, 5), "1"))).toEqual([false, true]);
    expect(strict(["1"], "1")).toBe(true);
  });

  test("need an answer", () => {
    expect(() => successRate([], "1")).toThrow(InvalidArgumentError);
  });
});

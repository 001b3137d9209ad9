import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extractLetter } from "../../../src/sampling/extraction/extract-letter.js";

describe("extractLetter", () => {
  test.each([
    ["The answer is (B).", "B"],
    ["Hg D. The answer is D.", "D"],
    ["Answer: C", "C"],
    ["the answer is option E", "E"],
    ["The answer is B. (A) is wrong.", "B"],
    ["(A) or (C)", "C"],
    ["I think it is D", "D"],
    ["**J**", "J"],
    ["B. Paris", "B"],
    ["The answer is A because it is", "A"],
    ["The answer is a mammal", null],
    ["The answer is A mammal", null],
    ["The answer is Berlin", null],
    ["The answer is (K)", null],
    ["Answer: I do not know", null],
    ["\\boxed{C} of (A)", "C"],
    ["\\boxed{\\text{D}}", "D"],
    ["#### B", "B"],
    ["The answer is (d).", "D"],
    ["The answer is b", null],
    ["Answer: **(C) Paris** and not (A)", "C"],
    ["The correct option is D, not (B)", "D"],
    ["the right choice: **E**", "E"],
    ["(A) is wrong. **B**", "B"],
    ["**C. Paris** (B) is Rome", "C"],
    ["The answer is **option F**", "F"],
    ["The answer is not A. It is (B).", "B"],
    ["Answer: I think (C)", "C"],
    ["The answer is:\n\nG", "G"],
    ["The answer is Émile", null],
    ["", null],
  ])("%j -> %j", (text, letter) => {
    expect(extractLetter(text)).toBe(letter);
  });

  test("finds each of ten options in each form", () => {
    for (const letter of "ABCDEFGHIJ") {
      for (const text of [
        `(${letter})`,
        `The answer is ${letter}.`,
        `answer: **${letter}**`,
        letter,
        `so ${letter}`,
      ]) {
        expect(extractLetter(text)).toBe(letter);
      }
    }
  });

  test("of any text is a letter A to J or null", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(extractLetter(text) ?? "A").toMatch(/^[A-J]$/);
      }),
    );
  });
});

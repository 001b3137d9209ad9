import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extractText } from "../../../src/sampling/extraction/extract-text.js";

describe("extractText", () => {
  test.each([
    ["  Paris \n", "Paris"],
    ["Let me think.\nAnswer: Paris\n", "Paris"],
    ["**Final answer:** Paris", "Paris"],
    ["It is in France. The answer is Paris.", "Paris"],
    ["The answer is: Paris. It is big.", "Paris. It is big."],
    ["The answer is Paris.\nIt is big.", "The answer is Paris.\nIt is big."],
    ["reasons\n#### Paris", "Paris"],
    ["a\r\nb\rc", "a\nb\nc"],
    ["Cafe\u0301", "Caf\u00e9"],
    ["Nobody gave an answer to her", "Nobody gave an answer to her"],
    ["The answer is not known.", "The answer is not known."],
    ["Answer: ", null],
    [" \n", null],
  ])("%j -> %j", (text, answer) => {
    expect(extractText(text)).toBe(answer);
  });

  test("is its own fixed point", () => {
    const unit = fc.constantFrom(
      "the answer is",
      "answer",
      ":",
      "####",
      " ",
      "\n",
      "\r",
      ".",
      "*",
      "x",
      "\u0301",
      "e",
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 14 }), (text) => {
        const answer = extractText(text);
        if (answer !== null) expect(extractText(answer)).toBe(answer);
      }),
      { numRuns: 5000 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extractBoolean } from "../../../src/sampling/extraction/extract-boolean.js";

describe("extractBoolean", () => {
  test.each([
    ["Yes", "yes"],
    ["no.", "no"],
    ["TRUE", "yes"],
    ["False", "no"],
    ["**Yes**, they do", "yes"],
    ["Yes, because no other reason counts. No.", "yes"],
    ["They differ. The answer is no, not yes.", "no"],
    ["The answer is: **True**", "yes"],
    ["Answer: not true", "no"],
    ["\\boxed{\\text{No}}", "no"],
    ["#### yes", "yes"],
    ["There is no reason, so yes.", "yes"],
    ["There is no reason to think so", null],
    ["It is true", "yes"],
    ["That isn't true.", "no"],
    ["That is not false!", "yes"],
    ["Hm. No; wait: yes, it is", "yes"],
    ["I know nothing of Norway", null],
    ["Yesterday", null],
    ["The answer is not yes but no.", "no"],
    ["", null],
  ])("%j -> %j", (text, answer) => {
    expect(extractBoolean(text)).toBe(answer);
  });

  test("is its own fixed point", () => {
    const unit = fc.constantFrom(
      "yes",
      "no",
      "true",
      "not ",
      " ",
      ".",
      "**",
      "answer is ",
      "\n",
      "x",
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        const answer = extractBoolean(text);
        if (answer !== null) expect(extractBoolean(answer)).toBe(answer);
      }),
      { numRuns: 2000 },
    );
  });
});

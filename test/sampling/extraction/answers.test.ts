import { describe, expect, test } from "vitest";
import { canonicalGold, extractAnswer } from "../../../src/sampling/extraction/answers.js";
import { paperLetter, paperNumber } from "../../../src/sampling/extraction/paper-extraction.js";

describe("the paper's patterns", () => {
  test("keep their defects", () => {
    expect(paperNumber("The answer is 1,000.")).toBe("0");
    expect(paperNumber("It costs $12.50")).toBe("50");
    expect(paperNumber("so -7")).toBe("7");
    expect(paperLetter("(A) or (E)")).toBe("A");
    expect(paperLetter("The answer is D")).toBeNull();
  });
});

describe("extractAnswer", () => {
  test("answers and reference answers have one form", () => {
    const pairs = [
      ["number", "so 1,000", "1000.0"],
      ["number", "\\frac{1}{2}", "0.5"],
      ["letter", "B.", "(B)"],
      ["boolean", "That is true.", "Yes"],
      ["text", "The answer is Paris.", " Paris"],
    ] as const;
    for (const [answer, text, gold] of pairs)
      expect(extractAnswer({ answer }, text)).toBe(canonicalGold({ answer, gold }));
    expect(canonicalGold({ answer: "text" })).toBeNull();
  });

  test("reads long hostile texts in linear time", () => {
    const units = [
      ..."1 -$.,/*#(:=\n",
      ...[
        "1,",
        "1 ",
        "1,111",
        " 111",
        "1/",
        "1 1/",
        "1 000 ",
        "1 111 ",
        "1e",
        "1x10^",
        "$ ",
        "\\frac{1",
      ],
      ...[
        "answer ",
        "answer is ",
        "Answer: A ",
        "answer is not ",
        "answer (",
        "answer to ",
        "\\boxed{",
        "####",
      ],
      ...[
        "the answer is ",
        "**",
        "**A",
        "(A",
        "A.",
        "true ",
        "not ",
        "no ",
        "½",
        "\\,",
        "* \"'",
        "e\u0301",
      ],
    ];
    // Quadratic time would be minutes. A few texts have a megabyte.
    const read = (unit: string, length: number) => {
      const text = `${unit.repeat(Math.ceil(length / unit.length))}x`;
      for (const answer of ["number", "letter", "boolean", "text"] as const) {
        const began = performance.now();
        extractAnswer({ answer }, text);
        const took = performance.now() - began;
        expect(took, `${answer} of ${JSON.stringify(unit)}`).toBeLessThan(5000);
      }
    };
    for (const unit of units) read(unit, 300_000);
    for (const unit of ["1", "1 000 ", "answer is ", "**A"]) read(unit, 1_000_000);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canonicalGold,
  extractAnswer,
  extractLetter,
  extractNumber,
  paperLetter,
  paperNumber,
} from "../../src/sampling/answers.js";

describe("extractNumber", () => {
  test.each([
    ["The answer is 1,000.", "1000"],
    ["It costs $12.50", "12.5"],
    ["so -7", "-7"],
    ["so \u22127 degrees", "-7"],
    ["-$5", "-5"],
    ["$-5", "-5"],
    ["10 - 3", "3"],
    ["10-3", "3"],
    ["x = -3", "-3"],
    ["25%", "25"],
    ["1,234,567.80 in all", "1234567.8"],
    ["1,2,3", "3"],
    ["10,20", "20"],
    ["007", "7"],
    ["-0.00", "0"],
    [".5", "0.5"],
    ["1.2.3", "3"],
    ["36 + 33 = 69. The answer is 69.", "69"],
    ["€ 3", "3"],
    ["**42**", "42"],
    ["12,3456", "3456"],
    ["no digits", null],
    ["", null],
  ])("%j -> %j", (text, number) => {
    expect(extractNumber(text)).toBe(number);
  });

  test("finds any number however it is written, and the last of several", () => {
    const value = fc.tuple(fc.boolean(), fc.nat(10_000_000), fc.nat(999));
    const style = fc.constantFrom("$", "", "€");
    const around = fc.constantFrom("", ".", " apples", "%", "**", " each.\n");
    fc.assert(
      fc.property(
        value,
        style,
        around,
        fc.nat(),
        ([negative, whole, thousandths], currency, after, other) => {
          const decimals = thousandths === 0 ? "" : `.${String(thousandths).padStart(3, "0")}`;
          const grouped = whole.toLocaleString("en-US") + decimals;
          const sign = negative ? "-" : "";
          const expected = String(Number(`${sign}${whole}${decimals}`) || 0);
          const text = `First ${other}, then = ${sign}${currency}${grouped}${after}`;
          expect(extractNumber(text)).toBe(expected);
          expect(extractNumber(`${sign}${currency}${whole}${decimals}${after}`)).toBe(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("is its own fixed point, on any text, in linear time", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0123456789,.-$% aA(") }), (text) => {
        const number = extractNumber(text);
        if (number !== null) expect(extractNumber(number)).toBe(number);
        else expect(text).not.toMatch(/\d/);
      }),
      { numRuns: 2000 },
    );
    const began = performance.now();
    for (const unit of ["1", "1,", "-", "$", "111,", "."]) extractNumber(unit.repeat(200_000));
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

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

describe("the paper's patterns", () => {
  test("keep their defects", () => {
    expect(paperNumber("The answer is 1,000.")).toBe("0");
    expect(paperNumber("It costs $12.50")).toBe("50");
    expect(paperNumber("so -7")).toBe("7");
    expect(paperLetter("(A) or (E)")).toBe("A");
    expect(paperLetter("The answer is D")).toBeNull();
  });
});

test("answers and reference answers have one form", () => {
  expect(extractAnswer({ answer: "number" }, "1,000")).toBe(
    canonicalGold({ answer: "number", gold: "1000.0" }),
  );
  expect(extractAnswer({ answer: "letter" }, "B.")).toBe(
    canonicalGold({ answer: "letter", gold: "(B)" }),
  );
});

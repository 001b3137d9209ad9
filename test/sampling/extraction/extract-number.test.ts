import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical } from "../../../src/datasets/answers.js";
import { extractNumber } from "../../../src/sampling/extraction/extract-number.js";

describe("extractNumber", () => {
  describe.each([
    [
      "the last number",
      [
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
      ],
    ],
    [
      "stated answers before the last number",
      [
        ["The answer is 12 apples, because 5 and 7 make 12 or so, and 3 is odd", "12"],
        ["The answer is 5. No, the answer is 7. I had 9 at first.", "7"],
        ["9 + 9 = 18\n#### 72\nThat took 3 steps.", "72"],
        ["Thus $\\boxed{72}$, for all 3 of them", "72"],
        ["\\boxed{\\frac{3}{4}} of 100", "0.75"],
        ["\\boxed{1{,}5}", "1"],
        ["**72** apples, 3 each", "72"],
        ["**Step 1:** count 5. **72 apples** in 2 boxes", "72"],
        ["**1.** 5 apples\n**2.** so 8", "8"],
        ["**Answer:** 72 (of 100)", "72"],
        ["Answer = -4, not 4", "-4"],
        ["The final answer is: $1,234.50 for 2", "1234.5"],
        ["The answer is 3 + 4 = 7 for all 10", "7"],
        ["The answer is 7 = 3 + 4", "7"],
        ["The answer is 3 - 4 and so on", "3"],
        ["The answer to part (b) is 8 of 9", "8"],
        ["The answer (in metres) is 8 of 9", "8"],
        ["The answer is not 5 but 7", "7"],
        ["The answer is simple.\nWe take 6.", "6"],
        ["The answer is:\n\n42\n\n(17 were left)", "42"],
        ["Answer: 42. Then 17 more.", "42"],
        ["To answer this, we need 5 and then get 6", "6"],
        ["The answer is 0.5 km. Check: 500 m", "0.5"],
        ["ANSWER: 3\nAnswer: none", "3"],
      ],
    ],
    [
      "separators",
      [
        ["1\u202f234\u202f567", "1234567"],
        ["1\u2009000", "1000"],
        ["1\u00a0000,5", "5"],
        ["1 000 000", "1000000"],
        ["1 000", "1000"],
        ["12 345 678", "12345678"],
        ["12 345", "345"],
        ["100 200 300", "300"],
        ["3 200-page books", "200"],
        ["$1 234.50", "1234.5"],
        ["1 234 €", "1234"],
        ["5 12 345 678", "678"],
        ["1,00", "0"],
        ["1,000,00", "0"],
        ["1,000.", "1000"],
        ["1{,}000", "1000"],
        ["$1\\,000\\,000$", "1000000"],
      ],
    ],
    [
      "fractions",
      [
        ["3/4", "0.75"],
        ["1 1/2", "1.5"],
        ["-1 1/2", "-1.5"],
        ["-3/4", "-0.75"],
        ["2/6", "1/3"],
        ["-10/3 m", "-10/3"],
        ["2 1/3 cups", "7/3"],
        ["10/2", "5"],
        ["0/5", "0"],
        ["7 5/2", "2.5"],
        ["½", "0.5"],
        ["1½ cups", "1.5"],
        ["\u2153", "1/3"],
        ["3\u20444", "0.75"],
        ["\\dfrac{2}{6}", "1/3"],
        ["5/0", "0"],
        ["on 12/25/2020", "2020"],
        ["1.5/2", "2"],
        ["48 / 4", "4"],
        ["1/3", "1/3"],
        ["3/4 = 0.750", "0.75"],
      ],
    ],
    [
      "scientific notation",
      [
        ["1.2e5", "120000"],
        ["1.2E+5", "120000"],
        ["1.2e-5", "0.000012"],
        ["1.2 x 10^5", "120000"],
        ["1.2\u00d710\u2075", "120000"],
        ["-1.25 \u00b7 10^{-2}", "-0.0125"],
        ["3\u00d710\u207b\u00b2", "0.03"],
        ["1.2 \\times 10^{5}", "120000"],
        ["2*10^3 m", "2000"],
        ["0e10", "0"],
        ["2 * 10", "10"],
        ["1.2e5x", "5"],
        ["5e", "5"],
        ["3e99999", "99999"],
        ["1e3 = 1,000", "1000"],
      ],
    ],
    [
      "units, percent and currency",
      [
        ["12 m2", "12"],
        ["12 cm^2 in all", "12"],
        ["12m\u00b2", "12"],
        ["80 km/h", "80"],
        ["5kg", "5"],
        ["12.5 %", "12.5"],
        ["12 euros", "12"],
        ["12,50 \u20ac", "50"],
        ["\u00a35", "5"],
        ["5$", "5"],
        ["US$1,000", "1000"],
        ["-\u00a35.00", "-5"],
        ["$\u22125", "-5"],
        ["(5)", "5"],
        ["20-5", "5"],
        ["5 \u2013 7", "7"],
        ["9.", "9"],
        ["-.5", "-0.5"],
        ["\u0663", null],
        ["n\u00b2", null],
      ],
    ],
  ] as [string, [string, string | null][]][])("%s", (_, rows) => {
    test.each(rows)("%j -> %j", (text, number) => {
      expect(extractNumber(text)).toBe(number);
    });
  });

  test("has one form for each value, however it is written, wherever it stands", () => {
    const digits = fc.integer({ min: 0, max: 999_999_999 }).map(String);
    const part = fc.stringMatching(/^\d{0,6}$/);
    const group = (whole: string, by: string) => whole.replace(/\B(?=(?:\d{3})+$)/g, by);
    const forms: ((whole: string, part: string) => string)[] = [
      (whole, part) => group(whole, ",") + part,
      (whole, part) => group(whole, "\u202f") + part,
      (whole, part) => group(whole, "{,}") + part,
      (whole, part) => `00${whole}${part}`,
      (whole, part) => `$${whole}${part}`,
      (whole, part) => `$ ${group(whole, " ")}${part}`,
      (whole, part) => `${whole}${part || "."}%`,
      (whole, part) => `${whole}${part || ".00"}e0`,
      (whole, part) => `${whole}${part || ".0"} \u00d7 10^{0}`,
      (whole, part) => `${whole}${part} m2`,
    ];
    const places: ((number: string) => string)[] = [
      (number) => number,
      (number) => `First 5, then = ${number} apples.`,
      (number) => `The answer is ${number}, since 3 and 4 are not.`,
      (number) => `So\n#### ${number}\nin 4 steps`,
      (number) => `Hence \\boxed{${number}} with 17`,
    ];
    fc.assert(
      fc.property(digits, part, fc.boolean(), (whole, behind, negative) => {
        const value = Number(`${whole}.${behind}0`);
        const point = behind === "" ? "" : `.${behind}`;
        const expected = `${whole}${point}`.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
        const sign = negative && value !== 0 ? "-" : "";
        for (const form of forms)
          for (const place of places)
            expect(extractNumber(place(`${sign}${form(whole, point)}`))).toBe(sign + expected);
      }),
      { numRuns: 300 },
    );
  });

  test("moves the point of scientific notation, and divides fractions, as arithmetic does", () => {
    const mantissa = fc.integer({ min: 1, max: 99_999 });
    fc.assert(
      fc.property(mantissa, fc.integer({ min: -12, max: 12 }), (value, power) => {
        const direct = extractNumber(`${value}e${power}`)!;
        expect(Number(direct)).toBe(Number(`${value}e${power}`));
        expect(direct).not.toContain("e");
      }),
    );
    const whole = fc.integer({ min: 1, max: 9999 });
    fc.assert(
      fc.property(whole, whole, whole, (top, bottom, times) => {
        const form = extractNumber(`${top}/${bottom}`)!;
        const [n, d = "1"] = form.split("/");
        expect(Number(n) / Number(d)).toBeCloseTo(top / bottom, 12);
        expect(extractNumber(`\\frac{${(top * times) % 9_999_999 || 1}}{1}`)).toMatch(/^\d+$/);
        if (top * times < 1e7 && bottom * times < 1e7)
          expect(extractNumber(`${top * times}/${bottom * times}`)).toBe(form);
      }),
    );
  });

  test("is its own fixed point, on any text, and evaluation reads it unchanged", () => {
    const unit = fc.constantFrom(
      ..."0123456789,.-$% aA(/e+^*×½\u2212\u202f\u2044{}=\n",
      "answer is ",
      "\\boxed{",
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
        const number = extractNumber(text);
        if (number === null) expect(text).not.toMatch(/\d/);
        else expect([extractNumber(number), canonical(number)]).toEqual([number, number]);
      }),
      { numRuns: 5000 },
    );
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { type TokenPattern, words } from "../../src/native/text.js";
import { golden } from "./golden.js";

interface WordsGolden {
  readonly texts: string[];
  readonly cases: {
    readonly tokenPattern: TokenPattern;
    /** Of each text. */
    readonly words: string[][];
    readonly every: { readonly checksum: number; readonly words: number };
  }[];
}
const { texts, cases } = golden<WordsGolden>("words");

test.each(cases)("$tokenPattern: words are scikit-learn's", ({ tokenPattern, words: expected }) => {
  expect(texts.map((text) => words(text, tokenPattern))).toEqual(expected);
});

test.each(cases)(
  "$tokenPattern: every code point outside ASCII is cut and lowered as scikit-learn does",
  ({ tokenPattern, every }) => {
    let checksum = 0;
    let count = 0;
    for (let point = 0x80; point < 0x110000; point++) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const char = String.fromCodePoint(point);
      for (const word of words(`a${char}b ${char}c`, tokenPattern)) {
        count++;
        for (const c of [...Array.from(word, (c) => c.codePointAt(0)!), 0]) {
          checksum = Math.imul(checksum ^ c, 16777619) >>> 0;
        }
      }
    }
    expect({ checksum, words: count }).toEqual(every);
  },
);

test("ASCII words are those of a regular expression", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii", maxLength: 300 }), (text) => {
      expect(words(text)).toEqual(text.toLowerCase().match(/\b\w\w+\b/g) ?? []);
      expect(words(text, "\\w+")).toEqual(text.toLowerCase().match(/\b\w+\b/g) ?? []);
    }),
  );
});

test("any UTF-16 is cut, lone surrogates and NUL as gaps", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 }), (units) => {
      const text = String.fromCharCode(...units);
      const all = words(text, "\\w+");
      for (const word of all) expect(word).not.toMatch(/\p{Surrogate}/u);
      expect(words(text)).toEqual(all.filter((word) => [...word].length >= 2));
    }),
  );
  expect(words("ab\ud800cd \udc00ef g\u0000h ij\udfff\ud83d")).toEqual(["ab", "cd", "ef", "ij"]);
});

test("text after text, and a gap of any length, does not disturb the block-wise reader", () => {
  for (let gap = 0; gap < 140; gap++) {
    for (const filler of [" ", "é", "x", "–"]) {
      const text = `Ab${filler.repeat(gap)} Cd`;
      expect(words(text)).toEqual(text.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu));
    }
  }
});

test("words() refuses what is no string", () => {
  for (const bad of [undefined, null, 1, {}, Symbol("s")]) {
    expect(() => words(bad as string)).toThrow(TypeError);
    if (bad !== undefined) expect(() => words("ab", bad as TokenPattern)).toThrow(TypeError);
  }
});

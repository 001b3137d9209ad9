import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { corpusBleu, sentenceBleu, tokens13a } from "../../src/scorers/bleu.js";
import { chrf } from "../../src/scorers/chrf.js";
import { rougeL } from "../../src/scorers/rouge-l.js";
import { scorerOf, scorers } from "../../src/scorers/score.js";
import { exactMatch, normalizeAnswer, tokenF1 } from "../../src/scorers/token-f1.js";

interface Golden {
  readonly cases: { answer: string; references: string[]; bleu: number; chrf: number }[];
  readonly corpora: { last: number; bleu: number }[];
  readonly tokens: Record<string, string[]>;
}

/** What scripts/golden-scorers.py wrote with sacreBLEU. */
const golden: Golden = JSON.parse(
  readFileSync(new URL("../golden/scorers.json", import.meta.url), "utf8"),
);

describe("BLEU and chrF agree with sacreBLEU", () => {
  test("tokens", () => {
    for (const [text, tokens] of Object.entries(golden.tokens))
      expect(tokens13a(text)).toEqual(tokens);
  });

  test("sentences", () => {
    expect(golden.cases.length).toBeGreaterThan(150);
    for (const { answer, references, bleu, chrf: expected } of golden.cases) {
      const name = JSON.stringify([answer, references]);
      expect(sentenceBleu(answer, references), name).toBeCloseTo(bleu, 10);
      expect(chrf(answer, references), name).toBeCloseTo(expected, 10);
    }
  });

  test("corpora", () => {
    for (const { last, bleu } of golden.corpora) {
      const some = golden.cases.slice(-last);
      const answers = some.map(({ answer }) => answer);
      const references = some.map((one) => one.references);
      expect(corpusBleu(answers, references)).toBeCloseTo(bleu, 10);
    }
    expect(() => corpusBleu(["a"], [])).toThrow(InvalidArgumentError);
    expect(() => corpusBleu(["a"], [[]])).toThrow(InvalidArgumentError);
  });
});

describe("ROUGE-L", () => {
  test.each([
    // The values of the tests of Google's rouge_score.
    ["testing one", "testing one two", 4 / 5],
    ["testing two", "testing one two", 4 / 5],
    ["testing", "testing one two", 1 / 2],
    ["", "testing one two", 0],
    ["w1", "", 0],
    ["/", "w1 w2", 0],
    // Example of Lin (2004): "police kill the gunman" shares 3 of 4 words in order, "the gunman kill police" 2.
    ["police kill the gunman", "police killed the gunman", 3 / 4],
    ["the gunman kill police", "police killed the gunman", 2 / 4],
    ["Caf\u00e9, \u4f60\u597d!", "caf\u00e9 \u4f60\u597d", 1],
    ["One.\nTwo", "one two", 1],
  ])("%j against %j", (answer, reference, expected) => {
    expect(rougeL(answer, [reference])).toBeCloseTo(expected, 12);
  });

  test("is the F1 of the longest common subsequence", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 9 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const longest = Math.max(
          0,
          ...subsequences(a)
            .filter((s) => isIn(s, b))
            .map((s) => s.length),
        );
        const expected = longest === 0 ? 0 : (2 * longest) / (a.length + b.length);
        expect(rougeL(a.join(" "), [b.join("\n")])).toBeCloseTo(expected, 12);
      }),
      { numRuns: 200 },
    );
  });
});

describe("exact match and F1 of words, as SQuAD counts them", () => {
  test.each([
    ["The  Cat's, an apple!", "cats apple"],
    ["a", ""],
    ["Theatre of the\u3000A.N.", "theatre of"],
    ["caf\u00e9 \u00e9a", "caf\u00e9 \u00e9a"],
    ["$1,000.50", "100050"],
  ])("%j is normalised to %j", (text, normal) => {
    expect(normalizeAnswer(text)).toBe(normal);
  });

  test.each([
    ["the Broncos", ["Denver Broncos"], 0, 2 / 3],
    ["Denver broncos.", ["Broncos", "Denver Broncos"], 1, 1],
    ["a b b c", ["b b b d"], 0, (2 * 2) / 7],
    ["the", ["a"], 1, 1],
    ["the", ["x"], 0, 0],
    ["", [""], 1, 1],
  ])("%j against %j", (answer, references, exact, f1) => {
    expect(exactMatch(answer, references)).toBe(exact);
    expect(tokenF1(answer, references)).toBeCloseTo(f1, 12);
  });
});

describe("every scorer", () => {
  const sentence = fc.array(fc.constantFrom("one", "two", "three,", "4.5", "the", "\u00fcber"), {
    maxLength: 8,
  });
  const names = Object.keys(scorers) as (keyof typeof scorers)[];

  test.each(names)("%s is within 0..1, 1 for itself, and no less with more references", (name) => {
    fc.assert(
      fc.property(sentence, sentence, sentence, (...lists) => {
        const [a, b, c] = lists.map((words) => words.join(" ")) as [string, string, string];
        const one = scorers[name](a, [b]);
        const more = scorers[name](a, [b, c]);
        expect(one).toBeGreaterThanOrEqual(0);
        expect(more).toBeLessThanOrEqual(1 + 1e-12);
        if (name !== "bleu") expect(more).toBeGreaterThanOrEqual(one - 1e-12);
        if (a !== "") expect(scorers[name](a, [a])).toBeCloseTo(1, 12);
        expect(scorers[name](a, [])).toBe(0);
      }),
    );
  });
});

test("a text question without a scorer is scored by words, without a reference by a judge", () => {
  expect(scorerOf({ gold: "x" })).toBe("f1");
  expect(scorerOf({})).toBe("judge");
  expect(scorerOf({ gold: "x", scorer: "judge" })).toBe("judge");
});

function subsequences([first, ...rest]: readonly string[]): string[][] {
  if (first === undefined) return [[]];
  const others = subsequences(rest);
  return [...others, ...others.map((other) => [first, ...other])];
}

function isIn(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const item of whole) if (item === part[at]) at += 1;
  return at === part.length;
}

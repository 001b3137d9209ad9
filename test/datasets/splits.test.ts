import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groupPrompts } from "../../src/datasets/near-duplicates.js";
import { groupedKFold } from "../../src/datasets/splits.js";
import { InvalidArgumentError } from "../../src/errors.js";
import { random, shuffle, xoshiro128 } from "../../src/random.js";

describe("random", () => {
  test("xoshiro128** gives the reference sequence of its authors' code", () => {
    const { uint32 } = xoshiro128([1, 2, 3, 4]);
    const expected = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
      4258142804,
    ];
    expect(expected.map(uint32)).toEqual(expected);
  });

  test("the state comes from SplitMix64 (first two outputs for seed 0)", () => {
    const { uint32 } = random(0);
    const reference = xoshiro128([0x7b1dcdaf, 0xe220a839, 0xa1b965f4, 0x6e789e6a]);
    expect(Array.from({ length: 5 }, uint32)).toEqual(Array.from({ length: 5 }, reference.uint32));
  });

  test("below is uniform, shuffle permutes", () => {
    const source = random(1);
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) counts[source.below(3)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
    const list = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = shuffle([...list], random(2));
    expect(shuffled).not.toEqual(list);
    expect(shuffled.sort((a, b) => a - b)).toEqual(list);
  });
});

describe("groupPrompts", () => {
  test("numbers, case and punctuation do not tell prompts apart; symbols alone are compared as they are", () => {
    const prompts = [
      "Tom has 12 apples. How many?",
      "tom has 3 apples - how many",
      "Tom has 3,400 apples: how many?",
      "+",
      "-",
      "Where is Rome?",
    ];
    expect([...groupPrompts(prompts)]).toEqual([0, 0, 0, 1, 2, 3]);
  });

  test("links chains of near-duplicates", () => {
    const words =
      "the quick brown fox jumps over a lazy dog while seven old sailors sing about rain".split(
        " ",
      );
    const change = (...at: number[]) =>
      words.map((w, i) => (at.includes(i) ? `x${w}` : w)).join(" ");
    const prompts = [change(), change(0), change(0, 15), "entirely different text"];
    expect([...groupPrompts(prompts)]).toEqual([0, 0, 0, 1]);
  });

  test("other alphabets are words too", () => {
    expect(
      new Set(groupPrompts(["今天天气很好", "他昨天去了北京", "Где Рим?", "Кто там?"])).size,
    ).toBe(4);
  });

  test("equals the comparison of all pairs", () => {
    const word = fc.constantFrom(..."a b c d e f g h".split(" "));
    const prompt = fc.array(word, { minLength: 1, maxLength: 9 }).map((list) => list.join(" "));
    fc.assert(
      fc.property(fc.array(prompt, { maxLength: 40 }), (prompts) => {
        expect([...groupPrompts(prompts)]).toEqual(groupsOfAllPairs(prompts));
      }),
    );
  });
});

/** The definition of groupPrompts, for prompts of plain lower-case words. */
function groupsOfAllPairs(prompts: readonly string[]): number[] {
  const distinct = [...new Set(prompts)];
  const terms = distinct.map((prompt) => {
    const words = prompt.split(" ");
    return [...words, ...words.slice(1).map((w, i) => `${words[i]} ${w}`)];
  });
  const weights = terms.map((list) => {
    const raw = new Map<string, number>();
    for (const term of new Set(list)) {
      const frequency = terms.filter((other) => other.includes(term)).length;
      const idf = Math.log((1 + distinct.length) / (1 + frequency)) + 1;
      raw.set(term, (1 + Math.log(list.filter((t) => t === term).length)) * idf);
    }
    const norm = Math.sqrt([...raw.values()].reduce((sum, w) => sum + w * w, 0));
    return new Map([...raw].map(([term, w]) => [term, w / norm]));
  });
  const label = distinct.map((_, i) => i);
  for (const [i, a] of weights.entries()) {
    for (const [j, b] of weights.entries()) {
      let cosine = 0;
      for (const [term, w] of a) cosine += w * (b.get(term) ?? 0);
      const [keep, drop] = [label[i]!, label[j]!];
      if (cosine <= 0.8) continue;
      for (const at of label.keys()) if (label[at] === drop) label[at] = keep;
    }
  }
  const rows = prompts.map((prompt) => label[distinct.indexOf(prompt)]!);
  const order = [...new Set(rows)];
  return rows.map((l) => order.indexOf(l));
}

describe("groupedKFold", () => {
  const cases = fc
    .record({ k: fc.integer({ min: 2, max: 6 }), seed: fc.nat() })
    .chain(({ k, seed }) =>
      fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 80 }).map((groups) => ({
        k,
        seed,
        groups: Int32Array.from([...groups, 50, 51, 52, 53, 54, 55]),
      })),
    );

  test("every row is in one fold, no group is split, no fold is empty, the same seed repeats", () => {
    fc.assert(
      fc.property(cases, ({ k, seed, groups }) => {
        const folds = groupedKFold(groups, k, seed);
        expect(folds).toHaveLength(groups.length);
        expect([...new Set(folds)].sort()).toEqual(Array.from({ length: k }, (_, i) => i));
        const foldOf = new Map<number, number>();
        groups.forEach((group, row) => {
          expect(foldOf.get(group) ?? folds[row]).toBe(folds[row]);
          foldOf.set(group, folds[row]!);
        });
        expect(groupedKFold(groups, k, seed)).toEqual(folds);
      }),
    );
  });

  test("folds are balanced, and other seeds give other folds", () => {
    const groups = Int32Array.from({ length: 1003 }, (_, row) => Math.floor(row / 2));
    const folds = groupedKFold(groups, 5, 1);
    const sizes = [0, 1, 2, 3, 4].map((fold) => folds.filter((f) => f === fold).length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(2);
    expect(groupedKFold(groups, 5, 2)).not.toEqual(folds);
  });

  test.each([1, 2.5, 4, Number.NaN])("refuses %s folds of 3 groups", (k) => {
    expect(() => groupedKFold(Int32Array.of(0, 1, 2, 2), k, 1)).toThrow(InvalidArgumentError);
  });
});

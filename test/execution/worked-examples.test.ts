import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readJsonLines } from "../../src/datasets/jsonl.js";
import { workedExamples } from "../../src/execution/worked-examples.js";
import { extractAnswer } from "../../src/sampling/extraction/answers.js";
import { paperAnswer } from "../../src/sampling/extraction/paper-extraction.js";

const { number, letter, boolean } = workedExamples;
const all = [...number, ...letter, ...boolean];

describe("worked examples", () => {
  test("there are enough, all different", () => {
    expect([number.length, letter.length, boolean.length]).toEqual([8, 8, 4]);
    expect(new Set(all.map(({ prompt }) => prompt)).size).toBe(all.length);
  });

  test.each(number)("the arithmetic is right: $prompt", ({ answer }) => {
    const steps = [...answer.matchAll(/((?:[\d.]+ [-+*/] )+[\d.]+) = ([\d.]*\d)/g)];
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.length).toBe(answer.split("=").length - 1);
    for (const [, left, right] of steps) expect(evaluate(left!)).toBe(Number(right));
    expect(answer).toMatch(new RegExp(` The answer is ${steps.at(-1)![2]}\\.$`));
  });

  test("ends with an answer that our extraction and the paper's read alike", () => {
    for (const { answer } of number) {
      const gold = /The answer is (\d+)\.$/.exec(answer)![1];
      expect(extractAnswer({ answer: "number" }, answer)).toBe(gold);
      expect(paperAnswer({ answer: "number" }, answer)).toBe(gold);
    }
    for (const { prompt, answer } of letter) {
      const gold = /The answer is \(([A-D])\)\.$/.exec(answer)![1];
      expect(extractAnswer({ answer: "letter" }, answer)).toBe(gold);
      expect(paperAnswer({ answer: "letter" }, answer)).toBe(gold);
      expect([...prompt.matchAll(/^\(([A-D])\) \S/gm)].map(([, one]) => one)).toEqual([..."ABCD"]);
    }
    for (const { answer } of boolean) {
      const gold = /The answer is (yes|no)\.$/.exec(answer)![1];
      expect(extractAnswer({ answer: "boolean" }, answer)).toBe(gold);
    }
  });

  test("no letter and no boolean is favoured", () => {
    const golds = letter.map(({ answer }) => extractAnswer({ answer: "letter" }, answer));
    for (const one of "ABCD") expect(golds.filter((gold) => gold === one)).toHaveLength(2);
    expect(boolean.filter(({ answer }) => /yes\.$/.test(answer))).toHaveLength(2);
  });
});

/** Questions beside the repository; see SOURCES.md there. */
const data = join(import.meta.dirname, "../../../shared/data/questions");
/** Runs of so many words in a row are not shared by chance. */
const run = 7;

describe.skipIf(!existsSync(data))(
  "with GSM8K and MMLU (skipped where ../shared/data is absent)",
  () => {
    test("no example shares a run of 7 words with any of their questions", async () => {
      const own = new Map(
        all.flatMap(({ prompt }) => runs(prompt).map((words) => [words, prompt])),
      );
      const shared: string[] = [];
      let compared = 0;
      for (const name of ["gsm8k", "mmlu"]) {
        for await (const { value } of readJsonLines(join(data, `${name}.jsonl.gz`))) {
          const { id, prompt } = value as { id: string; prompt: string };
          compared += 1;
          for (const words of runs(prompt)) if (own.has(words)) shared.push(`${id}: ${words}`);
        }
      }
      expect(compared).toBe(8792 + 15_858);
      expect(shared).toEqual([]);
    }, 60_000);
  },
);

function runs(prompt: string): string[] {
  const words = prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(run - 1).map((_, at) => words.slice(at, at + run).join(" "));
}

/** Products before sums, left to right. */
function evaluate(text: string): number {
  const parts = text.split(" ");
  const terms: number[] = [Number(parts[0])];
  for (let at = 1; at < parts.length; at += 2) {
    const value = Number(parts[at + 1]);
    if (parts[at] === "*") terms.push(terms.pop()! * value);
    else if (parts[at] === "/") terms.push(terms.pop()! / value);
    else terms.push(parts[at] === "-" ? -value : value);
  }
  return terms.reduce((sum, term) => sum + term, 0);
}

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { consensusOf } from "../../../src/sampling/labels/consensus.js";
import type { AnswerSet, SampledAnswers } from "../../../src/sampling/store/load-answers.js";
import type { Question } from "../../../src/types.js";

const set = (...answers: (string | null)[]): AnswerSet => ({
  answers,
  seconds: 1,
  promptTokens: 1,
  completionTokens: 1,
});
const numbers = (count: number): Question[] =>
  Array.from({ length: count }, (_, i) => ({ id: `q${i}`, prompt: `p${i}`, answer: "number" }));
/** @param answer of a model to the question of an index. */
const world = (
  count: number,
  models: Record<string, (i: number) => string | null>,
): SampledAnswers =>
  new Map(
    Object.entries(models).map(([name, answer]) => [
      name,
      new Map(Array.from({ length: count }, (_, i) => [`q${i}`, set(answer(i))])),
    ]),
  );

describe("consensusOf", () => {
  test("a model has no say in its own label", () => {
    fc.assert(
      fc.property(fc.constantFrom("1", "2", "3", null), (own) => {
        const more = world(3, { me: () => own, a: (i) => `${i}`, b: (i) => `${i}` });
        const consensus = consensusOf(numbers(3), more, ["me", "a", "b"]);
        expect([0, 1, 2].map((i) => consensus.get(`q${i}`)!.get("me"))).toEqual(["0", "1", "2"]);
      }),
    );
  });

  test("reliable models outvote a greater number of unreliable ones", () => {
    // On most questions two good models agree and three poor ones scatter; on the last one the poor ones agree.
    const count = 60;
    const poor = (k: number) => (i: number) => (i === count - 1 ? "wrong" : `${k}-${i}`);
    const sampled = world(count, {
      poor1: poor(1),
      poor2: poor(2),
      poor3: poor(3),
      good1: (i) => `${i}`,
      good2: (i) => `${i}`,
    });
    const consensus = consensusOf(numbers(count), sampled, [...sampled.keys()]);
    expect(consensus.get(`q${count - 1}`)!.get("poor1")).toBe(`${count - 1}`);
  });

  test("a model alone, or among unreadable answers, gets no label", () => {
    const sampled = world(1, { a: () => "1", b: () => null });
    const consensus = consensusOf(numbers(1), sampled, ["a", "b"]).get("q0")!;
    expect([...consensus]).toEqual([["b", "1"]]);
    expect(consensusOf(numbers(1), sampled, ["a"]).get("q0")!.size).toBe(0);
  });

  test("free texts agree by their words", () => {
    const texts = numbers(1).map((question) => ({ ...question, answer: "text" as const }));
    const sampled = world(1, {
      a: () => "a blue bird",
      b: () => "the red cat sat",
      c: () => "red cat sat down",
      d: () => "red cat",
    });
    const consensus = consensusOf(texts, sampled, ["a", "b", "c", "d"]);
    expect(consensus.get("q0")!.get("a")).toBe("the red cat sat");
  });
});

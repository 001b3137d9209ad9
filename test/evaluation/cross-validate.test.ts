import { describe, expect, test } from "vitest";
import { crossValidate } from "../../src/evaluation/cross-validate.js";
import { formatTable } from "../../src/evaluation/format.js";
import { outcomesOf, word } from "./outcomes.js";
import { always, row } from "./rows.js";

describe("crossValidate", () => {
  const n = 60;
  const marks = Array.from({ length: n }, (_, i) => (i % 3 === 0 ? [0, 1] : [1, 0]));
  const tasks = marks.map((_, i) => (i % 3 === 0 ? "y" : "x"));
  const outcomes = outcomesOf(["a", "b"], marks, { tasks });

  test("fits each fold on the other folds only and judges every prompt once", async () => {
    const seen: string[] = [];
    const progress: number[] = [];
    const evaluation = await crossValidate({
      outcomes,
      folds: 4,
      seed: 1,
      onProgress: (done, total) => progress.push(done / total),
      fit: async (part) => {
        const trained = new Set(part.prompts);
        expect(part.prompts).toHaveLength(45);
        const choose = ({ prompts }: typeof outcomes) => {
          for (const prompt of prompts) expect(trained.has(prompt)).toBe(false);
          seen.push(...prompts);
          return Int32Array.from(prompts, (prompt) =>
            Number(outcomes.prompts.indexOf(prompt) % 3 === 0),
          );
        };
        return [always(0, { choose })];
      },
    });
    expect(seen.sort()).toEqual([...outcomes.prompts].sort());
    expect(progress).toEqual([0.25, 0.5, 0.75, 1]);
    expect(evaluation).toMatchObject({
      n,
      folds: 4,
      groups: n,
      bestSingle: "a",
      oracleGapShare: 1,
    });
    expect(row(evaluation, "router")).toMatchObject({ accuracy: 1, gain: expect.closeTo(1 / 3) });
    expect(row(evaluation, "router").shares).toEqual({
      a: expect.closeTo(2 / 3),
      b: expect.closeTo(1 / 3),
    });
    expect(row(evaluation, "best per task").accuracy).toBe(1);
    expect(row(evaluation, "a")).toMatchObject({ gain: 0, gainLow: 0, gainHigh: 0 });
  });

  test("the reference is chosen by each fold on its training rows", async () => {
    // a and b tie over all rows: leaving some out decides, mostly against the model that is better on them.
    const tied = outcomesOf(
      ["a", "b"],
      Array.from({ length: n }, (_, i) => (i % 2 ? [0, 1] : [1, 0])),
    );
    const evaluation = await crossValidate({
      outcomes: tied,
      folds: 5,
      seed: 2,
      fit: async () => [],
    });
    expect(row(evaluation, evaluation.bestSingle).gain).toBeGreaterThanOrEqual(0);
    expect(evaluation.rows.map(({ name }) => name)).toEqual(["a", "b", "random", "oracle"]);
  });

  test("the same seed gives the same table, near-duplicates stay together", async () => {
    const pairs = Array.from({ length: n }, (_, i) => `${word(Math.floor(i / 2))} ${i}`);
    const options = { outcomes: { ...outcomes, prompts: pairs }, folds: 3, seed: 9 };
    const fit = async (part: typeof outcomes) => {
      const words = new Map<string, number>();
      for (const prompt of part.prompts) {
        const [first] = prompt.split(" ");
        words.set(first!, (words.get(first!) ?? 0) + 1);
      }
      for (const count of words.values()) expect(count).toBe(2);
      return [always(1)];
    };
    const first = await crossValidate({ ...options, fit });
    expect(first.groups).toBe(n / 2);
    expect(await crossValidate({ ...options, fit })).toEqual(first);
  });

  test("refuses a fit that returns other choosers in another fold, and too many folds", async () => {
    let call = 0;
    const fit = async () => [always(0, { name: `router ${call++}` })];
    await expect(crossValidate({ outcomes, folds: 2, seed: 1, fit })).rejects.toThrow(/first fold/);
    await expect(crossValidate({ outcomes, folds: 61, seed: 1, fit })).rejects.toThrow(/2 to 60/);
  });

  test("a model named after the object prototype", async () => {
    const odd = outcomesOf(["__proto__", "b"], marks);
    const evaluation = await crossValidate({
      outcomes: odd,
      folds: 2,
      seed: 1,
      fit: async () => [always(0)],
    });
    expect(Object.entries(row(evaluation, "router").shares!)).toEqual([["__proto__", 1]]);
    expect(formatTable(evaluation)).toContain("router: __proto__ 100.0 %");
  });
});

describe("what folds hold back", () => {
  const subjects = ["x", "y", "z"];
  const n = 30;
  const outcomes = outcomesOf(
    ["a", "b"],
    Array.from({ length: n }, (_, i) => [i % 2, 1 - (i % 2)]),
    { subjects: Array.from({ length: n }, (_, i) => subjects[i % 3]) },
  );
  const options = { outcomes, folds: 3, seed: 1 };

  test("subjects are kept whole, and a sample of the training prompts is enough", async () => {
    const seen: string[] = [];
    const fit = async (part: typeof outcomes) => {
      const inside = new Set(part.subjects);
      expect(inside.size).toBe(2);
      expect(part.prompts).toHaveLength(12);
      seen.push(part.prompts.join());
      const choose = ({ prompts, subjects }: typeof outcomes) => {
        for (const subject of subjects) expect(inside.has(subject)).toBe(false);
        return new Int32Array(prompts.length);
      };
      return [always(0, { choose })];
    };
    const evaluation = await crossValidate({ ...options, groupBy: "subject", trainSize: 12, fit });
    expect(evaluation).toMatchObject({ groups: 3, groupedBy: "subject", trainSize: 12 });
    expect(formatTable(evaluation)).toMatch(/trained on 12 each, 3 subjects kept whole/);
    const before = [...seen];
    await crossValidate({ ...options, groupBy: "subject", trainSize: 12, fit });
    expect(seen.slice(3)).toEqual(before);
  });

  test("refuses a sample that is larger than the training part, and prompts without a subject", async () => {
    const fit = async () => [];
    await expect(crossValidate({ ...options, trainSize: 21, fit })).rejects.toThrow(/1 to 20/);
    const bare = { ...outcomes, subjects: outcomes.subjects.map(() => undefined) };
    await expect(
      crossValidate({ ...options, outcomes: bare, groupBy: "subject", fit }),
    ).rejects.toThrow(/a subject or task of every prompt/);
  });
});

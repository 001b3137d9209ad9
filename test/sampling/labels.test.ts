import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadOutcomes } from "../../src/datasets/outcomes.js";
import { NoLabelsError } from "../../src/errors.js";
import { labelAnswers, writeOutcomes } from "../../src/sampling/labels.js";
import type { SampledAnswers } from "../../src/sampling/load-answers.js";
import { question } from "./fixtures.js";

const set = (answers: (string | null)[]) => ({
  answers,
  seconds: 0.25,
  promptTokens: 9,
  completionTokens: 3,
});
const questions = [
  { ...question("q0"), task: "t", split: "test" },
  question("q1", "1,000"),
  question("q2"),
];
const sampled: SampledAnswers = new Map([
  [
    "good",
    new Map([
      ["q0", set(["7", "7", "8", null])],
      ["q1", set(["1000", "1000", "1000", "1000"])],
    ]),
  ],
  ["tie", new Map([["q0", set(["8", "7", "7", "8"])]])],
  ["babble", new Map([["q0", set([null, null, null, null])]])],
]);

describe("labelAnswers", () => {
  test("marks by rate, majority and strict, and keeps unasked apart from wrong", () => {
    const { rows } = labelAnswers(questions, sampled);
    expect(rows).toEqual([
      {
        id: "q0",
        task: "t",
        split: "test",
        prompt: "p q0",
        gold: "7",
        outcomes: { good: 0.5, tie: 0.5 },
        majority: { good: 1, tie: 0 },
        strict: { good: 0, tie: 0 },
        samples: { good: ["7", "7", "8", null], tie: ["8", "7", "7", "8"] },
        latency: { good: 0.25, tie: 0.25 },
      },
      {
        id: "q1",
        prompt: "p q1",
        gold: "1,000",
        outcomes: { good: 1 },
        majority: { good: 1 },
        strict: { good: 1 },
        samples: { good: ["1000", "1000", "1000", "1000"] },
        latency: { good: 0.25 },
      },
    ]);
  });

  test("names a model without any usable answer and leaves it out", () => {
    const { models } = labelAnswers(questions, sampled);
    expect(models.map(({ name, usable }) => [name, usable])).toEqual([
      ["good", 0.875],
      ["tie", 1],
      ["babble", 0],
    ]);
    expect(models[0]).toMatchObject({ questions: 2, rate: 0.75, majority: 1, strict: 0.5 });
  });

  test("refuses answers that teach nothing", () => {
    const babble = new Map([["babble", sampled.get("babble")!]]);
    expect(() => labelAnswers(questions, babble)).toThrow(NoLabelsError);
    expect(() => labelAnswers(questions, babble)).toThrow('"babble"');
    expect(() => labelAnswers(questions, new Map())).toThrow(NoLabelsError);
  });

  test("what is written is what the outcomes reader reads", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "pointsman-labels-")), "outcomes.jsonl");
    await writeOutcomes(file, questions, sampled);
    const { outcomes } = await loadOutcomes([file]);
    expect(outcomes.models).toEqual(["good", "tie"]);
    expect([...outcomes.scores]).toEqual([0.5, 0.5, 1, Number.NaN]);
    expect([...outcomes.marks]).toEqual([1, 0, 1, Number.NaN]);
    expect(outcomes.answers?.[0]?.[1]).toEqual(["8", "7", "7", "8"]);
    expect((await readFile(file, "utf8")).split("\n")).toHaveLength(3);
  });
});

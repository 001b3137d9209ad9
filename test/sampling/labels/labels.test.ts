import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadOutcomes } from "../../../src/datasets/outcomes.js";
import { InvalidArgumentError, NoLabelsError } from "../../../src/errors.js";
import { MultiLabelClassifier } from "../../../src/models/multi-label.js";
import { fitRouter } from "../../../src/router/fit.js";
import { labelAnswers, writeOutcomes } from "../../../src/sampling/labels/labels.js";
import type { SampledAnswers } from "../../../src/sampling/store/load-answers.js";
import type { Question } from "../../../src/types.js";
import { question } from "../fixtures.js";

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
        sample_correct: { good: [1, 1, 0, 0], tie: [0, 1, 1, 0] },
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
        sample_correct: { good: [1, 1, 1, 1] },
        latency: { good: 0.25 },
      },
    ]);
  });

  test("names a model whose answers can hardly be read and leaves it out", () => {
    const { models, rows } = labelAnswers(questions, sampled);
    expect(models.map(({ name, usable, viable }) => [name, usable, viable])).toEqual([
      ["good", 0.875, true],
      ["tie", 1, true],
      ["babble", 0, false],
    ]);
    expect(models[0]).toMatchObject({ questions: 2, rate: 0.75, majority: 1, strict: 0.5 });
    expect(rows.some(({ outcomes }) => "babble" in outcomes)).toBe(false);
  });

  test("viability is the least share of readable answers that is kept", () => {
    const kept = (viability: number) =>
      labelAnswers(questions, sampled, { viability })
        .models.filter(({ viable }) => viable)
        .map(({ name }) => name);
    expect(kept(0.875)).toEqual(["good", "tie"]);
    expect(kept(0.876)).toEqual(["tie"]);
    expect(labelAnswers(questions, sampled, { viability: 0.9 }).rows.map(({ id }) => id)).toEqual([
      "q0",
    ]);
    for (const viability of [0, -1, 1.1, Number.NaN])
      expect(() => kept(viability)).toThrow(InvalidArgumentError);
  });

  test("refuses answers that teach nothing, and says how many could be read", () => {
    const babble = new Map([["babble", sampled.get("babble")!]]);
    expect(() => labelAnswers(questions, babble)).toThrow(NoLabelsError);
    expect(() => labelAnswers(questions, babble)).toThrow('"babble" (0.0 %)');
    expect(() => labelAnswers(questions, new Map())).toThrow(NoLabelsError);
    const bare = questions.map(({ gold: _, ...open }) => open);
    expect(() => labelAnswers(bare, sampled)).toThrow("pointsman label --consensus, --judge");
  });

  test("prices follow from tokens", () => {
    const prices = new Map([["good", { prompt: 2, completion: 10 }]]);
    const { rows } = labelAnswers(questions, sampled, { prices });
    expect(rows[0]!.cost).toEqual({ good: (9 * 2 + 3 * 10) / 1e6 });
    expect(labelAnswers(questions, sampled).rows[0]).not.toHaveProperty("cost");
  });

  test("free texts have their mean score as a soft label, and the score of the medoid as majority", () => {
    const text: Question = {
      ...question("t", "the red cat"),
      answer: "text",
      references: ["a dog"],
    };
    const answers = ["red cat", "a red cat!", "dog", "blue bird", null];
    const { rows } = labelAnswers([text], new Map([["m", new Map([["t", set(answers)]])]]));
    expect(rows[0]).toMatchObject({
      sample_correct: { m: [1, 1, 1, 0, 0] },
      outcomes: { m: 0.6 },
      majority: { m: 1 },
      strict: { m: 0 },
    });
    const exact = { ...text, gold: "dog cat", scorer: "rouge-l" } as const;
    const graded = labelAnswers([exact], new Map([["m", new Map([["t", set(["dog"])]])]]));
    expect(graded.rows[0]!.outcomes.m).toBeCloseTo(2 / 3, 12);
  });

  test("a judge's score is the label of a judged question, and is marked as such", () => {
    const open: Question = { id: "t", prompt: "p", answer: "text" };
    const all = new Map([
      ["a", new Map([["t", set(["x y", "x y z", "q"])]])],
      ["b", new Map([["t", set(["n"])]])],
    ]);
    const judged = new Map([["t", new Map([["a", 0.75]])]]);
    const { rows, models } = labelAnswers([open], all, { judged });
    expect(rows[0]).toMatchObject({ label: "judge", outcomes: { a: 0.75 }, majority: { a: 0.75 } });
    expect(rows[0]!.sample_correct.a).toEqual([0.75, null, null]);
    expect(rows[0]).not.toHaveProperty("gold");
    expect(models.map(({ name, questions }) => [name, questions])).toEqual([
      ["a", 1],
      ["b", 0],
    ]);
  });

  test("without a reference answer a model is marked by what the others agree on", () => {
    const open = questions.slice(0, 1).map(({ gold: _, ...rest }) => rest);
    const all = new Map([
      ["a", new Map([["q0", set(["1", "1", "2"])]])],
      ["b", new Map([["q0", set(["1", "1", "1"])]])],
      ["c", new Map([["q0", set(["2", "2", "2"])]])],
      ["d", new Map([["q0", set(["1", "1", null])]])],
    ]);
    const { rows } = labelAnswers(open, all, { consensus: true });
    expect(rows[0]).toMatchObject({ label: "consensus", majority: { a: 1, b: 1, c: 0 } });
    expect(rows[0]!.outcomes.a).toBeCloseTo(2 / 3, 12);
    expect(labelAnswers(questions, sampled, { consensus: true }).rows[0]).not.toHaveProperty(
      "label",
    );
  });

  test("what is written is what the outcomes reader reads", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "pointsman-labels-")), "outcomes.jsonl");
    await writeOutcomes(file, questions, sampled);
    const { outcomes } = await loadOutcomes([file]);
    expect(outcomes.models).toEqual(["good", "tie"]);
    expect([...outcomes.scores]).toEqual([0.5, 0.5, 1, Number.NaN]);
    expect([...outcomes.marks]).toEqual([1, 0, 1, Number.NaN]);
    expect(outcomes.answers?.[0]?.[1]).toEqual(["8", "7", "7", "8"]);
    expect(outcomes.answerMarks?.[0]?.[1]).toEqual([0, 1, 1, 0]);
    expect((await readFile(file, "utf8")).split("\n")).toHaveLength(3);
  });

  test("routers are trained on graded scores as soft labels", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "pointsman-labels-")), "outcomes.jsonl");
    const text = (id: string, prompt: string): Question => ({
      id,
      prompt,
      gold: "one two three four",
      answer: "text",
      scorer: "rouge-l",
    });
    const kinds = ["summarise the news", "translate a poem"];
    const texts = Array.from({ length: 60 }, (_, i) =>
      text(`t${i}`, `${kinds[i % 2]} number ${i}`),
    );
    const half = (even: string, odd: string) =>
      new Map(texts.map(({ id }, i) => [id, set([i % 2 === 0 ? even : odd, "one"])]));
    const graded = new Map([
      ["news", half("one two three", "two")],
      ["poems", half("two", "one two three")],
    ]);
    await writeOutcomes(file, texts, graded);
    const { outcomes } = await loadOutcomes([file]);
    // F1 of one of four words is 2/5, of three of four 6/7.
    expect(outcomes.scores[0]).toBeCloseTo((6 / 7 + 2 / 5) / 2, 6);
    expect(outcomes.scores[1]).toBeCloseTo(2 / 5, 6);
    const router = await fitRouter(outcomes, { estimator: new MultiLabelClassifier() });
    expect(kinds.map((prompt) => router.route(prompt))).toEqual(["news", "poems"]);
  });
});

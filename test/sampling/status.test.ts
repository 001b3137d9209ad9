import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { NoLabelsError } from "../../src/errors.js";
import { Rate } from "../../src/sampling/rate.js";
import { RunTally, sampleStatus } from "../../src/sampling/status.js";
import type { SampleRecord } from "../../src/sampling/store/record.js";
import { SampleStore } from "../../src/sampling/store/store.js";
import { manifest, question, record } from "./fixtures.js";

const questions = [question("q0"), question("q1", "8"), { ...question("q2") }];
const begin = Date.parse("2026-01-01T00:00:00.000Z");
const at = (seconds: number) => new Date(begin + 1000 * seconds).toISOString();
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pointsman-status-"));
});

const answer = (id: string, index: number, change: Partial<SampleRecord> = {}) => ({
  ...record(id, "7", index),
  ...change,
});

describe("sampleStatus", () => {
  test("counts what is stored, marks finished votes, and knows who is at work", async () => {
    {
      await using store = await SampleStore.open(directory, manifest(["a", "b"], 2), questions);
      await store.append("a", [
        answer("q0", 0, { time: at(0), completionTokens: 10 }),
        answer("q0", 1, { time: at(0), finishReason: "length" }),
        answer("q1", 0, { time: at(4), completionTokens: 30 }),
        answer("q1", 1, { time: at(10), completionTokens: 70, answer: null }),
        answer("q2", 0, { time: at(10), answer: null }),
      ]);
      expect((await sampleStatus(directory)).pid).toBe(process.pid);
    }
    const { models, ...run } = await sampleStatus(directory);
    expect(run).toMatchObject({ done: 2, total: 6, questions: 3, n: 2, pid: null });
    expect(models.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(models[0]).toEqual({
      name: "a",
      questions: 2,
      answers: 5,
      promptTokens: 5,
      completionTokens: 112,
      finishReasons: { stop: 4, length: 1 },
      usable: 3 / 5,
      accuracy: 1 / 2,
      tokensPerSecond: 101 / 10,
      answersLeft: 1,
      secondsLeft: 10 / 3,
    });
    expect(models[1]).toMatchObject({
      answers: 0,
      accuracy: null,
      tokensPerSecond: null,
      secondsLeft: null,
      answersLeft: 6,
    });
    expect(run.secondsLeft).toBeCloseTo(7 / 0.3, 9);
  });

  test("names a directory without a run", async () => {
    await expect(sampleStatus(directory)).rejects.toThrow(NoLabelsError);
  });
});

test("a vote that ends early counts as done, and the rest is estimated from such votes", () => {
  const early = { ...manifest(["a"], 5), stopping: { kind: "exact" } as const };
  const tally = new RunTally(early, questions, ["a"]);
  for (const index of [0, 1]) tally.add(answer("q0", index));
  expect(tally.status(undefined).models[0]).toMatchObject({ questions: 0, answersLeft: 13 });
  tally.add(answer("q0", 2));
  expect(tally.status(undefined).models[0]).toMatchObject({
    questions: 1,
    answers: 3,
    accuracy: 1,
    answersLeft: 6,
  });
  tally.add(answer("q1", 0, { model: "of no interest" }));
  expect(tally.status(undefined).models[0]!.answers).toBe(3);
});

describe("Rate", () => {
  test("is that of the last minute, in whatever order answers are added", () => {
    for (const order of [1, -1]) {
      const rate = new Rate();
      const seconds = Array.from({ length: 200 }, (_, i) => i).sort((a, b) => order * (a - b));
      for (const second of seconds) rate.add(1000 * second, second < 100 ? 1000 : 5);
      expect(rate.perSecond(199_000)).toEqual({ answers: 1, tokens: 5 });
      expect(rate.perSecond(undefined)).toEqual({ answers: 1, tokens: 5 });
    }
  });

  test("falls when nothing comes any more, and is unknown at the begin and at the end", () => {
    const rate = new Rate();
    expect(rate.perSecond(0)).toBeUndefined();
    rate.add(0, 10);
    expect(rate.perSecond(500)).toBeUndefined();
    expect(rate.perSecond(5000)).toBeUndefined();
    rate.add(Number.NaN, 10);
    rate.add(10_000, 40);
    expect(rate.perSecond(10_000)).toEqual({ answers: 0.1, tokens: 4 });
    expect(rate.perSecond(40_000)!.tokens).toBe(1);
    expect(rate.perSecond(100_000)).toBeUndefined();
  });
});

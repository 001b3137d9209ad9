import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Pool, PoolModel } from "../../src/execution/pool/pool.js";
import { ScriptedEngine } from "../../src/execution/scripted.js";
import { samplePool } from "../../src/sampling/sampler.js";
import type { Question } from "../../src/types.js";
import { pointsman } from "./pointsman.js";

const directory = await mkdtemp(join(tmpdir(), "pointsman-label-"));
const run = join(directory, "run");
const out = join(directory, "out.jsonl");
const poolFile = join(directory, "pool.json");

/** A real model that answers with noise of its own: the machinery runs, its verdicts mean nothing. */
const judge = {
  name: "general-chat",
  file: join(import.meta.dirname, "../../models/general-chat.gguf"),
  kind: "chat",
  contextSize: 2048,
  sampling: { temperature: 0.7, topK: 40, topP: 1, maxTokens: 24 },
};
const model = (name: string): PoolModel => ({
  name,
  file: `/nowhere/${name}.gguf`,
  kind: "base",
  shots: 0,
  stop: [],
  sampling: { temperature: 1, topK: 0, topP: 1, maxTokens: 9 },
});
const pool: Pool = { name: "p", models: ["good", "poor", "mute"].map(model) };
const questions: Question[] = [
  { id: "n", prompt: "How many?", gold: "1000", answer: "number" },
  { id: "open", prompt: "How many now?", answer: "number" },
  { id: "t", prompt: "Write.", answer: "text" },
];
const says: Record<string, (prompt: string) => string> = {
  good: (prompt) => (prompt === "Write." ? "A fine text." : "The answer is 1,000 because 3 are 3."),
  poor: (prompt) => (prompt === "Write." ? "Text." : "So 1000 it is"),
  mute: () => "",
};

const label = (...args: string[]) => pointsman(["label", "--run", run, "--out", out, ...args]);
const rows = () =>
  readFileSync(out, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

beforeAll(async () => {
  await samplePool({
    pool,
    questions,
    runDirectory: run,
    n: 2,
    seed: 1,
    openEngine: async ({ name }) =>
      new ScriptedEngine(name, ({ prompt }) => says[name]!(prompt as string)),
  });
  const priced = { name: "good", endpoint: "http://127.0.0.1:9/v1", model: "m", kind: "chat" };
  const price = { prompt: 1e6, completion: 2e6 };
  writeFileSync(poolFile, JSON.stringify({ name: "p", models: [judge, { ...priced, price }] }));
});

describe("label", () => {
  test("labels the stored answers, leaves out what cannot be read, and says so", async () => {
    const { code, stdout, stderr } = await label();
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/mute .*left out: too few of its answers can be read/);
    expect(stdout).not.toMatch(/good .*left out/);
    expect(rows()).toMatchObject([{ id: "n", outcomes: { good: 1, poor: 1 }, gold: "1000" }]);
  });

  test("the paper's extraction, and what it changes", async () => {
    const { stdout } = await label("--extraction", "paper", "--json");
    const { models, compared } = JSON.parse(stdout);
    expect(rows()[0].outcomes).toEqual({ good: 0, poor: 1 });
    expect(models.map((m: { viable: boolean }) => m.viable)).toEqual([true, true, false]);
    expect(compared[0]).toMatchObject({ name: "good", answers: 2, differ: 1, majority: [1, 0] });
    expect(compared[1]).toMatchObject({ name: "poor", differ: 0, majority: [1, 1] });
  });

  test("consensus labels are marked, prices are added, and new reference answers come before them", async () => {
    const { code, stderr } = await label("--consensus", "--pool", poolFile);
    expect(code, stderr).toBe(0);
    const [first, second, third] = rows();
    expect(first).not.toHaveProperty("label");
    // Words stand for tokens in a scripted engine: 2 in the prompt, 8 in the answer.
    expect(first.cost).toEqual({ good: 2 * 1 + 8 * 2 });
    expect(second).toMatchObject({
      id: "open",
      label: "consensus",
      outcomes: { good: 1, poor: 1 },
    });
    expect(third).toMatchObject({ id: "t", label: "consensus" });
    const file = join(directory, "questions.jsonl");
    writeFileSync(file, JSON.stringify({ ...questions[1], gold: "7" }));
    await label("--consensus", "--questions", file);
    expect(rows()).toMatchObject([{ id: "open", gold: "7", outcomes: { good: 0, poor: 0 } }]);
  });

  test("a real model can be the judge", async () => {
    const { code, stderr } = await label("--judge", "general-chat", "--pool", poolFile);
    expect(code, stderr).toBe(0);
    const judged = rows().find(({ id }) => id === "t");
    expect(judged.label).toBe("judge");
    expect(judged.outcomes.good + judged.outcomes.poor).toBe(1);
  });

  test.each([
    [["--judge", "general-chat"], "Expected the pool file that the judge is in for --pool"],
    [["--judge", "nobody", "--pool", poolFile], 'Unknown model "nobody"'],
    [["--viability", "0"], "above 0 and at most 1"],
  ])("%j is refused: %s", async (args, words) => {
    const { code, stderr } = await label(...args);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  });

  test("questions that nothing marks are refused, and what would mark them is named", async () => {
    const { code, stderr } = await label(
      "--viability",
      "1",
      "--extraction",
      "paper",
      "--questions",
      textOnly(),
    );
    expect(code).toBe(2);
    expect(stderr).toContain("None of the answered questions has a reference answer");
  });
});

function textOnly(): string {
  const file = join(directory, "text.jsonl");
  writeFileSync(file, JSON.stringify(questions[2]));
  return file;
}

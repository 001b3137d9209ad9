import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatDryRun } from "../../src/cli/dry-run.js";
import { AbortedError, UnknownModelError } from "../../src/errors.js";
import { loadPool, type Pool, type PoolModel } from "../../src/execution/pool/pool.js";
import { dryRun } from "../../src/sampling/dry-run.js";
import type { Question } from "../../src/types.js";

const toy = await loadPool(join(import.meta.dirname, "../../models/pool.json"));
const questions: Question[] = [
  { id: "n1", prompt: "What is 2 + 3?", gold: "5", answer: "number" },
  { id: "n2", prompt: "What is 2 + 4?", gold: "6", answer: "number" },
  { id: "l1", prompt: "Which?\n(A) x\n(B) y", gold: "A", answer: "letter" },
];
const base = toy.models.find(({ kind }) => kind === "base")!;
const chat = toy.models.find(({ kind }) => kind === "chat")!;
const pool = (...models: PoolModel[]): Pool => ({ ...toy, models });

describe("dryRun, with real vocabularies", () => {
  test("shows one prompt of each kind of answer, and counts answers", async () => {
    const found = await dryRun({ pool: pool(base, chat), questions, n: 10 });
    expect([found.questions, found.answers]).toEqual([3, 60]);
    for (const { prompts, warnings } of found.models) {
      expect(prompts.map(({ question, answer }) => [question, answer])).toEqual([
        ["n1", "number"],
        ["l1", "letter"],
      ]);
      expect(prompts.every(({ exact }) => exact!.tokens > 5)).toBe(true);
      expect(warnings).toEqual([]);
    }
    const text = formatDryRun(found);
    expect(text).toContain(`== ${base.name}, a number answer, question n1, `);
    expect(text).toContain("Question: What is 2 + 3?\nAnswer:");
    expect(text).toContain("[user]\nWhat is 2 + 3?\n-- as the model gets it\n<s>User:\n");
    expect(text).toContain(
      "3 questions x 2 models x 10 answers = 60 answers. Nothing was sampled.",
    );
  });

  test("warns of what would go wrong", async () => {
    const noStop = { ...base, name: "no-stop", shots: 5, stop: [] };
    const gone = { ...chat, name: "gone", file: "/nowhere/gone.gguf" };
    const found = await dryRun({ pool: pool(noStop, gone), questions, n: 1 });
    const [first, second] = found.models;
    expect(first!.warnings.join("\n")).toMatch(/"stop" at\n.*do not fit into a context of 256/);
    expect(second!.warnings).toEqual([expect.stringContaining("is not there")]);
    expect(second!.prompts).toHaveLength(2);
  });

  test("refuses an unknown model, and can be stopped", async () => {
    const how = { pool: toy, questions, n: 1 };
    await expect(dryRun({ ...how, models: ["none"] })).rejects.toThrow(UnknownModelError);
    const signal = AbortSignal.abort();
    await expect(dryRun({ ...how, signal })).rejects.toThrow(AbortedError);
  });
});

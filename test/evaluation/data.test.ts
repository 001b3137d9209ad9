import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { groupPrompts } from "../../src/datasets/near-duplicates.js";
import { loadOutcomes, uniquePrompts } from "../../src/datasets/outcomes.js";
import { crossValidate } from "../../src/evaluation/cross-validate.js";
import {
  bestSingleModel,
  oracleMarks,
  randomMarks,
  singleMarks,
} from "../../src/evaluation/yardsticks.js";

/** Outcomes of real models, kept beside the repository; see SOURCES.md there. */
const data = join(import.meta.dirname, "../../../shared/data");
const present = existsSync(data);
const mean = (marks: Float64Array) => marks.reduce((sum, mark) => sum + mark, 0) / marks.length;
const percent = (marks: Float64Array) => +(100 * mean(marks)).toFixed(1);

describe.skipIf(!present)("published outcomes (skipped where ../shared/data is absent)", () => {
  test.each([
    ["zeroeval/gsm8k", 1319, "claude-3-5-sonnet-20241022", 96.7, 99.6, 87.5],
    // 96.25; the overview rounds to even.
    ["zeroeval/crux", 800, "o1-preview-2024-09-12", 96.3, 99.6, 64.6],
    ["faithful-cot/faithful_cot", 6898, "gpt-4", 76.4, 90.1, 64.3],
    ["helm-mmlu/mmlu_redux", 5700, "anthropic_claude-3-5-sonnet-20240620", 86.5, 96.4, 82.5],
    ["llmrouter/llmrouter", 5106, "llama-3.1-nemotron-51b-instruct", 68.1, 82.7, 47.6],
    ["routellm/mmlu", 14_042, "gpt-4-1106-preview", 80.6, 85.9, 74.3],
    ["routellm/mt_bench", 160, "gpt-4-1106-preview", 92.3, 93.5, 87.8],
    ["openai-gsm/gsm8k", 1319, "gpt3-175b_verification", 56.3, 67.2, 37.9],
  ])(
    "%s: prompts, best single model, oracle and random as in its overview",
    async (file, n, best, ...figures) => {
      const { outcomes, skipped } = await loadOutcomes([join(data, `${file}.jsonl.gz`)]);
      const scored = { ...outcomes, marks: outcomes.scores };
      const model = bestSingleModel(scored);
      expect([outcomes.prompts.length, skipped]).toEqual([n, 0]);
      expect(outcomes.models[model]).toBe(best);
      const marks = [singleMarks(scored, model), oracleMarks(scored), randomMarks(scored)];
      expect(marks.map(percent)).toEqual(figures);
    },
  );

  test("14,042 prompts of MMLU are grouped in seconds", async () => {
    const { outcomes } = await loadOutcomes([join(data, "routellm/mmlu.jsonl.gz")]);
    const begin = process.cpuUsage();
    const groups = groupPrompts(outcomes.prompts);
    // About 2 seconds of one core.
    expect(process.cpuUsage(begin).user / 1e6).toBeLessThan(20);
    expect(new Set(groups).size).toBe(13_486);
  });

  test("LLMRouter: knowing the task gains about 3 points, as in the published analysis", async () => {
    const { outcomes } = await loadOutcomes([join(data, "llmrouter/llmrouter.jsonl.gz")]);
    const unique = uniquePrompts(outcomes);
    const evaluation = await crossValidate({
      outcomes: unique,
      folds: 5,
      seed: 1,
      fit: async () => [],
    });
    const perTask = evaluation.rows.find(({ name }) => name === "best per task")!;
    expect(evaluation.bestSingle).toBe("llama-3.1-nemotron-51b-instruct");
    expect(perTask.gain).toBeGreaterThan(0.024);
    expect(perTask.gain).toBeLessThan(0.032);
    expect(perTask.gainLow).toBeGreaterThan(0.018);
  });
});

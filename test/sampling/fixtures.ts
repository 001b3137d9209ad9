import type { Manifest } from "../../src/sampling/manifest.js";
import type { SampleRecord } from "../../src/sampling/store.js";
import type { Question } from "../../src/types.js";

export const question = (id: string, gold = "7"): Question => ({
  id,
  prompt: `p ${id}`,
  gold,
  answer: "number",
});

export const record = (id: string, text = "7"): SampleRecord => ({
  question: id,
  seed: 1,
  answers: [
    { text, answer: "7", promptTokens: 1, completionTokens: 1, seconds: 0.5, finishReason: "stop" },
  ],
});

const model = {
  sha256: null,
  kind: "base",
  template: null,
  stop: [],
  contextSize: null,
  temperature: 0.7,
  topK: 40,
  topP: 1,
  maxTokens: 32,
} as const;

export const manifest = (models = ["a", "b"]): Manifest => ({
  format: "pointsman-samples",
  version: 1,
  pool: "test",
  models: Object.fromEntries(models.map((name) => [name, { ...model, stop: [] }])),
  n: 1,
  seed: 1,
  questions: { count: 3, sha256: "0" },
});

import { provenanceOf } from "../../src/sampling/store/fingerprints.js";
import type { Manifest } from "../../src/sampling/store/manifest.js";
import type { SampleRecord } from "../../src/sampling/store/record.js";
import type { Question } from "../../src/types.js";

export const question = (id: string, gold = "7"): Question => ({
  id,
  prompt: `p ${id}`,
  gold,
  answer: "number",
});

export const record = (id: string, text = "7", index = 0, model = "a"): SampleRecord => ({
  model,
  question: id,
  index,
  seed: 1,
  prompt: "0123456789abcdef",
  ...provenanceOf(manifest().models[model]!),
  text,
  answer: "7",
  promptTokens: 1,
  completionTokens: 1,
  seconds: 0.5,
  finishReason: "stop",
  time: "2026-01-01T00:00:00.000Z",
});

const model = {
  sha256: null,
  prompts: "0",
  kind: "base",
  template: null,
  shots: 0,
  contextSize: null,
  endpoint: null,
  remoteModel: null,
  temperature: 0.7,
  topK: 40,
  topP: 1,
  maxTokens: 32,
} as const;

export const manifest = (models = ["a", "b"], n = 1): Manifest => ({
  format: "pointsman-samples",
  version: 2,
  pool: "test",
  models: Object.fromEntries(models.map((name) => [name, { ...model, stop: [] }])),
  n,
  seed: 1,
  stopping: { kind: "all" },
  questions: { count: 3, sha256: "0" },
});

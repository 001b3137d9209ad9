export type {
  ChatMessage,
  Completion,
  Engine,
  GenerateOptions,
  Prompt,
  SamplerSettings,
} from "./engine.js";
export { LlamaEngine, type LlamaEngineOptions, type LlamaOptions, openLlama } from "./llama.js";
export { checkModelFile } from "./model-file.js";
export { loadPool, type Pool, type PoolModel, renderPrompt } from "./pool.js";
export { type Script, ScriptedEngine, type ScriptedRequest } from "./scripted.js";

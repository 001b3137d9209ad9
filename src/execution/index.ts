export type { EncodeOptions, Encoder } from "./encoder.js";
export type {
  ChatMessage,
  Completion,
  Engine,
  GenerateOptions,
  Prompt,
  SamplerSettings,
} from "./engine.js";
export { HttpEncoder, type HttpEncoderOptions } from "./http-encoder.js";
export { LlamaEngine, type LlamaEngineOptions } from "./llama.js";
export { LlamaEncoder, type LlamaEncoderOptions } from "./llama-encoder.js";
export { type LlamaOptions, openLlama } from "./llama-library.js";
export { checkModelFile } from "./model-file.js";
export { loadPool, type Pool, type PoolModel, renderPrompt } from "./pool.js";
export { type Script, ScriptedEngine, type ScriptedRequest } from "./scripted.js";

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
export { type EngineRoom, openEngine } from "./open-engine.js";
export {
  isRemote,
  type LocalModel,
  loadPool,
  type Pool,
  type PoolModel,
  type RemoteModel,
} from "./pool.js";
export type { FirstToken } from "./prefill.js";
export { renderPrompt } from "./prompt.js";
export { type Script, ScriptedEngine, type ScriptedRequest } from "./scripted.js";

export { ChildEngine, type ChildLimits, type ChildRoom } from "./child-engine.js";
export type { EncodeOptions, Encoder } from "./encoder.js";
export type {
  ChatMessage,
  Completion,
  Engine,
  GenerateOptions,
  Prompt,
  SamplerSettings,
} from "./engine.js";
export { EnginePool, type EnginePoolOptions } from "./engine-pool.js";
export type {
  AnswerOptions,
  Asked,
  ModelFailure,
  PoolAnswer,
  PoolAnswers,
  Ranking,
} from "./engine-pool-answer.js";
export type { LineOptions } from "./engine-pool-line.js";
export type { ModelStatus } from "./engine-pool-member.js";
export type { PoolEngine } from "./engine-pool-runner.js";
export { HttpEncoder, type HttpEncoderOptions } from "./http-encoder.js";
export { LlamaEngine, type LlamaEngineOptions } from "./llama.js";
export { LlamaEncoder, type LlamaEncoderOptions } from "./llama-encoder.js";
export { type LlamaOptions, openLlama } from "./llama-library.js";
export { checkModelFile } from "./model-file.js";
export { type EngineRoom, openEngine } from "./open-engine.js";
export { OpenAIEngine, type OpenAIEngineOptions } from "./openai.js";
export {
  isRemote,
  type LocalModel,
  loadPool,
  type Pool,
  type PoolModel,
  type RemoteModel,
} from "./pool.js";
export { addModel, type NewModel } from "./pool-add.js";
export { type CheckOptions, checkPool, type ModelCheck, type PoolCheck } from "./pool-check.js";
export type { Fit, Memory, MemoryNeed, MemoryRoom } from "./pool-memory.js";
export { type Pulled, type PullOptions, pullModel } from "./pool-pull.js";
export type { FirstToken } from "./prefill.js";
export { renderPrompt } from "./prompt.js";
export { type Script, ScriptedEngine, type ScriptedRequest } from "./scripted.js";

export type { EncodeOptions, Encoder } from "./encoder.js";
export type {
  ChatMessage,
  Completion,
  Engine,
  GenerateOptions,
  Prompt,
  SamplerSettings,
} from "./engine.js";
export { LlamaEncoder, type LlamaEncoderOptions } from "./llama/encoder.js";
export { LlamaEngine, type LlamaEngineOptions } from "./llama/engine.js";
export { type LlamaOptions, openLlama } from "./llama/library.js";
export type { FirstToken } from "./llama/prefill.js";
export { type EngineRoom, openEngine } from "./open-engine.js";
export { addModel, type NewModel } from "./pool/add.js";
export { type CheckOptions, checkPool, type ModelCheck, type PoolCheck } from "./pool/check.js";
export type { Fit, Memory, MemoryNeed, MemoryRoom } from "./pool/memory.js";
export { checkModelFile, hashModelFile } from "./pool/model-file.js";
export {
  isRemote,
  type LocalModel,
  loadPool,
  type Pool,
  type PoolModel,
  type RemoteModel,
} from "./pool/pool.js";
export { type Pulled, type PullOptions, pullModel } from "./pool/pull.js";
export { renderPrompt } from "./prompt.js";
export { HttpEncoder, type HttpEncoderOptions } from "./remote/http-encoder.js";
export { OpenAIEngine, type OpenAIEngineOptions } from "./remote/openai.js";
export type {
  AnswerOptions,
  Asked,
  ModelFailure,
  PoolAnswer,
  PoolAnswers,
  Ranking,
} from "./residency/answer.js";
export { ChildEngine, type ChildLimits, type ChildRoom } from "./residency/child-engine.js";
export { EnginePool, type EnginePoolOptions } from "./residency/engine-pool.js";
export type { LineOptions } from "./residency/line.js";
export type { ModelStatus } from "./residency/member.js";
export type { PoolEngine } from "./residency/open-isolated.js";
export { type Script, ScriptedEngine, type ScriptedRequest } from "./scripted.js";

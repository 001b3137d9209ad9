import type { Engine } from "./engine.js";
import { LlamaEngine } from "./llama/engine.js";
import { isRemote, type PoolModel } from "./pool/pool.js";

export interface EngineRoom {
  /** Prompts that will be in flight at once; of an endpoint, requests. Default 1. */
  readonly sequences?: number;
  /** Most threads that the model may use. Default: all processors. */
  readonly threads?: number;
}

/**
 * The engine of a pool's model: llama.cpp in this process, or an endpoint.
 * @throws ModelFileError, EngineUnavailableError, EngineError, InvalidArgumentError
 */
export async function openEngine(model: PoolModel, room: EngineRoom = {}): Promise<Engine> {
  const { sequences = 1, threads } = room;
  if (isRemote(model)) {
    // Loads cockatiel, which nobody else needs.
    const { OpenAIEngine } = await import("./remote/openai.js");
    const { retries, timeoutSeconds } = model;
    const milliseconds = timeoutSeconds && 1000 * timeoutSeconds;
    return new OpenAIEngine(model, {
      concurrency: sequences,
      ...(retries !== undefined && { retries }),
      ...(milliseconds && { limits: { firstByte: milliseconds, total: milliseconds } }),
    });
  }
  return LlamaEngine.load(model, {
    sequences,
    ...(threads !== undefined && { modelThreads: threads }),
  });
}

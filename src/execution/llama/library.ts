import { availableParallelism } from "node:os";
import type { Llama } from "node-llama-cpp";
import { EngineUnavailableError } from "../../errors.js";

export type {
  ChatHistoryItem,
  ChatWrapper,
  ControlledEvaluateInputItem,
  GgufFileInfo,
  GgufInsights,
  Llama,
  LlamaContext,
  LlamaContextSequence,
  LlamaEmbeddingContext,
  LlamaModel,
  Token,
} from "node-llama-cpp";

export interface LlamaOptions {
  /** "auto": a GPU where node-llama-cpp has a working binary for it, else the CPU. Default "auto". */
  readonly gpu?: "auto" | false;
  /** Most threads of all models together. Default: the processors at hand. */
  readonly threads?: number;
}

const opened = new Map<string, Promise<Llama>>();

/**
 * llama.cpp, loaded once in a process for each set of options. Never goes to the network and never compiles.
 * @throws EngineUnavailableError where node-llama-cpp is not installed or has no binary for this machine.
 */
export function openLlama({
  gpu = "auto",
  threads = availableParallelism(),
}: LlamaOptions = {}): Promise<Llama> {
  const key = `${gpu} ${threads}`;
  const known = opened.get(key);
  if (known !== undefined) return known;
  const opening = open(gpu, threads);
  opened.set(key, opening);
  opening.catch(() => opened.delete(key));
  return opening;
}

async function open(gpu: "auto" | false, threads: number): Promise<Llama> {
  const { getLlama, LlamaLogLevel } = await library();
  try {
    return await getLlama({
      gpu,
      maxThreads: threads,
      build: "never",
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.error,
    });
  } catch (cause) {
    const reason = `node-llama-cpp does not run on this machine (${process.platform} ${process.arch}): ${wording(cause)}`;
    throw new EngineUnavailableError(
      `${reason}. Install its binary package, e.g. @node-llama-cpp/linux-x64.`,
      { cause },
    );
  }
}

/** node-llama-cpp itself, loaded when it is first needed. @throws EngineUnavailableError */
export async function library() {
  try {
    return await import("node-llama-cpp");
  } catch (cause) {
    const reason = `The package node-llama-cpp, which runs models, could not be loaded: ${wording(cause)}`;
    throw new EngineUnavailableError(`${reason}. Install it with "npm install node-llama-cpp@3".`, {
      cause,
    });
  }
}

/** The first line of what went wrong. */
export function wording(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0]! : String(error);
}

import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { AbortedError, ModelFileError } from "../../errors.js";
import { contextSizeOf } from "../llama/context-size.js";
import { type Llama, type LlamaOptions, openLlama, wording } from "../llama/library.js";
import {
  type Fit,
  fitOf,
  type MemoryNeed,
  type MemoryRoom,
  memoryNeed,
  memoryRoom,
  sumOfNeeds,
} from "./memory.js";
import { inspectModel, type ModelFacts } from "./model-facts.js";
import { hashModelFile } from "./model-file.js";
import { isRemote, type LocalModel, type Pool, type RemoteModel } from "./pool.js";

export interface CheckOptions extends LlamaOptions {
  /** Prompts that each model shall answer at once. Default 1. */
  readonly sequences?: number;
  readonly signal?: AbortSignal;
  /** Called before each model. */
  readonly onModel?: (name: string, done: number, total: number) => void;
}

export interface ModelCheck {
  readonly name: string;
  /** Why it cannot run, in sentences with the mend; none: it can. */
  readonly problems: readonly string[];
  /** What a user should know all the same. */
  readonly notes: readonly string[];
  /** Its file is not there. */
  readonly missing?: true;
  /** Of a file that is there and whole; of one that is missing, as the pool file says. */
  readonly bytes?: number;
  readonly sha256?: string;
  readonly facts?: ModelFacts;
  readonly contextSize?: number;
  readonly need?: MemoryNeed;
  /** With no other model loaded. */
  readonly fit?: Fit;
}

export interface PoolCheck {
  readonly pool: string;
  /** Every model can run, one at a time. */
  readonly ok: boolean;
  readonly sequences: number;
  readonly room: MemoryRoom;
  readonly models: readonly ModelCheck[];
  /** All local models that can run, loaded at the same time. */
  readonly together: { readonly need: MemoryNeed; readonly fit: Fit };
}

/**
 * Says before anything runs which models can: file, header, hash, architecture and memory. Reads every file once to
 * hash it, loads no model and asks no network.
 * @throws EngineUnavailableError, AbortedError
 */
export async function checkPool(pool: Pool, options: CheckOptions = {}): Promise<PoolCheck> {
  const { sequences = 1, signal, onModel } = options;
  const llama = await openLlama(options);
  const room = await memoryRoom(llama);
  const models: ModelCheck[] = [];
  for (const model of pool.models) {
    if (signal?.aborted) throw new AbortedError("The check of the pool");
    onModel?.(model.name, models.length, pool.models.length);
    models.push(
      isRemote(model) ? checkRemote(model) : await checkLocal(model, llama, room, sequences),
    );
  }
  const runnable = models.filter(({ problems }) => problems.length === 0);
  const need = sumOfNeeds(runnable.flatMap((model) => model.need ?? []));
  return {
    pool: pool.name,
    ok: runnable.length === models.length,
    sequences,
    room,
    models,
    together: { need, fit: fitOf(need, room) },
  };
}

function checkRemote({ name, apiKeyEnv }: RemoteModel): ModelCheck {
  const missing = apiKeyEnv !== undefined && !process.env[apiKeyEnv];
  return {
    name,
    problems: missing ? [`The environment variable ${apiKeyEnv} with its API key is not set.`] : [],
    notes: ["Remote: the endpoint was not asked."],
  };
}

function checkMissing({ name, file, source, bytes }: LocalModel): ModelCheck {
  const mend =
    source === undefined
      ? "Put it there, or correct the path in the pool file."
      : '"pointsman pool pull" fetches it.';
  const problems = [`Its file "${file}" is not there. ${mend}`];
  return { name, problems, notes: [], missing: true, ...(bytes !== undefined && { bytes }) };
}

async function checkLocal(
  model: LocalModel,
  llama: Llama,
  room: MemoryRoom,
  sequences: number,
): Promise<ModelCheck> {
  const { name, file } = model;
  if (!existsSync(file)) return checkMissing(model);
  const failed = (problem: string) => ({ name, problems: [problem], notes: [] });
  try {
    const sha256 = await hashModelFile(file, model.sha256);
    const { size: bytes } = await stat(file);
    const { facts, insights } = await inspectModel(file, llama);
    const contextSize = contextSizeOf(model, facts.trainContextSize);
    const need = await memoryNeed(insights, llama, { sequences, contextSize });
    const fit = fitOf(need, room);
    const problems = problemsOf(facts, fit);
    return {
      name,
      problems,
      notes: notesOf(model, facts, contextSize, fit),
      bytes,
      sha256,
      facts,
      contextSize,
      need,
      fit,
    };
  } catch (error) {
    if (error instanceof ModelFileError) return failed(error.message);
    return failed(`node-llama-cpp cannot read the header of "${file}": ${wording(error)}.`);
  }
}

function problemsOf({ architecture, supported }: ModelFacts, fit: Fit): string[] {
  const problems: string[] = [];
  if (!supported) problems.push(`This llama.cpp cannot run the architecture "${architecture}".`);
  if (fit === "no") {
    problems.push(
      "It needs more memory than there is. Lower contextSize, or take smaller weights.",
    );
  }
  return problems;
}

function notesOf(model: LocalModel, facts: ModelFacts, contextSize: number, fit: Fit): string[] {
  const notes: string[] = [];
  if (model.sha256 === undefined) notes.push("No sha256 in the pool file: any file will do.");
  if (model.kind === "chat" && !facts.hasChatTemplate) {
    notes.push(
      `No chat template in the file: node-llama-cpp takes the format "${facts.guessedChatFormat}".`,
    );
  }
  if (facts.trainContextSize !== undefined && contextSize > facts.trainContextSize) {
    notes.push(`contextSize is more than the ${facts.trainContextSize} tokens it was trained for.`);
  }
  if (fit === "split")
    notes.push("VRAM is short: the CPU will compute some of its layers, slowly.");
  return notes;
}

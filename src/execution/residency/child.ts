// The process that process.ts starts: runs one model at a time, and answers as many requests at once as come.
import { stat } from "node:fs/promises";
import { PointsmanError } from "../../errors.js";
import type { Completion, Engine, GenerateOptions, Prompt } from "../engine.js";
import { contextSizeOf } from "../llama/context-size.js";
import { openLlama } from "../llama/library.js";
import { type EngineRoom, openEngine } from "../open-engine.js";
import { memoryNeed } from "../pool/memory.js";
import { inspectModel } from "../pool/model-facts.js";
import { isRemote, type LocalModel, type PoolModel } from "../pool/pool.js";

/** What goes through the channel to this process; "abort" under the number of the request that is to end. */
export interface ToChild {
  readonly id: number;
  readonly request: Request | "abort";
}

/** A model is opened before it is called, and closed before the next one is opened. */
export type Request =
  | { readonly measure: LocalModel; readonly sequences: number }
  | { readonly open: PoolModel; readonly room: EngineRoom }
  | Call
  | "close";

export interface Call {
  readonly prompt: Prompt;
  /** How many answers `sample` gives; undefined: one by `generate`. */
  readonly n?: number;
  readonly options: Omit<GenerateOptions, "signal" | "onText">;
  /** Whether the text is wanted as it comes. */
  readonly stream: boolean;
}

/** What comes back, under the number of the request. */
export type FromChild =
  | { readonly id: number; readonly piece: string }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: string; readonly code: string };

/** What a process takes that ran many models of next to no size, one after the other: measured, 245 MiB. */
const processBytes = 256 * 2 ** 20;

const aborts = new Map<number, AbortController>();
let engine: Engine;

// The one that started this process decides when it ends, also where a signal of the terminal goes to both.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
const end = () => process.kill(process.pid, "SIGKILL");
process.on("disconnect", end);
if (!process.connected) end();

process.on("message", async ({ id, request }: ToChild) => {
  if (request === "abort") return aborts.get(id)?.abort();
  try {
    send({ id, result: await answer(id, request) });
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    send({ id, failure, code: error instanceof PointsmanError ? error.code : "ENGINE" });
  }
});

async function answer(id: number, request: Request): Promise<unknown> {
  if (request === "close") return engine[Symbol.asyncDispose]();
  if ("measure" in request) return measure(request.measure, request.sequences);
  if (!("open" in request)) return complete(id, request);
  return open(request.open, request.room);
}

/** @returns seconds of loading, without what is loaded once in a process. */
async function open(model: PoolModel, room: EngineRoom): Promise<number> {
  if (!isRemote(model)) await openLlama();
  const began = performance.now();
  engine = await openEngine(model, room);
  return (performance.now() - began) / 1000;
}

/** A file whose header cannot be read counts with its size, as it may be replaced until it is loaded. */
async function measure(model: LocalModel, sequences: number): Promise<number> {
  const llama = await openLlama();
  try {
    const { insights } = await inspectModel(model.file, llama);
    const contextSize = contextSizeOf(model, insights.trainContextSize);
    const { cpu, gpu } = await memoryNeed(insights, llama, { sequences, contextSize });
    return gpu === undefined ? processBytes + cpu.ram : gpu.vram;
  } catch {
    return stat(model.file).then(
      ({ size }) => size,
      () => 0,
    );
  }
}

async function complete(id: number, call: Call): Promise<readonly Completion[]> {
  const abort = new AbortController();
  aborts.set(id, abort);
  const options = { ...call.options, signal: abort.signal };
  try {
    if (call.n !== undefined) return await engine.sample(call.prompt, call.n, options);
    const onText = (piece: string) => send({ id, piece });
    return [await engine.generate(call.prompt, { ...options, ...(call.stream && { onText }) })];
  } finally {
    aborts.delete(id);
  }
}

function send(message: FromChild): void {
  // Where the channel is gone, so is the one who would read.
  process.send!(message, () => {});
}

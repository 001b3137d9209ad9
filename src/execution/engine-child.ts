// The process that engine-process.ts starts: runs one model at a time, and answers as many requests at once as come.
import { PointsmanError } from "../errors.js";
import type { Completion, Engine, GenerateOptions, Prompt } from "./engine.js";
import { type EngineRoom, openEngine } from "./open-engine.js";
import type { PoolModel } from "./pool.js";

/** What goes through the channel to this process; "abort" under the number of the request that is to end. */
export interface ToChild {
  readonly id: number;
  readonly request: Request | "abort";
}

/** A model is opened before it is called, and closed before the next one is opened. */
export type Request = { readonly open: PoolModel; readonly room: EngineRoom } | Call | "close";

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
  | { readonly id: number; readonly result: readonly Completion[] }
  | { readonly id: number; readonly failure: string; readonly code: string };

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

async function answer(id: number, request: Request): Promise<readonly Completion[]> {
  if (request === "close") await engine[Symbol.asyncDispose]();
  else if ("open" in request) engine = await openEngine(request.open, request.room);
  else return complete(id, request);
  return [];
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

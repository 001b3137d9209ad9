// The process that child-engine.ts starts: runs one model, and answers as many requests at once as come.
import { PointsmanError } from "../errors.js";
import type { Completion, Engine, GenerateOptions, Prompt } from "./engine.js";
import { type EngineRoom, openEngine } from "./open-engine.js";
import type { PoolModel } from "./pool.js";

/** What goes through the channel to this process. The first message opens the model. */
export type ToChild =
  | { readonly id: number; readonly open: PoolModel; readonly room: EngineRoom }
  | { readonly id: number; readonly call: Call }
  | { readonly id: number; readonly abort: true };

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

process.on("message", async (request: ToChild) => {
  const { id } = request;
  if ("abort" in request) return aborts.get(id)?.abort();
  try {
    if ("open" in request) engine = await openEngine(request.open, request.room);
    send({ id, result: "call" in request ? await answer(id, request.call) : [] });
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    send({ id, failure, code: error instanceof PointsmanError ? error.code : "ENGINE" });
  }
});

async function answer(id: number, call: Call): Promise<readonly Completion[]> {
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

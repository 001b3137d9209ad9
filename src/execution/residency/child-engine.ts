import { stat } from "node:fs/promises";
import { AbortedError, EngineError } from "../../errors.js";
import type { Completion, Engine, GenerateOptions, Prompt } from "../engine.js";
import type { EngineRoom } from "../open-engine.js";
import { fileKey } from "../pool/model-file.js";
import { isRemote, type PoolModel } from "../pool/pool.js";
import { checkCall } from "../settings.js";
import type { Call } from "./child.js";
import { type AskOptions, EngineProcess } from "./process.js";
import type { Spares } from "./spares.js";

export interface ChildLimits {
  /** A model that takes longer to load is given up and its process ended. Default 600. */
  readonly loadSeconds?: number;
  /** A model that takes longer for an answer (for n answers: n times that) hangs, and its process is ended. Default 600. */
  readonly answerSeconds?: number;
}

export interface ChildRoom extends EngineRoom, ChildLimits {
  /** Ends the loading. */
  readonly signal?: AbortSignal;
  /** Where a process comes from, if there is one, and goes to after its model. */
  readonly spares?: Spares;
}

const defaultSeconds = 600;
/** Files whose hash a process has found to be right, so that the next process need not read them whole again. */
const verified = new Set<string>();
/** Answers end at the next token, and memory is given back; what takes longer hangs. */
const closeSeconds = 10;

/**
 * A model in a process of its own. llama.cpp ends the whole process on some files and inputs (GGML_ASSERT, a fault in
 * native code, memory that is short), and what hangs in native code can be ended in no other way.
 */
export class ChildEngine implements Engine {
  readonly name: string;
  readonly #process: EngineProcess;
  readonly #answerSeconds: number;
  readonly #spares: Spares | undefined;
  #disposing: Promise<void> | undefined;
  #loadSeconds = 0;

  private constructor(name: string, process: EngineProcess, room: ChildRoom) {
    this.name = name;
    this.#process = process;
    this.#answerSeconds = room.answerSeconds ?? defaultSeconds;
    this.#spares = room.spares;
  }

  /**
   * @throws ModelFileError, EngineUnavailableError, EngineError; EngineExitError where loading ends the process;
   * AbortedError when the signal fires before the model is loaded.
   */
  static async open(model: PoolModel, room: ChildRoom = {}): Promise<ChildEngine> {
    const { loadSeconds: seconds = defaultSeconds, sequences, threads, signal } = room;
    if (signal?.aborted) throw new AbortedError("Loading");
    const process = room.spares?.take() ?? new EngineProcess();
    process.model = model.name;
    const engine = new ChildEngine(model.name, process, room);
    const abort = () => void process.kill(engine.#disposed());
    signal?.addEventListener("abort", abort);
    const own = {
      ...(sequences !== undefined && { sequences }),
      ...(threads !== undefined && { threads }),
    };
    try {
      const { sent, key } = await trusted(model);
      engine.#loadSeconds = await process.ask({ open: sent, room: own }, { seconds });
      if (key !== undefined) verified.add(key);
      return engine;
    } catch (error) {
      await process.kill(engine.#disposed());
      throw signal?.aborted ? new AbortedError("Loading") : error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Of loading the model, without starting the process. */
  get loadSeconds(): number {
    return this.#loadSeconds;
  }

  /** Of the process. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Resolves when the process is gone, for whatever reason. */
  get ended(): Promise<void> {
    return this.#process.ended;
  }

  async generate(prompt: Prompt, options: GenerateOptions): Promise<Completion> {
    checkCall(prompt, 1, options);
    const { signal, onText, ...rest } = options;
    const call = { prompt, options: rest, stream: onText !== undefined };
    const [completion] = await this.#ask(call, 1, { signal, onText });
    return completion!;
  }

  async sample(prompt: Prompt, n: number, options: GenerateOptions): Promise<Completion[]> {
    checkCall(prompt, n, options);
    const { signal, onText: _, ...rest } = options;
    return [...(await this.#ask({ prompt, n, options: rest, stream: false }, n, { signal }))];
  }

  /** Calls in flight end with an EngineError; the process ends, or is kept for another model. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposing ??= this.#dispose();
    return this.#disposing;
  }

  #ask(call: Call, n: number, how: Omit<AskOptions, "seconds">) {
    if (this.#disposing !== undefined) return Promise.reject(this.#disposed());
    return this.#process.ask<readonly Completion[]>(call, {
      ...how,
      seconds: n * this.#answerSeconds,
    });
  }

  async #dispose(): Promise<void> {
    if (this.#spares?.isWanted) {
      const closed = this.#process.ask("close", { seconds: closeSeconds });
      const isKept = await closed.then(
        () => this.#spares!.give(this.#process),
        () => false,
      );
      if (isKept) return;
    }
    await this.#process.kill(this.#disposed());
  }

  #disposed(): EngineError {
    return new EngineError(
      `Model "${this.name}" was disposed. Load it again, or wait for answers before disposing.`,
    );
  }
}

/** The model as a process is to open it: without its hash where a process has found it right. */
async function trusted(model: PoolModel): Promise<{ sent: PoolModel; key?: string }> {
  if (isRemote(model) || model.sha256 === undefined) return { sent: model };
  const { sha256, ...rest } = model;
  try {
    const key = `${fileKey(rest.file, await stat(rest.file))}\0${sha256}`;
    return { sent: verified.has(key) ? rest : model, key };
  } catch {
    // The process says what is wrong with the file.
    return { sent: model };
  }
}

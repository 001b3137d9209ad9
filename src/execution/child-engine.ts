import { type ChildProcess, fork } from "node:child_process";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import {
  AbortedError,
  EngineError,
  EngineExitError,
  EngineUnavailableError,
  ModelFileError,
} from "../errors.js";
import type { Completion, Engine, GenerateOptions, Prompt } from "./engine.js";
import type { Call, FromChild, ToChild } from "./engine-child.js";
import type { EngineRoom } from "./open-engine.js";
import type { PoolModel } from "./pool.js";
import { checkCall } from "./settings.js";

export interface ChildLimits {
  /** A model that takes longer to load is given up and its process ended. Default 600. */
  readonly loadSeconds?: number;
  /** A model that takes longer for an answer (for n answers: n times that) hangs, and its process is ended. Default 600. */
  readonly answerSeconds?: number;
}

export interface ChildRoom extends EngineRoom, ChildLimits {
  readonly signal?: AbortSignal;
}

interface Waiting {
  readonly resolve: (completions: readonly Completion[]) => void;
  readonly reject: (error: Error) => void;
  readonly onText: ((piece: string) => void) | undefined;
}

/** Names the child from src (in our tests) as well as from dist. */
const child = fileURLToPath(new URL("../../dist/execution/engine-child.js", import.meta.url));
/** A stopped answer ends at the model's next token, which takes less than this unless it hangs. */
const abortSeconds = 10;
/** In milliseconds, of Node. */
const longestTimer = 2 ** 31 - 1;
/** Of what a process wrote last, its last words are told. */
const keptChars = 4096;

/**
 * A model in a process of its own. llama.cpp ends the whole process on some files and inputs (GGML_ASSERT, a fault in
 * native code, memory that is short), and what hangs in native code can be ended in no other way. An idle child does
 * not keep this process alive, and no child outlives it.
 */
export class ChildEngine implements Engine {
  readonly name: string;
  /** Resolves when the process is gone, for whatever reason. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #limits: Required<ChildLimits>;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #lastWords = "";
  /** Why the process was ended from here. */
  #reason: string | undefined;
  #gone: EngineError | undefined;

  private constructor(name: string, limits: ChildLimits) {
    this.name = name;
    this.#limits = { loadSeconds: 600, answerSeconds: 600, ...limits };
    this.#child = start();
    this.#child.on("message", (message: FromChild) => this.#receive(message));
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-keptChars);
    });
    this.ended = new Promise((resolve) => {
      // What it sent and wrote last is read before an immediate runs.
      const end = () => setImmediate(() => resolve(this.#bury()));
      this.#child.once("exit", end).once("error", (error) => {
        this.#reason ??= `could not be started (${error.message})`;
        end();
      });
    });
  }

  /**
   * @throws ModelFileError, EngineUnavailableError, EngineError; EngineExitError where loading ends the process;
   * AbortedError when the signal fires before the model is loaded.
   */
  static async open(model: PoolModel, room: ChildRoom = {}): Promise<ChildEngine> {
    const { loadSeconds, answerSeconds, signal, ...rest } = room;
    if (signal?.aborted) throw new AbortedError("Loading");
    const engine = new ChildEngine(model.name, {
      ...(loadSeconds !== undefined && { loadSeconds }),
      ...(answerSeconds !== undefined && { answerSeconds }),
    });
    const abort = () => void engine[Symbol.asyncDispose]();
    signal?.addEventListener("abort", abort);
    try {
      await engine.#ask((id) => ({ id, open: model, room: rest }), engine.#limits.loadSeconds);
      return engine;
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw signal?.aborted ? new AbortedError("Loading") : error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Of the process. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  async generate(prompt: Prompt, options: GenerateOptions): Promise<Completion> {
    checkCall(prompt, 1, options);
    const [completion] = await this.#answer({ prompt }, options);
    return completion!;
  }

  async sample(prompt: Prompt, n: number, options: GenerateOptions): Promise<Completion[]> {
    checkCall(prompt, n, options);
    return [...(await this.#answer({ prompt, n }, options))];
  }

  /** Ends the process; there is nothing in it to be saved. Calls in flight end with an EngineError. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#gone ??= new EngineError(
      `Model "${this.name}" was disposed. Load it again, or wait for answers before disposing.`,
    );
    this.#child.ref();
    this.#child.kill("SIGKILL");
    await this.ended;
  }

  #answer(call: Pick<Call, "prompt" | "n">, options: GenerateOptions) {
    const { signal, onText, ...rest } = options;
    const stream = onText !== undefined && call.n === undefined;
    const request = (id: number) => ({ id, call: { ...call, options: rest, stream } });
    return this.#ask(request, this.#limits.answerSeconds * (call.n ?? 1), signal, onText);
  }

  async #ask(
    request: (id: number) => ToChild,
    seconds: number,
    signal?: AbortSignal,
    onText?: (piece: string) => void,
  ): Promise<readonly Completion[]> {
    if (this.#gone !== undefined) throw this.#gone;
    if (signal?.aborted) throw new AbortedError("Generation");
    const id = this.#next++;
    let timer = this.#endAfter(seconds, id, `gave no answer within ${seconds} s`);
    const abort = () => {
      this.#child.send({ id, abort: true } satisfies ToChild, () => {});
      clearTimeout(timer);
      timer = this.#endAfter(abortSeconds, id, "could not be stopped");
    };
    signal?.addEventListener("abort", abort);
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject, onText });
        this.#child.send(request(id), () => {});
      });
    } finally {
      this.#waiting.delete(id);
      signal?.removeEventListener("abort", abort);
      clearTimeout(timer);
    }
  }

  #receive(message: FromChild): void {
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    if ("piece" in message) this.#stream(message.id, waiting, message.piece);
    else if ("result" in message) waiting.resolve(message.result);
    else waiting.reject(toError(message.code, message.failure));
  }

  #stream(id: number, { onText, reject }: Waiting, piece: string): void {
    try {
      onText?.(piece);
    } catch (error) {
      reject(error as Error);
      this.#child.send({ id, abort: true } satisfies ToChild, () => {});
    }
  }

  /** An answer that waits behind other work of this process is in time: it is read before an immediate runs. */
  #endAfter(seconds: number, id: number, reason: string): NodeJS.Timeout {
    const end = () => {
      if (!this.#waiting.has(id)) return;
      this.#reason ??= reason;
      this.#child.kill("SIGKILL");
    };
    return setTimeout(() => setImmediate(end), Math.min(seconds * 1000, longestTimer));
  }

  #bury(): void {
    this.#gone ??= this.#exitError();
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
  }

  #exitError(): EngineExitError {
    const { exitCode, signalCode: signal } = this.#child;
    const died = signal === null ? `ended with exit code ${exitCode}` : `was killed by ${signal}`;
    const words = this.#lastWords.trim().split("\n").at(-1);
    const what = this.#reason ?? `${died}${words ? ` (${words})` : ""}`;
    const mend =
      this.#reason === undefined
        ? "If memory is short, lower contextSize in the pool file or run fewer prompts at once."
        : "If the model is only slow, allow more seconds.";
    return new EngineExitError(`The process of model "${this.name}" ${what}. ${mend}`, {
      model: this.name,
      exitCode,
      signal,
    });
  }
}

function toError(code: string, message: string): Error {
  if (code === "ABORTED") return new AbortedError("Generation");
  if (code === "MODEL_FILE") return new ModelFileError(message);
  if (code === "ENGINE_UNAVAILABLE") return new EngineUnavailableError(message);
  return new EngineError(message);
}

function start(): ChildProcess {
  const started = fork(child, [], {
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  // The timer of a call keeps this process alive, and nothing else does.
  started.unref();
  started.channel?.unref();
  (started.stderr as Socket).unref();
  return started;
}

import { type ChildProcess, fork } from "node:child_process";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import {
  AbortedError,
  EngineError,
  EngineExitError,
  EngineUnavailableError,
  ModelFileError,
} from "../../errors.js";
import type { FromChild, Request, ToChild } from "./child.js";

export interface AskOptions {
  /** A process that takes longer hangs, and is ended. */
  readonly seconds: number;
  readonly signal?: AbortSignal | undefined;
  readonly onText?: ((piece: string) => void) | undefined;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onText: ((piece: string) => void) | undefined;
}

/** Names the child from src (in our tests) as well as from dist. */
const child = fileURLToPath(new URL("../../../dist/execution/residency/child.js", import.meta.url));
/** A stopped answer ends at the model's next token, which takes less than this unless it hangs. */
const abortSeconds = 10;
/** In milliseconds, of Node. */
const longestTimer = 2 ** 31 - 1;
/** Of what a process wrote last, its last words are told. */
const keptChars = 4096;

/** A process that runs one model at a time. Idle, it does not keep this process alive; it never outlives it. */
export class EngineProcess {
  /** The model in it, for errors. */
  model = "";
  /** Resolves when the process is gone, for whatever reason. */
  readonly ended: Promise<void>;
  readonly #child = start();
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #lastWords = "";
  /** Why the process was ended from here. */
  #reason: string | undefined;
  #gone: EngineError | undefined;

  constructor() {
    this.#child.on("message", (message: FromChild) => this.#receive(message));
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-keptChars);
    });
    this.ended = new Promise((resolve) => {
      // What it sent and wrote last is read before an immediate runs.
      const end = () => setImmediate(() => resolve(this.#bury()));
      this.#child.once("exit", end).on("error", (error) => {
        if (this.#child.pid !== undefined) return;
        this.#reason ??= `could not be started (${error.message})`;
        end();
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it ended, or is about to. */
  get isGone(): boolean {
    const { exitCode, signalCode } = this.#child;
    return this.#gone !== undefined || exitCode !== null || signalCode !== null;
  }

  /**
   * @returns what the request asks for.
   * @throws what the model threw; EngineExitError where the process ended; AbortedError.
   */
  async ask<T = void>(request: Request, { seconds, signal, onText }: AskOptions): Promise<T> {
    if (this.#gone !== undefined) throw this.#gone;
    if (signal?.aborted) throw new AbortedError("Generation");
    const id = this.#next++;
    let timer = this.#endAfter(seconds, id, `gave no answer within ${seconds} s`);
    const abort = () => {
      this.#send({ id, request: "abort" });
      clearTimeout(timer);
      timer = this.#endAfter(abortSeconds, id, "could not be stopped");
    };
    signal?.addEventListener("abort", abort);
    try {
      return await new Promise<T>((resolve, reject) => {
        const take = (result: unknown) => resolve(result as T);
        this.#waiting.set(id, { resolve: take, reject, onText });
        this.#send({ id, request });
      });
    } finally {
      this.#waiting.delete(id);
      signal?.removeEventListener("abort", abort);
      clearTimeout(timer);
    }
  }

  /** There is nothing in it to be saved. @param error what requests in flight, and later ones, end with. */
  async kill(error = new EngineError("The process was ended.")): Promise<void> {
    this.#gone ??= error;
    this.#child.ref();
    this.#child.kill("SIGKILL");
    await this.ended;
  }

  #send(message: ToChild): void {
    // Where the channel is gone, so is the process, which ends the request.
    this.#child.send(message, () => {});
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
      this.#send({ id, request: "abort" });
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
    return new EngineExitError(`The process of model "${this.model}" ${what}. ${mend}`, {
      model: this.model,
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
  // The timer of a request keeps this process alive, and nothing else does.
  started.unref();
  started.channel?.unref();
  (started.stderr as Socket).unref();
  return started;
}

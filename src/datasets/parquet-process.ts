import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { InputFileError, storageError } from "../errors.js";
import type { Batch, Failure, Head, Request } from "./parquet-child.js";

export interface ParquetLimits {
  /** For each answer of the decoder. */
  readonly seconds: number;
  /** On top of that for each MiB of the row group that is decoded. */
  readonly secondsPerMebibyte: number;
  /** Memory of the decoder. */
  readonly mebibytes: number;
}

/** Names the child from src (in our tests) as well as from dist. */
const child = fileURLToPath(new URL("../../dist/datasets/parquet-child.js", import.meta.url));

/**
 * Decodes a Parquet file in a process of its own. A few changed bytes make hyparquet loop without end, or fill an array
 * until V8 aborts the process; that would end a worker thread together with all others.
 */
export class ParquetProcess {
  readonly #file: string;
  readonly #limits: ParquetLimits;
  readonly #child: ChildProcess;

  constructor(file: string, limits: ParquetLimits) {
    this.#file = file;
    this.#limits = limits;
    this.#child = start(file, limits);
  }

  /** @throws StorageError; InputFileError where the bytes are at fault, or the decoder ran over a limit. */
  head(): Promise<Head> {
    return this.#ask<Head>("head", 0);
  }

  /**
   * The rows of a row group, a batch at a time.
   * @param bytes its size, for the deadline.
   * @throws InputFileError where the bytes are at fault, or the decoder ran over a limit.
   */
  async *rows(group: Exclude<Request, string>, bytes: number): AsyncGenerator<Batch["rows"]> {
    let batch = await this.#ask<Batch>(group, bytes);
    for (; !batch.done; batch = await this.#ask<Batch>("more rows", 0)) yield batch.rows;
    yield batch.rows;
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }

  async #ask<T extends object>(request: Request, bytes: number): Promise<T> {
    const { seconds, secondsPerMebibyte } = this.#limits;
    const allowed = seconds + (secondsPerMebibyte * bytes) / 2 ** 20;
    const answer = await this.#answer<T>(request, allowed);
    if (!("failure" in answer)) return answer;
    const cause = Object.assign(new Error(answer.failure), { code: answer.code });
    if (answer.code !== undefined) throw storageError("read", this.#file, cause);
    throw this.#error(answer.failure, "was cut off; fetch or write it again", cause);
  }

  async #answer<T>(request: Request, seconds: number): Promise<T | Failure> {
    const settled = new AbortController();
    let late = false;
    const stop = () => {
      if (settled.signal.aborted) return;
      late = true;
      this.#child.ref();
      this.end();
    };
    // An answer that waits behind other work of this process is in time: it is read before an immediate runs.
    const timer = setTimeout(() => setImmediate(stop), seconds * 1000);
    const event = (name: string) => once(this.#child, name, { signal: settled.signal });
    try {
      if (!this.#hasEnded) this.#child.send(request, () => {});
      const exit = this.#hasEnded ? Promise.resolve() : event("exit");
      const ended = exit.then(() => {
        const memory = `which may take ${this.#limits.mebibytes} MiB of memory`;
        const { exitCode, signalCode } = this.#child;
        const detail = late
          ? `the decoder took over its limit of ${seconds.toFixed(1)} s`
          : `the decoder, ${memory}, died of ${signalCode ?? exitCode}`;
        throw this.#error(detail, "has too large row groups; write it again, in smaller ones");
      });
      const [answer] = await Promise.race([event("message"), ended]);
      return answer as T | Failure;
    } catch (cause) {
      if (cause instanceof InputFileError) throw cause;
      throw storageError("start a process to read", this.#file, cause);
    } finally {
      clearTimeout(timer);
      settled.abort();
    }
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #error(detail: string, orElse: string, cause?: Error): InputFileError {
    const mend = `The file is damaged or ${orElse}.`;
    return new InputFileError(`${this.#file}: cannot be read as Parquet (${detail}). ${mend}`, {
      cause,
    });
  }
}

function start(file: string, { mebibytes }: ParquetLimits): ChildProcess {
  try {
    const started = fork(child, [file, String(mebibytes * 2 ** 20)], {
      execArgv: [`--max-old-space-size=${mebibytes}`],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    // The timer of a request keeps this process alive, and nothing else does.
    started.unref();
    started.channel?.unref();
    // What goes wrong between two requests is told by the next one.
    return started.on("error", () => {});
  } catch (cause) {
    throw storageError("start a process to read", file, cause);
  }
}

import { type ChildProcess, fork } from "node:child_process";
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
    this.#child = fork(child, [file, String(limits.mebibytes * 2 ** 20)], {
      execArgv: [`--max-old-space-size=${limits.mebibytes}`],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    // The timer of a request keeps this process alive, and nothing else does.
    this.#child.unref();
    this.#child.channel?.unref();
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
    const mend = "The file is damaged or was cut off; fetch or write it again.";
    throw this.#error(answer.failure, mend, cause);
  }

  #answer<T>(request: Request, seconds: number): Promise<T | Failure> {
    const mend = "The file is damaged, or its row groups are too large; write it again.";
    return new Promise((resolve, reject) => {
      const settle = <A>(then: (value: A) => void) => {
        return (value: A) => {
          clearTimeout(timer);
          this.#child.removeAllListeners();
          then(value);
        };
      };
      const fail = settle(reject);
      const timer = setTimeout(() => {
        this.end();
        fail(this.#error(`the decoder took over its limit of ${seconds.toFixed(1)} s`, mend));
      }, seconds * 1000);
      this.#child
        .once(
          "message",
          settle<unknown>((answer) => resolve(answer as T | Failure)),
        )
        .once("error", (cause) => fail(storageError("read", this.#file, cause)))
        .once("exit", (code, signal) => {
          const memory = `which may take ${this.#limits.mebibytes} MiB of memory`;
          fail(this.#error(`the decoder, ${memory}, died of ${signal ?? code}`, mend));
        });
      this.#child.send(request, (cause) => {
        // A decoder that is gone is told by its exit.
        if (cause !== null && this.#child.pid === undefined) fail(cause);
      });
    });
  }

  #error(detail: string, mend: string, cause?: Error): InputFileError {
    return new InputFileError(`${this.#file}: cannot be read as Parquet (${detail}). ${mend}`, {
      cause,
    });
  }
}

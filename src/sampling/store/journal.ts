import { isUtf8 } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { StorageError, StoreCorruptError, storageError } from "../../errors.js";

/** Appends of this time are synced together: one fsync costs as much for a thousand lines as for one. */
const batchMilliseconds = 200;
/** How often a full disk is tried again. */
const fullDiskMilliseconds = 1000;
const fullDisk = new Set(["ENOSPC", "EDQUOT"]);
const readChunk = 1024 * 1024;
/** An answer of 750 tokens is about 4 kB; a judge's or a summary's may be a thousand times that. */
const maxLineBytes = 64 * 1024 * 1024;
const newline = 0x0a;

export interface JournalOptions {
  /** Ends the waiting for space on a full disk: what waits then fails. */
  readonly signal?: AbortSignal | undefined;
  /** Called when writing waits because the disk is full, with the reason, and with undefined when it goes on. */
  readonly onPause?: ((reason: string | undefined) => void) | undefined;
}

interface Waiting {
  readonly line: string;
  readonly done: () => void;
  readonly fail: (error: Error) => void;
}

/**
 * An append-only file of lines. A line is acknowledged, by its promise, only after fsync: then neither `kill -9` nor
 * a power loss takes it away. Lines are written in batches, at most one every 200 ms.
 *
 * A write cut short by a crash leaves a last line without line break; it was never acknowledged, and opening again
 * cuts it off. A batch that fails is taken back the same way. When the disk is full it is written again, once a second,
 * until there is space; after any other failure the journal accepts nothing more.
 */
export class Journal {
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: StorageError | undefined;
  #closed = false;

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    private length: number,
    private readonly options: JournalOptions,
  ) {}

  /**
   * Opens or creates the file.
   * @param onLine gets each line that is there; what it throws comes out here.
   * @throws StorageError, StoreCorruptError for a line that is too long.
   */
  static async open(
    path: string,
    onLine: (line: string, number: number) => void,
    options: JournalOptions = {},
  ): Promise<Journal> {
    let file: FileHandle | undefined;
    try {
      file = await open(path, "a+");
      const length = await readLines(file, path, onLine);
      if ((await file.stat()).size > length) {
        await file.truncate(length);
        await file.sync();
      }
      return new Journal(path, file, length, options);
    } catch (error) {
      await file?.close();
      throw isSystemError(error) ? storageError("open", path, error) : error;
    }
  }

  /** @param line without last line break. @returns when the line, or lines, are safe on disk. @throws StorageError */
  append(line: string): Promise<void> {
    if (this.#closed) throw new StorageError(`Cannot write "${this.path}": it was closed.`);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#timer ??= setTimeout(() => this.#flush(), batchMilliseconds);
    return new Promise((done, fail) => this.#waiting.push({ line, done, fail }));
  }

  /** Writes what is waiting, then closes the file. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#flush();
    await this.#writing;
    await this.file.close();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length > 0) this.#writing = this.#writing.then(() => this.#write(batch));
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      if (this.#failure !== undefined) throw this.#failure;
      const bytes = Buffer.from(batch.map(({ line }) => `${line}\n`).join(""));
      await this.#persist(bytes);
      this.length += bytes.length;
      for (const { done } of batch) done();
    } catch (error) {
      this.#failure ??= storageError("write", this.path, error);
      // If even this fails, opening again finds whole lines that nobody was promised, or a torn one.
      await this.file.truncate(this.length).catch(() => {});
      for (const { fail } of batch) fail(this.#failure);
    }
  }

  async #persist(bytes: Buffer): Promise<void> {
    const { signal, onPause } = this.options;
    for (let paused = false; ; ) {
      try {
        await this.file.appendFile(bytes);
        await this.file.sync();
        if (paused) onPause?.(undefined);
        return;
      } catch (error) {
        if (!fullDisk.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
        // Without this, a second try would follow the torn rest of the first.
        await this.file.truncate(this.length);
        if (!paused) onPause?.(storageError("write", this.path, error).message);
        paused = true;
        await wait(fullDiskMilliseconds, undefined, signal && { signal }).catch(() => {});
        if (signal?.aborted) throw error;
      }
    }
  }
}

/**
 * Reads the whole lines of a journal without opening it for writing. A torn last line is passed over; a file that is
 * not there yet has none.
 */
export async function readJournal(
  path: string,
  onLine: (line: string, number: number) => void,
): Promise<void> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    await readLines(file, path, onLine);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw isSystemError(error) ? storageError("read", path, error) : error;
  } finally {
    await file?.close();
  }
}

/** @returns bytes up to the end of the last line that has a line break. */
async function readLines(
  file: FileHandle,
  path: string,
  onLine: (line: string, number: number) => void,
): Promise<number> {
  let buffer = Buffer.allocUnsafe(readChunk);
  /** Bytes of `buffer` that belong to a line whose end was not read yet. */
  let held = 0;
  let number = 0;
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(buffer, held, buffer.length - held, at);
    if (bytesRead === 0) return at - held;
    at += bytesRead;
    const filled = buffer.subarray(0, held + bytesRead);
    let start = 0;
    for (let end = filled.indexOf(newline); end >= 0; end = filled.indexOf(newline, start)) {
      number += 1;
      onLine(decode(filled.subarray(start, end), path, number), number);
      start = end + 1;
    }
    held = filled.length - start;
    if (held > maxLineBytes) {
      throw new StoreCorruptError(
        `${path}:${number + 1}: the line is longer than ${maxLineBytes} bytes.`,
      );
    }
    if (held === buffer.length) buffer = Buffer.concat([buffer], 2 * buffer.length);
    else buffer.copyWithin(0, start, filled.length);
  }
}

function decode(bytes: Buffer, path: string, number: number): string {
  if (!isUtf8(bytes))
    throw new StoreCorruptError(`${path}:${number}: the line is not valid UTF-8.`);
  return bytes.toString("utf8");
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

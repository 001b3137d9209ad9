// The process that parquet-process.ts starts: decodes one file with hyparquet, and answers one request at a time.
import { Worker } from "node:worker_threads";
import type { FileMetaData } from "hyparquet";
import { maxRowBytes } from "./jsonl.js";

export type Request =
  | "head"
  | { readonly rowStart: number; readonly rowEnd: number; readonly columns: readonly string[] }
  | "more rows";

export interface Head {
  /** Names of the columns, and the row groups in the order of the file. */
  readonly names: readonly string[];
  readonly groups: readonly { readonly rows: number; readonly bytes: number }[];
}

/** The next rows of a row group, their cells in the order of the columns asked for. */
export interface Batch {
  readonly rows: readonly (readonly unknown[])[];
  readonly done: boolean;
}

/** `code` where the file system refused, as of Node's errors. */
export interface Failure {
  readonly failure: string;
  readonly code?: string | undefined;
}

/** Rows go over in pieces of about this size, so that neither side holds a second copy of a row group. */
const batchBytes = 2 ** 20;
/** Lists of maps of structs are far below; what is nested deeper would overflow the stack of whoever walks it. */
const maxDepth = 16;

const [file, maxBytes] = process.argv.slice(2) as [string, string];
guard(Number(maxBytes));
const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } =
  await import("hyparquet");
const { compressors } = await import("hyparquet-compressors");
let metadata: FileMetaData;
let rows: Iterator<unknown[]>;

process.on("message", async (request: Request) => {
  try {
    process.send!(await answer(request));
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    process.send!({ failure } satisfies Failure);
  }
});

async function answer(request: Request): Promise<Head | Batch | Failure> {
  if (request === "head") return head();
  if (request !== "more rows") rows = await decode(request);
  return nextBatch();
}

async function head(): Promise<Head | Failure> {
  const buffer = await open();
  if ("failure" in buffer) return buffer;
  metadata = await parquetMetadataAsync(buffer);
  return {
    names: parquetSchema(metadata).children.map(({ element }) => element.name),
    groups: metadata.row_groups.map(({ num_rows, columns }) => ({
      rows: Number(num_rows),
      bytes: columns.reduce(
        (sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0),
        0,
      ),
    })),
  };
}

async function open() {
  try {
    const buffer = await asyncBufferFromFile(file);
    // Finds a folder, or a file that may not be read.
    await buffer.slice(0, Math.min(1, buffer.byteLength));
    return buffer;
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { failure: message, code: code ?? "UNKNOWN" };
  }
}

async function decode({ rowStart, rowEnd, columns }: Exclude<Request, string>) {
  const objects = await parquetReadObjects({
    file: await asyncBufferFromFile(file),
    metadata,
    compressors,
    columns: [...columns],
    rowStart,
    rowEnd,
  });
  return cells(objects, columns);
}

function* cells(objects: readonly Record<string, unknown>[], columns: readonly string[]) {
  for (const row of objects) yield columns.map((name) => row[name]);
}

function nextBatch(): Batch {
  const batch: unknown[][] = [];
  for (let bytes = 0; bytes < batchBytes; ) {
    const { done, value } = rows.next();
    if (done) return { rows: batch, done };
    const room = { left: maxRowBytes };
    batch.push(value.map((cell) => plain(cell, room, 0)));
    bytes += maxRowBytes - room.left;
  }
  return { rows: batch, done: false };
}

/**
 * As JSON would have it: whole numbers that are no bigint; a struct without its nulls, as each of them is an empty cell.
 * A short text of a dictionary can stand in for gigabytes of rows, so what a row takes is counted here.
 */
function plain(value: unknown, room: { left: number }, depth: number): unknown {
  room.left -= typeof value === "string" ? 8 + value.length : 8;
  if (room.left < 0) throw new Error(`a row is longer than ${maxRowBytes} bytes`);
  if (depth > maxDepth) throw new Error(`a cell is nested deeper than ${maxDepth} levels`);
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map((one) => plain(one, room, depth + 1));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  return Object.fromEntries(entries.map(([key, one]) => [key, plain(one, room, depth + 1)]));
}

/**
 * Ends this process when it takes more memory than that (V8's limit leaves out array buffers), or when the one that
 * started it is gone. A thread of its own, as a decoder that loops lets no timer run.
 */
function guard(maxBytes: number): void {
  const watch = ([bytes, parent]: [number, number]) => {
    setInterval(() => {
      if (process.memoryUsage.rss() > bytes || process.ppid !== parent)
        process.kill(process.pid, "SIGKILL");
    }, 20);
  };
  const code = `(${watch})(require("node:worker_threads").workerData)`;
  new Worker(code, { eval: true, workerData: [maxBytes, process.ppid] }).unref();
}

import type { AsyncBuffer, FileMetaData } from "hyparquet";
import { InputFileError, PointsmanError, storageError } from "../errors.js";
import type { JsonLine } from "./jsonl.js";
import { tableColumns, tableRow } from "./table-rows.js";

/** A row group that holds more than this is not one of ours, but made to fill the memory. */
const maxGroupBytes = 2 ** 30;
const maxGroupRows = 2 ** 22;

/**
 * Reads the outcomes of a Parquet file (snappy, gzip, zstd, brotli, lz4 or plain), one row group at a time: the columns of a
 * CSV file, or columns that hold all models as a struct, a map or a JSON text. A null says nothing.
 * @param onBadRow takes a row with a text that should be JSON and is not.
 * @returns the rows as a JSONL file would say them; `line` is the row, counted from 1.
 * @throws InputFileError for bad names of columns, or a file that is damaged, cut off or too large; StorageError.
 */
export async function* readParquet(
  file: string,
  onBadRow: (error: InputFileError) => void,
): AsyncGenerator<JsonLine> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } =
    await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const buffer = await open(file, asyncBufferFromFile);
  const metadata = await decode(file, () => parquetMetadataAsync(buffer));
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  const columns = tableColumns(file, names);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    checkSize(file, group);
    const rowEnd = rowStart + Number(group.num_rows);
    const rows = await decode(file, () =>
      parquetReadObjects({
        file: buffer,
        metadata,
        compressors,
        columns: columns.map(({ name }) => name),
        rowStart,
        rowEnd,
      }),
    );
    for (const [at, row] of rows.entries()) {
      const line = rowStart + at + 1;
      try {
        const cells = columns.map(({ name }) => plain(row[name]));
        yield { line, value: tableRow(file, line, columns, cells) };
      } catch (error) {
        if (!(error instanceof InputFileError)) throw error;
        onBadRow(error);
      }
    }
    rowStart = rowEnd;
  }
}

async function open(file: string, asyncBuffer: (file: string) => Promise<AsyncBuffer>) {
  try {
    const buffer = await asyncBuffer(file);
    // Finds a folder, or a file that may not be read.
    await buffer.slice(0, Math.min(1, buffer.byteLength));
    return buffer;
  } catch (cause) {
    throw storageError("read", file, cause);
  }
}

/** Whatever fails while the bytes are read is the fault of the bytes. */
async function decode<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof PointsmanError) throw cause;
    const detail = cause instanceof Error ? cause.message : String(cause);
    const mend = "The file is damaged or was cut off; fetch or write it again.";
    throw new InputFileError(`${file}: cannot be read as Parquet (${detail}). ${mend}`, { cause });
  }
}

function checkSize(file: string, group: FileMetaData["row_groups"][number]): void {
  const rows = Number(group.num_rows);
  const bytes = group.columns.reduce(
    (sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0),
    0,
  );
  if (rows >= 0 && rows <= maxGroupRows && bytes >= 0 && bytes <= maxGroupBytes) return;
  const limits = `${maxGroupRows} rows and ${maxGroupBytes} bytes`;
  throw new InputFileError(
    `${file}: a row group of ${rows} rows and ${bytes} bytes is over the limit of ${limits}. ` +
      "Write it in smaller row groups.",
  );
}

/** As JSON would have it: whole numbers that are no bigint; a struct without its nulls, as each of them is an empty cell. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null && one !== undefined)
      .map(([key, one]) => [key, plain(one)]),
  );
}

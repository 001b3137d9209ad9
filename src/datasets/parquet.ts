import { InputFileError } from "../errors.js";
import type { JsonLine } from "./jsonl.js";
import type { Head } from "./parquet-child.js";
import { type ParquetLimits, ParquetProcess } from "./parquet-process.js";
import { tableColumns, tableRow } from "./table-rows.js";

/** A row group that holds more than this is not one of ours, but made to fill the memory. */
const maxGroupBytes = 2 ** 30;
const maxGroupRows = 2 ** 22;

/**
 * Some 50 MB of rows took 3.5 s on a machine with other work to do, a fourth of what they are given, so that it is a decoder
 * that loops which runs into the deadline. Its memory is three times the largest row group.
 */
const defaultLimits: ParquetLimits = {
  seconds: 10,
  secondsPerMebibyte: 0.25,
  mebibytes: 3 * 2 ** 10,
};

/**
 * Reads the outcomes of a Parquet file: the columns of a CSV file, or columns that hold all models as a struct, a map or a
 * JSON text. A null says nothing.
 * @param onBadRow takes a row with a text that should be JSON and is not.
 * @returns the rows as a JSONL file would say them; `line` is the row, counted from 1.
 * @throws InputFileError for bad names of columns, and as `readParquetRows`; StorageError.
 */
export async function* readParquet(
  file: string,
  onBadRow: (error: InputFileError) => void,
  limits: ParquetLimits = defaultLimits,
): AsyncGenerator<JsonLine> {
  const choose = (names: readonly string[]) => tableColumns(file, names);
  for await (const { line, columns, cells } of readParquetRows(file, choose, limits)) {
    try {
      yield { line, value: tableRow(file, line, columns, cells) };
    } catch (error) {
      if (!(error instanceof InputFileError)) throw error;
      onBadRow(error);
    }
  }
}

/** `line` is the row, counted from 1; `cells` are those of `columns`. */
export interface ParquetRow<Column> {
  readonly line: number;
  readonly columns: readonly Column[];
  readonly cells: readonly unknown[];
}

/**
 * Reads some columns of a Parquet file (snappy, gzip, zstd, brotli, lz4 or plain), one row group at a time.
 * @param choose takes the names of all columns, and gives those to read.
 * @throws InputFileError for a file that is damaged, cut off or too large, or runs its decoder over the limits; StorageError.
 */
export async function* readParquetRows<Column extends { readonly name: string }>(
  file: string,
  choose: (names: readonly string[]) => readonly Column[],
  limits: ParquetLimits = defaultLimits,
): AsyncGenerator<ParquetRow<Column>> {
  const decoder = new ParquetProcess(file, limits);
  try {
    const { names, groups } = await decoder.head();
    const columns = choose(names);
    let rowStart = 0;
    for (const group of groups) {
      checkSize(file, group);
      const rowEnd = rowStart + group.rows;
      const asked = { rowStart, rowEnd, columns: columns.map(({ name }) => name) };
      let line = rowStart;
      for await (const rows of decoder.rows(asked, decodedBytes(group, columns.length))) {
        for (const cells of rows) yield { line: ++line, columns, cells };
      }
      rowStart = rowEnd;
    }
  } finally {
    decoder.end();
  }
}

type Group = Head["groups"][number];

function checkSize(file: string, { rows, bytes }: Group): void {
  if (rows >= 0 && rows <= maxGroupRows && bytes >= 0 && bytes <= maxGroupBytes) return;
  const limits = `${maxGroupRows} rows and ${maxGroupBytes} bytes`;
  throw new InputFileError(
    `${file}: a row group of ${rows} rows and ${bytes} bytes is over the limit of ${limits}. ` +
      "Write it in smaller row groups.",
  );
}

/** Nulls and repeated values take next to nothing in the file, but a cell each in memory. */
function decodedBytes({ rows, bytes }: Group, columns: number): number {
  return bytes + Math.min(8 * rows * columns, maxGroupBytes);
}

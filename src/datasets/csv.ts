import { pipeline, Readable } from "node:stream";
import type { CsvError, Info } from "csv-parse";
import { InputFileError, PointsmanError } from "../errors.js";
import { type JsonLine, lineError, maxRowBytes } from "./jsonl.js";
import { type TableColumn, tableColumns, tableRow } from "./table-rows.js";
import { readBytes } from "./unzip.js";

/**
 * Reads the outcomes of a CSV file (RFC 4180: commas, double quotes; plain or gzipped), whose first line names the
 * columns. Blank lines are skipped, a byte order mark is tolerated.
 * @param onBadRow takes a row with too few or too many cells, or with a text that should be JSON and is not.
 * @returns the rows as a JSONL file would say them; `line` is the one that a row begins on.
 * @throws InputFileError for bad names of columns, a quote out of place (nothing after it can be trusted), a row over
 *   8 MiB, a file that is not UTF-8 or cannot be unzipped; StorageError.
 */
export async function* readCsv(
  file: string,
  onBadRow: (error: InputFileError) => void,
): AsyncGenerator<JsonLine> {
  let columns: readonly TableColumn[] | undefined;
  let width = 0;
  for await (const { line, cells } of readCsvRecords(file)) {
    if (columns === undefined) {
      columns = tableColumns(file, cells);
      width = cells.length;
      continue;
    }
    try {
      if (cells.length !== width) {
        const reason = `Expected ${width} cells, as the first line has, but found ${cells.length}.`;
        throw lineError(file, line, reason);
      }
      const own = columns.map(({ at }) => cells[at]);
      yield { line, value: tableRow(file, line, columns, own) };
    } catch (error) {
      if (!(error instanceof InputFileError)) throw error;
      onBadRow(error);
    }
  }
}

/**
 * The records of a CSV file, the first line among them; `line` is the one that a record begins on. Blank lines are skipped.
 * @throws InputFileError, StorageError, as `readCsv`.
 */
export async function* readCsvRecords(
  file: string,
): AsyncGenerator<{ line: number; cells: string[] }> {
  const { parse } = await import("csv-parse");
  const parser = parse({
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRowBytes,
  });
  // The callback has nothing to do: every failure also ends the loop below.
  pipeline(Readable.from(decode(file)), parser, () => {});
  // csv-parse counts a CRLF between quotes as two lines.
  let surplus = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: Info;
    }>) {
      const text = record.join("");
      const inside = count(text, /[\r\n]/g);
      yield { line: info.lines - surplus - inside, cells: record };
      surplus += inside - count(text, /\r\n|\r|\n/g);
    }
  } catch (cause) {
    if (cause instanceof PointsmanError) throw cause;
    const { message, lines } = cause as CsvError;
    const mend = 'Write a quote inside of quotes as "", and one row a line.';
    throw lineError(
      file,
      Number(lines) - surplus,
      `the row is no CSV (${message}). ${mend}`,
      cause,
    );
  }
}

async function* decode(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const read = (bytes?: Buffer) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch (cause) {
      throw new InputFileError(`${file}: is not valid UTF-8. Save the file as UTF-8.`, { cause });
    }
  };
  for await (const bytes of readBytes(file)) yield read(bytes);
  yield read();
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

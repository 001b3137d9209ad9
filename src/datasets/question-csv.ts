import { InputFileError } from "../errors.js";
import { readCsvRecords } from "./csv.js";
import { type JsonLine, lineError } from "./jsonl.js";
import { questionFields } from "./question-row.js";

/**
 * Reads questions from CSV (RFC 4180, UTF-8), whose first line names the columns: the fields of a JSONL row. A cell of
 * `references` is a list in JSON. An empty cell says nothing, other columns are left alone.
 * @returns the rows as a JSONL file would say them.
 * @throws InputFileError for a column that is missing or there twice, a row with too few or too many cells; StorageError.
 */
export async function* readQuestionCsv(file: string): AsyncGenerator<JsonLine> {
  let names: readonly string[] | undefined;
  for await (const { line, cells } of readCsvRecords(file)) {
    if (names === undefined) {
      names = checkNames(file, cells);
      continue;
    }
    if (cells.length !== names.length) {
      const reason = `Expected ${names.length} cells, as the first line has, but found ${cells.length}.`;
      throw lineError(file, line, reason);
    }
    const given = names.flatMap((name, at): [string, unknown][] => {
      const cell = cells[at]!;
      if (!questionFields.includes(name) || cell.trim() === "") return [];
      return [[name, name === "references" ? parseList(file, line, cell) : cell]];
    });
    yield { line, value: Object.fromEntries(given) };
  }
}

function checkNames(file: string, cells: readonly string[]): string[] {
  const names = cells.map((name) => name.trim());
  const twice = names.find((name, at) => questionFields.includes(name) && names.indexOf(name) < at);
  if (twice !== undefined) throw headError(file, `the column "${twice}" is there twice`);
  for (const name of ["id", "prompt"])
    if (!names.includes(name)) throw headError(file, `there is no column "${name}"`);
  return names;
}

function parseList(file: string, line: number, cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch (cause) {
    throw lineError(file, line, 'Expected a list in JSON in the column "references".', cause);
  }
}

function headError(file: string, reason: string): InputFileError {
  return new InputFileError(
    `${file}: ${reason}. The first line names the columns; known: ${questionFields.join(", ")}.`,
  );
}

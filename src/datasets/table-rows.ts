import { InputFileError } from "../errors.js";
import { lineError } from "./jsonl.js";
import { modelFields } from "./outcome-row.js";

/** A column of a table that is understood here; `model` where it holds the values of one model. */
export interface TableColumn {
  /** Its place in the file. */
  readonly at: number;
  readonly name: string;
  readonly field: string;
  readonly model: string | undefined;
}

const textFields: readonly string[] = ["id", "prompt", "task", "subject", "split", "gold"];
const isModelField = (field: string) => (modelFields as readonly string[]).includes(field);

/**
 * The columns of a table of outcomes: `prompt`, `outcomes.MODEL`, ... Other columns are left alone.
 * @throws InputFileError where one is there twice, or `prompt` or the outcomes are missing.
 */
export function tableColumns(file: string, names: readonly string[]): TableColumn[] {
  const columns = names.flatMap((name, at): TableColumn[] => {
    if (textFields.includes(name) || isModelField(name)) {
      return [{ at, name, field: name, model: undefined }];
    }
    const dot = name.indexOf(".");
    const [field, model] = [name.slice(0, dot), name.slice(dot + 1)];
    return dot > 0 && model !== "" && isModelField(field) ? [{ at, name, field, model }] : [];
  });
  const whole = new Set(columns.filter(({ model }) => model === undefined).map(({ name }) => name));
  const seen = new Set<string>();
  for (const { name, field, model } of columns) {
    if (seen.has(name)) throw headError(file, `the column "${name}" is there twice`);
    if (model !== undefined && whole.has(field)) {
      throw headError(file, `the column "${name}" says what "${field}" says already`);
    }
    seen.add(name);
  }
  if (!whole.has("prompt")) throw headError(file, 'there is no column "prompt"');
  if (!columns.some(({ field }) => field === "outcomes")) {
    throw headError(file, 'there is no column "outcomes.MODEL", such as "outcomes.llama"');
  }
  return columns;
}

/**
 * One row of a table as a row of a JSONL file would say it. An empty cell says nothing, and the text in a cell of a model
 * is JSON: a number, or a list.
 * @param cells value of each of `columns`.
 * @throws InputFileError for a text that is not JSON.
 */
export function tableRow(
  file: string,
  line: number,
  columns: readonly TableColumn[],
  cells: readonly unknown[],
): unknown {
  const row = new Map<string, unknown>();
  const perModel = new Map<string, [model: string, value: unknown][]>();
  columns.forEach(({ name, field, model }, at) => {
    const cell = cells[at];
    if (isEmpty(cell)) return;
    const value = isModelField(field) ? parseCell(file, line, name, cell) : cell;
    if (model === undefined) row.set(field, value);
    else {
      const entries = perModel.get(field) ?? [];
      entries.push([model, value]);
      perModel.set(field, entries);
    }
  });
  for (const [field, entries] of perModel) row.set(field, Object.fromEntries(entries));
  return Object.fromEntries(row);
}

function isEmpty(cell: unknown): boolean {
  return cell === undefined || cell === null || (typeof cell === "string" && cell.trim() === "");
}

function parseCell(file: string, line: number, name: string, cell: unknown): unknown {
  if (typeof cell !== "string") return cell;
  try {
    return JSON.parse(cell);
  } catch (cause) {
    const expected = "a number, or a list in JSON, or nothing";
    throw lineError(file, line, `Expected ${expected} in the column "${name}".`, cause);
  }
}

function headError(file: string, reason: string): InputFileError {
  return new InputFileError(`${file}: ${reason}. See docs/outcomes.md for the columns.`);
}

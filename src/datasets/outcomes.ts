import {
  InputFileError,
  InvalidArgumentError,
  NoLabelsError,
  UnknownModelError,
} from "../errors.js";
import type { Outcomes } from "../types.js";
import { assembleOutcomes } from "./assemble.js";
import { readCsv } from "./csv.js";
import { type JsonLine, lineError, readJsonLines } from "./jsonl.js";
import { type OutcomeRow, parseRow } from "./outcome-row.js";
import { readParquet } from "./parquet.js";

export {
  normalizePrompt,
  selectModels,
  selectRows,
  selectSplits,
  uniquePrompts,
} from "./select.js";

export interface LoadOutcomesOptions {
  /** Only these models, in this order. Default: all, in order of first appearance. */
  readonly models?: readonly string[];
  /** Only rows of these tasks. Default: all rows. */
  readonly tasks?: readonly string[];
  /** Count bad rows instead of throwing at the first one. */
  readonly skipBad?: boolean;
}

type OnBad = (error: InputFileError) => void;

/** More models than this means that the keys of `outcomes` are something else. */
const maxModels = 1024;
/** Rows of all files together: they are held in memory. */
const maxRows = 2 ** 20;

/** How files are read, by the ending of their names. */
const readers: readonly [
  ending: RegExp,
  read: (file: string, onBad: OnBad) => AsyncGenerator<JsonLine>,
][] = [
  [/\.jsonl(\.gz)?$/i, readJsonLines],
  [/\.csv(\.gz)?$/i, readCsv],
  [/\.parquet$/i, readParquet],
];

/**
 * Reads outcome files, .jsonl or .csv (plain or gzipped) or .parquet, with one prompt a row:
 * `{ prompt, outcomes: { model: 0..1 }, id?, task?, subject?, split?, gold?, majority?, samples?, sample_correct?,
 * latency?, cost? }`, in a table one column `outcomes.MODEL` for each model; docs/outcomes.md has the whole schema.
 * `majority` (model -> 0..1) gives the marks where it is there, `samples` (model -> extracted answers, null =
 * unusable) the answers and `sample_correct` their marks, `latency` (model -> seconds of one answer) the seconds, `cost`
 * (model -> price of one answer) the prices. A model that a row does not name is unknown there; a `gold` that is no text
 * (a list of accepted answers, say) is taken as none. Copies of a prompt are kept; rows that know none of the models
 * asked for are left out.
 * @returns the rows in the order of the files, and how many bad ones were skipped.
 * @throws InputFileError for a bad row, UnknownModelError, InvalidArgumentError for a task that no row has or a file of
 *   another ending, NoLabelsError where no row is left, StorageError.
 */
export async function loadOutcomes(
  files: readonly string[],
  options: LoadOutcomesOptions = {},
): Promise<{ outcomes: Outcomes; skipped: number }> {
  let rows: OutcomeRow[] = [];
  let skipped = 0;
  const onBad = (error: InputFileError) => {
    if (!options.skipBad) throw error;
    skipped += 1;
  };
  for (const file of files) {
    for await (const row of readRows(file, onBad)) {
      rows.push(row);
      if (rows.length > maxRows) {
        throw new InputFileError(`${file}: more than ${maxRows} rows. Take a sample of them.`);
      }
    }
  }
  if (rows.length === 0) {
    throw new NoLabelsError(`There is no usable row in ${files.join(", ") || "no file"}.`);
  }
  if (options.tasks) rows = ofTasks(rows, options.tasks);
  const known = new Set(rows.flatMap((row) => [...row.scores.keys()]));
  const models = [...new Set(options.models ?? known)];
  for (const model of models) {
    if (!known.has(model)) throw new UnknownModelError(model, [...known]);
  }
  rows = rows.filter((row) => models.some((model) => row.scores.has(model)));
  if (rows.length === 0) {
    throw InvalidArgumentError.of("models and tasks", "at least one name", "none");
  }
  return { outcomes: assembleOutcomes(rows, models), skipped };
}

async function* readRows(file: string, onBad: OnBad): AsyncGenerator<OutcomeRow> {
  const reader = readers.find(([ending]) => ending.test(file));
  if (reader === undefined) {
    const endings = ".jsonl, .jsonl.gz, .csv, .csv.gz or .parquet";
    throw InvalidArgumentError.of("an outcome file", `a name that ends in ${endings}`, file);
  }
  const lines = new Map<string, number>();
  const models = new Set<string>();
  for await (const { line, value } of reader[1](file, onBad)) {
    let row: OutcomeRow;
    try {
      row = parseRow(value, file, line);
      const earlier = lines.get(row.id);
      if (earlier !== undefined) {
        const reason = `the id "${row.id}" is that of ${file}:${earlier}. Give each row its own.`;
        throw lineError(file, line, reason);
      }
    } catch (error) {
      if (!(error instanceof InputFileError)) throw error;
      onBad(error);
      continue;
    }
    lines.set(row.id, line);
    for (const model of row.scores.keys()) models.add(model);
    if (models.size > maxModels) {
      const mend = 'The keys of "outcomes" must be model names.';
      throw lineError(file, line, `more than ${maxModels} models. ${mend}`);
    }
    yield row;
  }
}

function ofTasks(rows: readonly OutcomeRow[], tasks: readonly string[]): OutcomeRow[] {
  const known = new Set(rows.map((row) => row.task));
  for (const task of tasks) {
    if (known.has(task)) continue;
    const names = [...known].filter((name) => name !== undefined);
    throw InvalidArgumentError.of(
      "tasks",
      `one of ${names.join(", ") || "(no row has a task)"}`,
      task,
    );
  }
  return rows.filter((row) => row.task !== undefined && tasks.includes(row.task));
}

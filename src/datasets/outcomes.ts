import { basename } from "node:path";
import {
  InputFileError,
  InvalidArgumentError,
  NoLabelsError,
  UnknownModelError,
} from "../errors.js";
import type { Outcomes } from "../types.js";
import { lineError, readJsonLines } from "./jsonl.js";

export interface LoadOutcomesOptions {
  /** Only these models, in this order. Default: all, in order of first appearance. */
  readonly models?: readonly string[];
  /** Only rows of these tasks. Default: all rows. */
  readonly tasks?: readonly string[];
  /** Count bad rows instead of throwing at the first one. */
  readonly skipBad?: boolean;
}

type Answers = readonly (string | null)[];

interface Row {
  readonly id: string;
  readonly prompt: string;
  readonly task: string | undefined;
  readonly subject: string | undefined;
  readonly split: string | undefined;
  readonly gold: string | undefined;
  readonly scores: ReadonlyMap<string, number>;
  readonly majority: ReadonlyMap<string, number>;
  readonly seconds: ReadonlyMap<string, number>;
  readonly answers: ReadonlyMap<string, Answers>;
}

/** More models than this means that the keys of `outcomes` are something else. */
const maxModels = 1024;

/**
 * Reads JSONL files (plain or gzipped) with one prompt a row:
 * `{ prompt, outcomes: { model: 0..1 }, id?, task?, subject?, split?, gold?, majority?, samples?, latency? }`.
 * `majority` (model -> 0..1) gives the marks where it is there, `samples` (model -> extracted answers, null =
 * unusable) the answers, `latency` (model -> seconds of one answer) the seconds. A model that a row does not name is
 * unknown there; a `gold` that is no text (a list of accepted answers, say) is taken as none. Copies of a prompt are
 * kept; rows that know none of the models asked for are left out.
 * @returns the rows in the order of the files, and how many bad ones were skipped.
 * @throws InputFileError for a bad row, UnknownModelError, InvalidArgumentError for a task that no row has,
 *   NoLabelsError where no row is left, StorageError.
 */
export async function loadOutcomes(
  files: readonly string[],
  options: LoadOutcomesOptions = {},
): Promise<{ outcomes: Outcomes; skipped: number }> {
  let rows: Row[] = [];
  let skipped = 0;
  const onBad = (error: InputFileError) => {
    if (!options.skipBad) throw error;
    skipped += 1;
  };
  for (const file of files) {
    for (const row of await readRows(file, onBad)) rows.push(row);
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
  return { outcomes: assemble(rows, models), skipped };
}

async function readRows(file: string, onBad: (error: InputFileError) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const lines = new Map<string, number>();
  const models = new Set<string>();
  for await (const { line, value } of readJsonLines(file, onBad)) {
    try {
      const row = parseRow(value, file, line);
      const earlier = lines.get(row.id);
      if (earlier !== undefined) {
        throw lineError(
          file,
          line,
          `the id "${row.id}" is that of line ${earlier}. Give each row its own.`,
        );
      }
      lines.set(row.id, line);
      rows.push(row);
    } catch (error) {
      if (!(error instanceof InputFileError)) throw error;
      onBad(error);
      continue;
    }
    for (const model of rows.at(-1)!.scores.keys()) models.add(model);
    if (models.size > maxModels) {
      throw lineError(
        file,
        line,
        `more than ${maxModels} models. The keys of "outcomes" must be model names.`,
      );
    }
  }
  return rows;
}

function parseRow(value: unknown, file: string, line: number): Row {
  const fail = (field: string, expected: string): never => {
    throw lineError(file, line, `Expected ${expected} for "${field}".`);
  };
  const entries = (field: string, of: unknown) =>
    typeof of === "object" && of !== null && !Array.isArray(of)
      ? new Map<string, unknown>(Object.entries(of))
      : fail(field, "an object");
  const fields = entries("the row", value);
  const text = (field: string): string | undefined => {
    const found = fields.get(field) ?? undefined;
    return found === undefined || typeof found === "string" ? found : fail(field, "a string");
  };
  const perModel = <T>(field: string, expected: string, is: (one: unknown) => one is T) => {
    const found = entries(field, fields.get(field) ?? {});
    for (const [model, one] of found) {
      if (!is(one)) fail(`${field}" of "${model}`, expected);
    }
    return found as Map<string, T>;
  };
  const prompt = text("prompt");
  if (prompt === undefined || prompt.trim() === "") return fail("prompt", "a text");
  const scores = perModel("outcomes", "a number from 0 to 1 (leave an unknown model out)", isScore);
  if (scores.size === 0) return fail("outcomes", "an outcome of at least one model");
  const gold = fields.get("gold");
  return {
    id: text("id") ?? `${basename(file)}:${line}`,
    prompt,
    task: text("task"),
    subject: text("subject"),
    split: text("split"),
    gold: typeof gold === "string" ? gold : undefined,
    scores,
    majority: perModel("majority", "a number from 0 to 1", isScore),
    seconds: perModel("latency", "a number of seconds, 0 or more", isDuration),
    answers: perModel("samples", "a list of strings and nulls", isAnswers),
  };
}

function isScore(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}

function isDuration(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && Number.isFinite(value);
}

function isAnswers(value: unknown): value is Answers {
  return Array.isArray(value) && value.every((one) => one === null || typeof one === "string");
}

function assemble(rows: readonly Row[], models: readonly string[]): Outcomes {
  const matrix = (cell: (row: Row, model: string) => number | undefined) =>
    Float32Array.from({ length: rows.length * models.length }, (_, at) => {
      const row = rows[Math.floor(at / models.length)]!;
      return cell(row, models[at % models.length]!) ?? Number.NaN;
    });
  return {
    models: [...models],
    ids: rows.map((row) => row.id),
    prompts: rows.map((row) => row.prompt),
    tasks: rows.map((row) => row.task),
    subjects: rows.map((row) => row.subject),
    splits: rows.map((row) => row.split),
    golds: rows.map((row) => row.gold),
    scores: matrix((row, model) => row.scores.get(model)),
    marks: matrix((row, model) => {
      const score = row.scores.get(model);
      return score === undefined ? undefined : (row.majority.get(model) ?? score);
    }),
    ...(rows.some((row) => row.seconds.size > 0) && {
      seconds: matrix((row, model) => row.seconds.get(model)),
    }),
    ...(rows.some((row) => row.answers.size > 0) && {
      answers: rows.map((row) => models.map((model) => row.answers.get(model))),
    }),
  };
}

function ofTasks(rows: readonly Row[], tasks: readonly string[]): Row[] {
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

/** The rows of these indices, in this order. */
export function selectRows(outcomes: Outcomes, indices: ArrayLike<number>): Outcomes {
  const every = Array.from({ length: outcomes.models.length }, (_, column) => column);
  return select(outcomes, Array.from(indices), every);
}

/** The models of these names, in this order. @throws UnknownModelError. */
export function selectModels(outcomes: Outcomes, names: readonly string[]): Outcomes {
  const columns = names.map((name) => {
    const column = outcomes.models.indexOf(name);
    if (column < 0) throw new UnknownModelError(name, outcomes.models);
    return column;
  });
  return select(outcomes, Array.from(outcomes.ids.keys()), columns);
}

/** Without later copies of a prompt: the same text but for case, white space and sentence marks. */
export function uniquePrompts(outcomes: Outcomes): Outcomes {
  const seen = new Set<string>();
  const kept = Array.from(outcomes.ids.keys()).filter((row) => {
    const text = normalizePrompt(outcomes.prompts[row]!);
    return !seen.has(text) && seen.add(text);
  });
  return selectRows(outcomes, kept);
}

/** Lower case, one blank for each run of white space and sentence marks; `1+2`, `f(x)` and `5!` keep their meaning. */
export function normalizePrompt(prompt: string): string {
  const text = prompt.normalize("NFC").toLowerCase();
  return text.replace(/[\s.,;:?]+/g, " ").trim();
}

function select(outcomes: Outcomes, rows: readonly number[], columns: readonly number[]): Outcomes {
  const width = outcomes.models.length;
  const pick = <T>(list: readonly T[]): T[] => rows.map((row) => list[row]!);
  const cut = (matrix: Float32Array) =>
    Float32Array.from({ length: rows.length * columns.length }, (_, at) => {
      const row = rows[Math.floor(at / columns.length)]!;
      return matrix[row * width + columns[at % columns.length]!]!;
    });
  return {
    models: columns.map((column) => outcomes.models[column]!),
    ids: pick(outcomes.ids),
    prompts: pick(outcomes.prompts),
    tasks: pick(outcomes.tasks),
    subjects: pick(outcomes.subjects),
    splits: pick(outcomes.splits),
    golds: pick(outcomes.golds),
    scores: cut(outcomes.scores),
    marks: cut(outcomes.marks),
    ...(outcomes.seconds && { seconds: cut(outcomes.seconds) }),
    ...(outcomes.answers && {
      answers: pick(outcomes.answers).map((row) => columns.map((column) => row[column])),
    }),
  };
}

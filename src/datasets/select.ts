import { UnknownModelError } from "../errors.js";
import type { DenseMatrix, Outcomes } from "../types.js";

/** The rows of these indices, in this order. */
export function selectRows(outcomes: Outcomes, indices: ArrayLike<number>): Outcomes {
  const every = Array.from({ length: outcomes.models.length }, (_, column) => column);
  return select(outcomes, Array.from(indices), every);
}

/** The rows of these splits. */
export function selectSplits(outcomes: Outcomes, splits: readonly string[]): Outcomes {
  const rows = [...outcomes.splits.keys()].filter((row) =>
    splits.includes(outcomes.splits[row] ?? ""),
  );
  return selectRows(outcomes, rows);
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
  const cutLists = <T>(lists: readonly (readonly T[])[]) =>
    pick(lists).map((row) => columns.map((column) => row[column]!));
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
    ...(outcomes.prices && { prices: cut(outcomes.prices) }),
    ...(outcomes.answers && { answers: cutLists(outcomes.answers) }),
    ...(outcomes.answerMarks && { answerMarks: cutLists(outcomes.answerMarks) }),
    ...(outcomes.embeddings && { embeddings: rowsOf(outcomes.embeddings, rows) }),
  };
}

function rowsOf({ columns, values }: DenseMatrix, rows: readonly number[]): DenseMatrix {
  const out = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => {
    out.set(values.subarray(row * columns, (row + 1) * columns), at * columns);
  });
  return { rows: rows.length, columns, values: out };
}

import type { Outcomes } from "../types.js";
import type { OutcomeRow } from "./outcome-row.js";

/** The rows as matrices, [rows x models], NaN where a row does not know a model. What no row has is left out. */
export function assembleOutcomes(rows: readonly OutcomeRow[], models: readonly string[]): Outcomes {
  const matrix = (cell: (row: OutcomeRow, model: string) => number | undefined) =>
    Float32Array.from({ length: rows.length * models.length }, (_, at) => {
      const row = rows[Math.floor(at / models.length)]!;
      return cell(row, models[at % models.length]!) ?? Number.NaN;
    });
  const lists = <T>(of: (row: OutcomeRow) => ReadonlyMap<string, T>) =>
    rows.map((row) => models.map((model) => of(row).get(model)));
  const some = (of: (row: OutcomeRow) => ReadonlyMap<string, unknown>) =>
    rows.some((row) => of(row).size > 0);
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
    ...(some((row) => row.seconds) && { seconds: matrix((row, model) => row.seconds.get(model)) }),
    ...(some((row) => row.prices) && { prices: matrix((row, model) => row.prices.get(model)) }),
    ...(some((row) => row.answers) && { answers: lists((row) => row.answers) }),
    ...(some((row) => row.answerMarks) && { answerMarks: lists((row) => row.answerMarks) }),
  };
}

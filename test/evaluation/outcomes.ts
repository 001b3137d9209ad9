import type { Outcomes } from "../../src/types.js";

/** Outcomes for a test: rows of marks, `undefined` = unknown; the rest as given. */
export function outcomesOf(
  models: readonly string[],
  marks: readonly (readonly (number | undefined)[])[],
  more: Partial<Outcomes> = {},
): Outcomes {
  const matrix = Float32Array.from(marks.flat(), (mark) => mark ?? Number.NaN);
  const none = marks.map(() => undefined);
  return {
    models,
    ids: marks.map((_, row) => `${row}`),
    // Letters, for the grouping of near-duplicates takes all numbers for the same.
    prompts: marks.map((_, row) => word(row)),
    tasks: none,
    subjects: none,
    splits: none,
    golds: none,
    scores: matrix,
    marks: matrix,
    ...more,
  };
}

/** A different word for each number. */
export function word(number: number): string {
  return Array.from(number.toString(), (digit) => "abcdefghij"[Number(digit)]).join("");
}

import { InvalidArgumentError } from "../errors.js";
import type { Column } from "./table.js";

/** Columns over all rows, of the same names and kinds as those judged on some, still to be filled. */
export function emptyColumns(judged: readonly Column[], rows: number, models: number): Column[] {
  return judged.map(
    ({ name, kind, seconds, prices, answers, choices, routing, probabilities, members }) => ({
      name,
      kind,
      marks: new Float64Array(rows),
      seconds: seconds && new Float64Array(rows),
      prices: prices && new Float64Array(rows),
      answers: answers && new Float64Array(rows),
      choices: choices && new Int32Array(rows),
      // The first fold's: the later ones route no differently.
      routing,
      probabilities: probabilities && new Float32Array(rows * models),
      // Sets chosen on training rows are other ones in other folds; their row stands for all of them.
      members: members?.length === models ? members : undefined,
    }),
  );
}

/** Puts the columns of some rows into those over all rows. @throws InvalidArgumentError where they are other ones. */
export function fillColumns(
  whole: readonly Column[],
  judged: readonly Column[],
  rows: readonly number[],
  models: number,
): void {
  const names = (columns: readonly Column[]) => columns.map(({ name }) => name).join(", ");
  if (names(whole) !== names(judged)) {
    throw InvalidArgumentError.of(
      "fit()",
      `the rows of the first fold (${names(whole)})`,
      names(judged),
    );
  }
  whole.forEach((column, at) => {
    const part = judged[at]!;
    scatter(column.marks, part.marks, rows);
    scatter(column.seconds, part.seconds, rows);
    scatter(column.prices, part.prices, rows);
    scatter(column.answers, part.answers, rows);
    scatter(column.choices, part.choices, rows);
    scatter(column.probabilities, part.probabilities, rows, models);
  });
}

function scatter<T extends Float32Array | Float64Array | Int32Array>(
  whole: T | undefined,
  part: T | undefined,
  rows: readonly number[],
  width = 1,
): void {
  if (whole === undefined || part === undefined) return;
  rows.forEach((row, at) => {
    whole.set(part.subarray(at * width, (at + 1) * width), row * width);
  });
}

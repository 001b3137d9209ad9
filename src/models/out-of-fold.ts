import { groupedKFold } from "../datasets/splits.js";
import { InvalidArgumentError } from "../errors.js";
import type { CsrMatrix } from "../types.js";
import type { Estimator, FitOptions } from "./estimator.js";
import { predictProba } from "./predict.js";
import { takeDenseRows, takeRows } from "./rows.js";

/** Training rows of each fold: all that lie in the others. */
interface Split {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** @param groups rows of one group stay in one fold; default each row by itself. */
export function innerSplits(
  rows: number,
  folds: number,
  seed: number,
  groups: Int32Array = Int32Array.from({ length: rows }, (_, row) => row),
): Split[] {
  checkGroups(groups, rows);
  const foldOf = groupedKFold(groups, folds, seed);
  const all = Array.from(foldOf.keys());
  return Array.from({ length: folds }, (_, fold) => ({
    train: all.filter((row) => foldOf[row] !== fold),
    test: all.filter((row) => foldOf[row] === fold),
  }));
}

/** @throws InvalidArgumentError unless there is a group for each row, or none. */
export function checkGroups(groups: Int32Array | undefined, rows: number): void {
  if (groups === undefined || groups.length === rows) return;
  throw InvalidArgumentError.of("groups", `a length of ${rows}`, groups.length);
}

/**
 * P of each row by estimators that were fitted without its fold. They are left fitted to the last one.
 * @returns [rows x models] of each estimator
 */
export async function outOfFold(
  estimators: readonly Estimator[],
  X: CsrMatrix,
  Y: Float32Array,
  models: number,
  splits: readonly Split[],
  { groups, signal }: FitOptions = {},
): Promise<Float32Array[]> {
  const all = estimators.map(() => new Float32Array(X.rows * models));
  for (const { train, test } of splits) {
    const [known, asked] = [takeRows(X, train), takeRows(X, test)];
    const labels = takeDenseRows(Y, models, train);
    const options = {
      ...(signal && { signal }),
      ...(groups && { groups: Int32Array.from(train, (row) => groups[row]!) }),
    };
    for (const [i, estimator] of estimators.entries()) {
      await estimator.fit(known, labels, models, options);
      const P = predictProba(asked, estimator.heads, models);
      test.forEach((row, at) => {
        all[i]!.set(P.subarray(at * models, (at + 1) * models), row * models);
      });
    }
  }
  return all;
}

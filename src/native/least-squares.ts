import { availableParallelism } from "node:os";
import type { OnProgress } from "../types.js";
import { finished, native, type Task } from "./addon.js";

export interface LeastSquaresOptions {
  /** Strength of the ridge penalty, at least 0. Default 0. */
  readonly alpha?: number;
  /** Default true. */
  readonly fitIntercept?: boolean;
  /** Only weights of at least 0; the intercept is free. Default false. */
  readonly positive?: boolean;
  /** 1 to 1024. Default: as many as the machine runs at once. The result does not depend on it. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface LeastSquaresFit {
  /** [columns x targets], row-major. */
  readonly weights: Float64Array;
  /** [targets], 0 without an intercept. */
  readonly bias: Float64Array;
  /** [targets], |y - X w - b|^2. */
  readonly residualSquares: Float64Array;
}

const addon =
  native<
    (
      X: Float64Array,
      columns: number,
      Y: Float64Array,
      targets: number,
      options: LeastSquaresOptions,
    ) => Task<LeastSquaresFit>
  >("fitLeastSquares");

/**
 * Minimises |y - X w - b|^2 + alpha |w|^2 for each column y of Y. Where several w are best and alpha is 0, the shortest
 * is given; with `positive`, one of them. See native/include/pointsman/least_squares.h for the method.
 * @param X [rows x columns], row-major; at most 16384 columns, meant for a few thousand: cost grows with their cube.
 * @param Y [rows x targets], row-major.
 * @throws AbortedError if the signal fires first; RangeError for values that are not finite.
 */
export async function fitLeastSquares(
  X: Float64Array,
  columns: number,
  Y: Float64Array,
  targets: number,
  options: LeastSquaresOptions = {},
): Promise<LeastSquaresFit> {
  const what = "Least squares";
  const defaults = {
    alpha: 0,
    fitIntercept: true,
    positive: false,
    threads: availableParallelism(),
  };
  return finished(
    () => addon(X, columns, Y, targets, { ...defaults, ...options }),
    what,
    options.signal,
  );
}

import type { CsrMatrix, OnProgress } from "../types.js";
import { finished, native, type Task } from "./addon.js";

export interface LogisticOptions {
  /** Inverse of the regularisation strength, as scikit-learn's. */
  readonly C: number;
  /** A label is done when its gradient has shrunk by this factor. */
  readonly tol: number;
  readonly maxIter: number;
  /** [rows] */
  readonly sampleWeight?: Float32Array;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface LogisticFit {
  /** [features x labels], feature-major. */
  readonly weights: Float32Array;
  /** [labels] */
  readonly bias: Float32Array;
  readonly iterations: number;
  /** Penalised loss of each label. */
  readonly objective: Float64Array;
}

const addon =
  native<
    (X: CsrMatrix, Y: Float32Array, labels: number, options: LogisticOptions) => Task<LogisticFit>
  >("fitLogistic");

/**
 * Logistic regression with one head a label.
 * @param Y [rows x labels], targets in 0..1; NaN = unknown.
 * @throws AbortedError if the signal fires first.
 */
export async function fitLogistic(
  X: CsrMatrix,
  Y: Float32Array,
  labels: number,
  options: LogisticOptions,
): Promise<LogisticFit> {
  const what = "Training the classifier";
  return finished(() => addon(X, Y, labels, options), what, options.signal);
}

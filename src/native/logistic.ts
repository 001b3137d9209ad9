import { availableParallelism } from "node:os";
import type { CsrMatrix, OnProgress } from "../types.js";
import { finished, native, type Task } from "./addon.js";

export interface LogisticOptions {
  /** Inverse of the regularisation strength, as scikit-learn's. */
  readonly C: number;
  /** A label is done when its gradient has shrunk by this factor. */
  readonly tol: number;
  readonly maxIter: number;
  /** Share of the penalty that is |w|_1, 0..1; the rest is |w|^2 / 2. Default 0. */
  readonly l1Ratio?: number;
  /** [rows] */
  readonly sampleWeight?: Float32Array;
  /** [labels x 2], weights of the loss where a label is 0 and where it is 1. */
  readonly classWeight?: Float32Array;
  /** Where to start; default zero. */
  readonly init?: {
    /** [features x labels] */
    readonly weights: Float32Array;
    /** [labels] */
    readonly bias: Float32Array;
  };
  /** [rows], not 0 = held out for early stopping. */
  readonly validation?: Uint8Array;
  /** Without `validation`, the share of rows to hold out at random. Default 0: no early stopping. */
  readonly validationFraction?: number;
  /** Passes without a better held-out loss after which a label stops. Default 5. */
  readonly nIterNoChange?: number;
  /** The probability that a training row loses a feature, up to 0.99. Default 0. */
  readonly featureDropout?: number;
  /** A whole number from 0 to 2^32 - 1. Default 0. */
  readonly seed?: number;
  /** 1 to 1024. Default: as many as the machine runs at once. The result does not depend on it. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface LogisticFit {
  /** [features x labels], feature-major. */
  readonly weights: Float32Array;
  /** [labels] */
  readonly bias: Float32Array;
  readonly iterations: number;
  /** Penalised training loss of each label. */
  readonly objective: Float64Array;
}

const addon =
  native<
    (X: CsrMatrix, Y: Float32Array, labels: number, options: LogisticOptions) => Task<LogisticFit>
  >("fitLogistic");

/**
 * Logistic regression with one head a label; the objective is in native/include/pointsman/logistic.h.
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
  const defaults = {
    l1Ratio: 0,
    validationFraction: 0,
    nIterNoChange: 5,
    featureDropout: 0,
    seed: 0,
    threads: availableParallelism(),
  };
  return finished(() => addon(X, Y, labels, { ...defaults, ...options }), what, options.signal);
}

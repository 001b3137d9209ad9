import type { CsrMatrix, OnProgress } from "../types.js";
import { finished, native, type Task } from "./addon.js";

export interface KMeansOptions {
  /** 1 to the number of rows. */
  readonly clusters: number;
  /** Restarts; the one with the least inertia is kept. */
  readonly nInit: number;
  /** Iterations of one restart. */
  readonly maxIter: number;
  /** Share of the mean column variance below which centroids count as still, as scikit-learn's. */
  readonly tol: number;
  /** A whole number from 0 to 2^32 - 1. */
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface KMeansFit {
  /** [clusters x features] */
  readonly centroids: Float32Array;
  /** [rows] */
  readonly labels: Uint32Array;
  readonly inertia: number;
  readonly iterations: number;
}

const addon = native<(X: CsrMatrix, options: KMeansOptions) => Task<KMeansFit>>("fitKMeans");

/** @throws AbortedError if the signal fires first. */
export async function fitKMeans(X: CsrMatrix, options: KMeansOptions): Promise<KMeansFit> {
  const what = "Clustering";
  return finished(() => addon(X, options), what, options.signal);
}

import { availableParallelism } from "node:os";
import type { CsrMatrix, DenseMatrix, OnProgress } from "../types.js";
import { finished, native, type Task } from "./addon.js";

export interface KMeansOptions {
  /** 1 to the number of rows. */
  readonly clusters: number;
  /** Where to start: greedy k-means++ (the default), random rows, or centroids, [clusters x columns]. */
  readonly init?: "k-means++" | "random" | Float32Array;
  /** Restarts; the one with the least inertia is kept. Given centroids are started from once. */
  readonly nInit: number;
  /** Iterations of one restart. */
  readonly maxIter: number;
  /** Share of the mean column variance below which centroids count as still, as scikit-learn's. */
  readonly tol: number;
  /** A whole number from 0 to 2^32 - 1. */
  readonly seed: number;
  /** Default: as many as the machine runs at once. The result does not depend on it. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface KMeansFit {
  /** [clusters x columns] */
  readonly centroids: Float32Array;
  /** [rows] */
  readonly labels: Uint32Array;
  /** Sum of the squared distances of the rows to their centroids. */
  readonly inertia: number;
  readonly iterations: number;
}

export interface NearestCentroids {
  /** [rows] */
  readonly labels: Uint32Array;
  /** Squared, [rows]. */
  readonly distances: Float32Array;
}

/** What mini-batch K-means knows between two batches. */
export interface MiniBatchState {
  /** [clusters x columns] */
  readonly centroids: Float32Array;
  /** Rows that each centroid has learnt from, [clusters]. */
  readonly counts: Float64Array;
  /** Rows since starved centroids were last looked for. */
  readonly sinceReassignment: number;
}

export interface MiniBatchStep {
  readonly clusters: number;
  readonly seed: number;
  /** How many batches came before. */
  readonly step: number;
  readonly threads?: number;
}

type Matrix = CsrMatrix | DenseMatrix;

const addon = {
  fit: native<(X: Matrix, options: KMeansOptions) => Task<KMeansFit>>("fitKMeans"),
  nearest:
    native<
      (
        X: Matrix,
        centroids: Float32Array,
        clusters: number,
        threads: number,
      ) => Task<NearestCentroids>
    >("nearestCentroids"),
  step: native<
    (
      X: Matrix,
      options: Required<MiniBatchStep>,
      state: MiniBatchState | undefined,
    ) => Task<MiniBatchState>
  >("miniBatchStep"),
};

/**
 * Lloyd's K-means. Dense values may lie between -1e15 and 1e15.
 * @throws InvalidArgumentError that names the value; AbortedError if the signal fires first.
 */
export async function fitKMeans(X: Matrix, options: KMeansOptions): Promise<KMeansFit> {
  const what = "Clustering";
  const defaults = { init: "k-means++", threads: availableParallelism() } as const;
  return finished(() => addon.fit(X, { ...defaults, ...options }), what, options.signal);
}

/** @param centroids [clusters x columns] */
export async function nearestCentroids(
  X: Matrix,
  centroids: Float32Array,
  clusters: number,
  threads = availableParallelism(),
): Promise<NearestCentroids> {
  return finished(
    () => addon.nearest(X, centroids, clusters, threads),
    "Finding the nearest centroids",
  );
}

/** @param state that of the step before; undefined for the first batch, of at least as many rows as clusters. */
export async function miniBatchStep(
  X: Matrix,
  options: MiniBatchStep,
  state?: MiniBatchState,
): Promise<MiniBatchState> {
  const threads = availableParallelism();
  return finished(() => addon.step(X, { threads, ...options }, state), "Learning from a batch");
}

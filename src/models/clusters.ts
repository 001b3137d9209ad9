import { InvalidArgumentError, NotFittedError } from "../errors.js";
import { fitKMeans, type KMeansFit } from "../native/kmeans.js";
import type { CsrMatrix } from "../types.js";
import type { Estimator, FitOptions, LinearHeads } from "./estimator.js";

export interface ClusterClassifierOptions {
  /** Number of clusters; at most one a training prompt. Default 20. */
  readonly clusters?: number;
  /** A cluster's rate counts as if so many more prompts of average difficulty were in it. Default 20. */
  readonly shrinkage?: number;
  /** Restarts of K-means; the one with the least inertia is kept. Default 10, as in the paper. */
  readonly nInit?: number;
  /** Iterations of one restart. Default 1000, as in the paper. */
  readonly maxIter?: number;
  readonly seed?: number;
}

/**
 * The paper's K-means router (section 5): prompts are clustered by their features, and a new prompt takes the
 * success rates of its nearest cluster. Unlike the paper's, rates are shrunk towards each model's overall rate,
 * (sum + n0 * overall) / (n + n0), so that small clusters do not decide by luck.
 */
export class ClusterClassifier implements Estimator {
  readonly name = "clusters";
  readonly options: Required<ClusterClassifierOptions>;
  #heads: LinearHeads | undefined;

  constructor(options: ClusterClassifierOptions = {}) {
    this.options = { clusters: 20, shrinkage: 20, nInit: 10, maxIter: 1000, seed: 1, ...options };
    const { clusters, shrinkage, nInit, maxIter } = this.options;
    for (const [name, value] of Object.entries({ clusters, nInit, maxIter })) {
      if (!Number.isInteger(value) || value < 1) {
        throw InvalidArgumentError.of(name, "a whole number of at least 1", value);
      }
    }
    if (!(shrinkage >= 0 && Number.isFinite(shrinkage))) {
      throw InvalidArgumentError.of("shrinkage", "a number of at least 0", shrinkage);
    }
  }

  async fit(
    X: CsrMatrix,
    Y: Float32Array,
    models: number,
    options: FitOptions = {},
  ): Promise<this> {
    const { nInit, maxIter, seed, shrinkage } = this.options;
    const clusters = Math.min(this.options.clusters, X.rows);
    const fitted = await fitKMeans(X, { clusters, nInit, maxIter, tol: 1e-4, seed, ...options });
    const weight = new Float32Array(models).fill(1);
    const rates = shrunkenRates(fitted, clusters, Y, models, shrinkage);
    this.#heads = {
      ...nearestCentroidHeads(fitted.centroids, clusters),
      parts: [{ kind: "clusters", gate: "nearest", heads: clusters, weight, rates }],
    };
    return this;
  }

  get heads(): LinearHeads {
    if (this.#heads === undefined) throw new NotFittedError("ClusterClassifier");
    return this.#heads;
  }
}

/** Nearest centroid as linear heads: argmin |x - c|^2 = argmax x.c - |c|^2 / 2. */
function nearestCentroidHeads(centroids: Float32Array, clusters: number) {
  const features = centroids.length / clusters;
  const weights = new Float32Array(centroids.length);
  const bias = new Float32Array(clusters);
  for (let j = 0; j < clusters; j++) {
    let norm = 0;
    for (let i = 0; i < features; i++) {
      const c = centroids[j * features + i]!;
      weights[i * clusters + j] = c;
      norm += c * c;
    }
    bias[j] = -norm / 2;
  }
  return { weights, bias };
}

/** @returns [clusters x models] */
function shrunkenRates(
  { labels }: KMeansFit,
  clusters: number,
  Y: Float32Array,
  models: number,
  shrinkage: number,
): Float32Array {
  const sums = new Float64Array(clusters * models);
  const counts = new Float64Array(clusters * models);
  for (let row = 0; row < labels.length; row++) {
    for (let m = 0; m < models; m++) {
      const y = Y[row * models + m]!;
      if (Number.isNaN(y)) continue;
      sums[labels[row]! * models + m]! += y;
      counts[labels[row]! * models + m]! += 1;
    }
  }
  const rates = new Float32Array(clusters * models);
  for (let m = 0; m < models; m++) {
    const overall = columnMean(sums, counts, m, models);
    for (let cell = m; cell < rates.length; cell += models) {
      rates[cell] = (sums[cell]! + shrinkage * overall) / Math.max(counts[cell]! + shrinkage, 1e-9);
    }
  }
  return rates;
}

function columnMean(sums: Float64Array, counts: Float64Array, column: number, columns: number) {
  let sum = 0;
  let count = 0;
  for (let cell = column; cell < sums.length; cell += columns) {
    sum += sums[cell]!;
    count += counts[cell]!;
  }
  return count === 0 ? 0 : sum / count;
}

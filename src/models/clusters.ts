import { InvalidArgumentError, NotFittedError } from "../errors.js";
import { fitLogistic } from "../native/logistic.js";
import type { CsrMatrix, OnProgress } from "../types.js";
import { checkInteger, checkNotNegative } from "./checks.js";
import { shrunkenRates } from "./cluster-rates.js";
import { type Clustering, type ClusterSpace, featureSpace, svdSpace } from "./cluster-space.js";
import type { Estimator, FitOptions, LinearHeads } from "./estimator.js";
import { scaleParts, sideBySide } from "./heads.js";

export interface ClusterClassifierOptions {
  /** Number of clusters, at most one a training prompt; of a list, the rates of all its clusterings are averaged. Default 20. */
  readonly clusters?: number | readonly number[];
  /**
   * Where prompts are near each other: "features" = in the features as they are, as in the paper; "svd" = by the angle
   * in a truncated SVD of them, where words that go together count as alike. Default "features".
   */
  readonly space?: "features" | "svd";
  /** Of the SVD; at most as many as there are prompts or features. Default 100. */
  readonly dimensions?: number;
  /**
   * "nearest": a prompt takes the rates of its nearest cluster. "softmax": the mean of all, weighted by a logistic
   * regression that has learnt to tell the clusters apart. Default "nearest".
   */
  readonly gate?: "nearest" | "softmax";
  /** C of that logistic regression. Default 10. */
  readonly gateC?: number;
  /** A cluster's rate counts as if so many more prompts of average difficulty were in it. Default 20. */
  readonly shrinkage?: number;
  /** Restarts of K-means; the one with the least inertia is kept. Default 10, as in the paper. */
  readonly nInit?: number;
  /** Iterations of one restart. Default 1000, as in the paper. */
  readonly maxIter?: number;
  /** A whole number from 0 to 2^32 - 1. Default 1. */
  readonly seed?: number;
}

/**
 * The paper's K-means router (section 5): prompts are clustered by their features, and a new prompt takes the
 * success rates of its nearest cluster. Unlike the paper's, rates are shrunk towards each model's overall rate, so
 * that small clusters do not decide by luck.
 */
export class ClusterClassifier implements Estimator {
  readonly name = "clusters";
  readonly options: Required<ClusterClassifierOptions>;
  #heads: LinearHeads | undefined;

  constructor(options: ClusterClassifierOptions = {}) {
    this.options = {
      clusters: 20,
      space: "features",
      dimensions: 100,
      gate: "nearest",
      gateC: 10,
      shrinkage: 20,
      nInit: 10,
      maxIter: 1000,
      seed: 1,
      ...options,
    };
    checkOptions(this.options);
  }

  async fit(
    X: CsrMatrix,
    Y: Float32Array,
    models: number,
    { signal, onProgress }: FitOptions = {},
  ): Promise<this> {
    const { nInit, maxIter, seed, dimensions } = this.options;
    const counts = [this.options.clusters].flat();
    const space = this.options.space === "svd" ? svdSpace(X, dimensions, seed) : featureSpace(X);
    const settings = { nInit, maxIter, tol: 1e-4, seed, ...(signal && { signal }) };
    const all: LinearHeads[] = [];
    for (const [i, count] of counts.entries()) {
      const clusters = Math.min(count, X.rows);
      const progress: OnProgress = (done, total) =>
        onProgress?.(i * total + done, counts.length * total);
      const options = { ...settings, clusters, onProgress: progress };
      all.push(await this.#cluster(X, Y, models, space, options));
    }
    const share = new Float32Array(models).fill(1 / counts.length);
    const heads = sideBySide(all);
    this.#heads = { ...heads, parts: scaleParts(heads.parts, share) };
    return this;
  }

  async #cluster(
    X: CsrMatrix,
    Y: Float32Array,
    models: number,
    space: ClusterSpace,
    settings: Parameters<ClusterSpace["cluster"]>[0],
  ): Promise<LinearHeads> {
    const { gate, gateC, shrinkage } = this.options;
    const { clusters, signal } = settings;
    const found = await space.cluster(settings);
    const gating =
      gate === "nearest"
        ? found
        : await fitLogistic(X, memberships(found, clusters), clusters, {
            C: gateC,
            tol: 1e-3,
            maxIter: 100,
            ...(signal && { signal }),
          });
    const rates = shrunkenRates(found.labels, clusters, Y, models, shrinkage);
    const weight = new Float32Array(models).fill(1);
    return {
      weights: gating.weights,
      bias: gating.bias,
      parts: [{ kind: "clusters", gate, heads: clusters, weight, rates }],
    };
  }

  get heads(): LinearHeads {
    if (this.#heads === undefined) throw new NotFittedError("ClusterClassifier");
    return this.#heads;
  }
}

function checkOptions(options: Required<ClusterClassifierOptions>): void {
  const { space, gate, gateC } = options;
  const list = [options.clusters].flat();
  if (list.length === 0) {
    throw InvalidArgumentError.of("clusters", "a whole number or a list of some", list);
  }
  for (const clusters of list) checkInteger({ clusters }, "clusters", 1, 2 ** 32 - 1);
  checkInteger(options, "nInit", 1, 2 ** 32 - 1);
  checkInteger(options, "maxIter", 1, 2 ** 32 - 1);
  checkInteger(options, "dimensions", 1, 4096);
  checkInteger(options, "seed", 0, 2 ** 32 - 1);
  checkNotNegative(options, "shrinkage");
  if (!(gateC > 0 && Number.isFinite(gateC))) {
    throw InvalidArgumentError.of("gateC", "a number above 0", gateC);
  }
  if (space !== "features" && space !== "svd") {
    throw InvalidArgumentError.of("space", '"features" or "svd"', space);
  }
  if (gate !== "nearest" && gate !== "softmax") {
    throw InvalidArgumentError.of("gate", '"nearest" or "softmax"', gate);
  }
}

/** Which cluster each row is in, [rows x clusters] of 0 and 1. */
function memberships({ labels }: Clustering, clusters: number): Float32Array {
  const Y = new Float32Array(labels.length * clusters);
  labels.forEach((label, row) => {
    Y[row * clusters + label] = 1;
  });
  return Y;
}

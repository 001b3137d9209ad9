import { AbortedError, InvalidArgumentError, NotFittedError } from "../errors.js";
import { type MiniBatchState, miniBatchStep, nearestCentroids } from "../native/kmeans.js";
import type { CsrMatrix, DenseMatrix } from "../types.js";

export interface MiniBatchKMeansOptions {
  readonly clusters: number;
  /** A whole number from 0 to 2^32 - 1. Default 1. */
  readonly seed?: number;
  /** Default: as many as the machine runs at once. The result does not depend on it. */
  readonly threads?: number;
}

/** Rows of features; all batches have the same columns. */
export type Batch = CsrMatrix | DenseMatrix;

/**
 * K-means for more rows than memory holds (Sculley 2010): only a batch and the centroids are kept. Each centroid
 * is the mean of all rows it has taken so far, and one that takes too few restarts elsewhere, as scikit-learn's.
 * Several passes over the same batches do better than one. The centroids start where K-means on the first batch
 * ends, so that one should be a fair sample.
 */
export class MiniBatchKMeans {
  readonly options: MiniBatchKMeansOptions;
  #state: MiniBatchState | undefined;
  #step = 0;
  /** Batches are learnt from one after another, in the order of the calls. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: MiniBatchKMeansOptions) {
    this.options = { seed: 1, ...options };
    const { clusters } = this.options;
    if (!Number.isInteger(clusters) || clusters < 1) {
      throw InvalidArgumentError.of("clusters", "a whole number of at least 1", clusters);
    }
  }

  /** @param batch the first one has at least as many rows as there are clusters. */
  partialFit(batch: Batch): Promise<this> {
    const learnt = this.#last.then(() => this.#learn(batch));
    this.#last = learnt.catch(() => undefined);
    return learnt;
  }

  /** @throws AbortedError if the signal fires between two batches; what was learnt before is kept. */
  async fit(
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<this> {
    for await (const batch of batches) {
      if (signal?.aborted) throw new AbortedError("Clustering");
      await this.partialFit(batch);
    }
    return this;
  }

  /** [clusters x columns] @throws NotFittedError before the first batch. */
  get centroids(): Float32Array {
    if (this.#state === undefined) throw new NotFittedError("MiniBatchKMeans");
    return this.#state.centroids;
  }

  /** @returns The nearest centroid of each row. */
  async predict(X: Batch): Promise<Uint32Array> {
    const { clusters, threads } = this.options;
    return (await nearestCentroids(X, this.centroids, clusters, threads)).labels;
  }

  async #learn(batch: Batch): Promise<this> {
    if (this.#state === undefined && batch.rows < this.options.clusters) {
      const expected = `at least ${this.options.clusters} rows, one a cluster,`;
      throw InvalidArgumentError.of("the first batch", expected, batch.rows);
    }
    const { clusters, seed = 1, threads } = this.options;
    const step = {
      clusters,
      seed,
      step: this.#step,
      ...(threads === undefined ? {} : { threads }),
    };
    this.#state = await miniBatchStep(batch, step, this.#state);
    this.#step++;
    return this;
  }
}

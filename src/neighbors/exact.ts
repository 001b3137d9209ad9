import { availableParallelism } from "node:os";
import { AbortedError } from "../errors.js";
import { type Metric, type Neighbors, type SearchOptions, TopK } from "../native/top-k.js";
import type { DenseMatrix } from "../types.js";
import { checkSearch, checkVectors, type NeighborIndex, type Shape } from "./neighbor-index.js";

export interface ExactIndexOptions {
  /** Default "cosine". */
  readonly metric?: Metric;
  /** Default: as many as the machine runs at once. Results do not depend on it. */
  readonly threads?: number;
}

/** Measures every vector with SIMD code, off the event loop. */
export class ExactIndex implements NeighborIndex {
  readonly name = "exact";
  readonly options: Required<ExactIndexOptions>;
  #fitted: { readonly topK: TopK; readonly shape: Shape } | undefined;

  constructor(options: ExactIndexOptions = {}) {
    this.options = { metric: "cosine", threads: availableParallelism(), ...options };
  }

  async fit(vectors: DenseMatrix, { signal }: SearchOptions = {}): Promise<this> {
    checkVectors("vectors", vectors);
    if (signal?.aborted) throw new AbortedError("Building the index");
    const { rows, columns } = vectors;
    const topK = await TopK.create(vectors, this.options.metric, this.options.threads);
    this.#fitted = { topK, shape: { rows, columns } };
    return this;
  }

  async search(queries: DenseMatrix, k: number, options: SearchOptions = {}): Promise<Neighbors> {
    return checkSearch(this.#fitted, "ExactIndex", queries, k).topK.search(queries, k, options);
  }
}

import { NativeUnavailableError } from "../errors.js";
import type { Metric, SearchOptions } from "../native/top-k.js";
import type { DenseMatrix } from "../types.js";
import { ExactIndex } from "./exact.js";
import { HnswIndex } from "./hnsw.js";
import type { NeighborIndex } from "./neighbor-index.js";

export interface CreateIndexOptions extends SearchOptions {
  /** Default "cosine". */
  readonly metric?: Metric;
}

/**
 * Measured with bench/groups/neighbors.mjs at 256 columns: up to 20,000 vectors the exact search answers one query as fast
 * as a graph that finds 98 % of the nearest. At 50,000 the graph is about 4 times as fast and at 100,000 about 10
 * times, but building it takes minutes, which are only paid back after some 100,000 and 40,000 queries.
 */
const graphFrom = 100_000;

/** An index fitted on the vectors: exact, or HNSW where that is faster and hnswlib-node is installed. */
export async function createIndex(
  vectors: DenseMatrix,
  { metric = "cosine", ...options }: CreateIndexOptions = {},
): Promise<NeighborIndex> {
  if (vectors.rows >= graphFrom) {
    try {
      return await new HnswIndex({ metric }).fit(vectors, options);
    } catch (error) {
      if (!(error instanceof NativeUnavailableError)) throw error;
    }
  }
  return new ExactIndex({ metric }).fit(vectors, options);
}

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
 * From so many vectors on a graph answers one query faster than measuring all of them, at a recall of 98 % and
 * more (bench/neighbors.mjs, 256 columns); below, the exact search is as fast and needs no building.
 */
const graphFrom = 50_000;

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

import { availableParallelism } from "node:os";
import { AbortedError } from "../errors.js";
import type { DenseMatrix, OnProgress } from "../types.js";
import { finished, native, type Task } from "./addon.js";

/** As hnswlib's: squared Euclidean distance; 1 - inner product; 1 - cosine. */
export type Metric = "l2" | "ip" | "cosine";

export interface SearchOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface Neighbors {
  /** [queries x k] */
  readonly indices: Uint32Array;
  /** [queries x k], ascending in each row. */
  readonly distances: Float32Array;
}

interface NativeSearchOptions extends SearchOptions {
  readonly k: number;
  readonly threads: number;
}

type Search = (queries: DenseMatrix, options: NativeSearchOptions) => Task<Neighbors>;

const createExactIndex =
  native<(vectors: DenseMatrix, options: { metric: Metric; threads: number }) => Task<Search>>(
    "createExactIndex",
  );

/** Measures every vector; of vectors at equal distances the lower index comes first. */
export class TopK {
  readonly #search: Search;
  readonly #threads: number;

  private constructor(search: Search, threads: number) {
    this.#search = search;
    this.#threads = threads;
  }

  /** Copies the vectors. Values may lie between -1e15 and 1e15. */
  static async create(
    vectors: DenseMatrix,
    metric: Metric,
    threads = availableParallelism(),
  ): Promise<TopK> {
    const search = await finished(
      () => createExactIndex(vectors, { metric, threads }),
      "Building the index",
    );
    return new TopK(search, threads);
  }

  /**
   * @param k 1 to the number of vectors.
   * @throws AbortedError if the signal fires first.
   */
  async search(queries: DenseMatrix, k: number, options: SearchOptions = {}): Promise<Neighbors> {
    const what = "Searching for neighbours";
    if (options.signal?.aborted) throw new AbortedError(what);
    const threads = this.#threads;
    return finished(() => this.#search(queries, { ...options, k, threads }), what, options.signal);
  }
}

import { InvalidArgumentError, NotFittedError } from "../errors.js";
import type { Neighbors, SearchOptions } from "../native/top-k.js";
import type { DenseMatrix } from "../types.js";

/**
 * Finds the nearest of the vectors it was fitted on. `fit` keeps no reference to the caller's data and may be
 * called again; a search that is under way then still answers from the vectors before.
 */
export interface NeighborIndex {
  readonly name: "exact" | "hnsw";
  /** @param vectors at least one; values from -1e15 to 1e15. */
  fit(vectors: DenseMatrix, options?: SearchOptions): Promise<this>;
  /**
   * @param k 1 to the number of vectors.
   * @returns The k nearest of each query, nearest first, of equally near ones the lower index first. Where an
   * approximate index finds fewer, the row ends with index 2^32 - 1 at distance Infinity.
   * @throws NotFittedError before `fit`; AbortedError if the signal fires first.
   */
  search(queries: DenseMatrix, k: number, options?: SearchOptions): Promise<Neighbors>;
}

/** Of the vectors that an index holds. */
export interface Shape {
  readonly rows: number;
  readonly columns: number;
}

/** Values whose squares can be summed in 32-bit floats. */
const largest = 1e15;

export function checkVectors(name: string, { rows, columns, values }: DenseMatrix): void {
  for (const [part, value] of Object.entries({ rows, columns })) {
    if (!Number.isInteger(value) || value < 1) {
      throw InvalidArgumentError.of(`${name}.${part}`, "a whole number of at least 1", value);
    }
  }
  if (!(values instanceof Float32Array) || values.length !== rows * columns) {
    const expected = `a Float32Array of ${rows} x ${columns} values`;
    const received = values instanceof Float32Array ? `one of ${values.length}` : values;
    throw InvalidArgumentError.of(`${name}.values`, expected, received);
  }
  // Written so that NaN is refused.
  const bad = values.findIndex((value) => !(Math.abs(value) <= largest));
  if (bad >= 0) {
    const expected = "finite values from -1e15 to 1e15";
    throw InvalidArgumentError.of(`${name}.values`, expected, `${values[bad]} at ${bad}`);
  }
}

/** @returns The index, which is fitted if this returns. */
export function checkSearch<T>(
  index: (T & { readonly shape: Shape }) | undefined,
  estimator: string,
  queries: DenseMatrix,
  k: number,
): T & { readonly shape: Shape } {
  if (index === undefined) throw new NotFittedError(estimator);
  const { rows, columns } = index.shape;
  checkVectors("queries", queries);
  if (queries.columns !== columns) {
    throw InvalidArgumentError.of("queries.columns", `${columns}, as in fit(),`, queries.columns);
  }
  if (!Number.isInteger(k) || k < 1 || k > rows) {
    throw InvalidArgumentError.of("k", `a whole number from 1 to ${rows}`, k);
  }
  return index;
}

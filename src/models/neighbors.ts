import { AbortedError, NotFittedError } from "../errors.js";
import type { CsrMatrix } from "../types.js";
import { checkInteger, checkNotNegative } from "./checks.js";
import type { Estimator, FitOptions, LinearHeads } from "./estimator.js";
import { columnMeans, product } from "./rows.js";
import { truncatedSvd } from "./truncated-svd.js";

export interface NeighborsClassifierOptions {
  /** Neighbours that vote; at most all training prompts. Default 100. */
  readonly k?: number;
  /** Numbers that a prompt is described by; at most as many as there are prompts or features. Default 100. */
  readonly dimensions?: number;
  /** So many votes more say each model's overall rate. Default 10. */
  readonly shrinkage?: number;
  /** A whole number from 0 to 2^32 - 1. Default 1. */
  readonly seed?: number;
}

/**
 * Success rates of the most similar training prompts, weighted by their cosine and shrunk towards each model's overall
 * rate. Prompts are compared in the space of a truncated SVD of their features, where words that go together count as
 * alike.
 */
export class NeighborsClassifier implements Estimator {
  readonly name = "neighbors";
  readonly options: Required<NeighborsClassifierOptions>;
  #heads: LinearHeads | undefined;

  constructor(options: NeighborsClassifierOptions = {}) {
    this.options = { k: 100, dimensions: 100, shrinkage: 10, seed: 1, ...options };
    checkInteger(this.options, "k", 1, 2 ** 32 - 1);
    checkInteger(this.options, "dimensions", 1, 4096);
    checkInteger(this.options, "seed", 0, 2 ** 32 - 1);
    checkNotNegative(this.options, "shrinkage");
  }

  async fit(
    X: CsrMatrix,
    Y: Float32Array,
    models: number,
    { signal }: FitOptions = {},
  ): Promise<this> {
    if (signal?.aborted) throw new AbortedError("Training the neighbours");
    const { k, dimensions, shrinkage, seed } = this.options;
    const heads = Math.min(dimensions, X.rows, X.columns);
    const { components } = truncatedSvd(X, heads, seed);
    this.#heads = {
      weights: components,
      bias: new Float32Array(heads),
      parts: [
        {
          kind: "neighbors",
          heads,
          weight: new Float32Array(models).fill(1),
          vectors: unitRows(product(X, components, heads), heads),
          labels: Float32Array.from(Y),
          overall: columnMeans(Y, models).map((mean) => (Number.isNaN(mean) ? 0 : mean)),
          k: Math.min(k, X.rows),
          shrinkage,
        },
      ],
    };
    return this;
  }

  get heads(): LinearHeads {
    if (this.#heads === undefined) throw new NotFittedError("NeighborsClassifier");
    return this.#heads;
  }
}

/** Rows of length 1; rows of zeros stay. */
export function unitRows(matrix: Float64Array, columns: number): Float32Array {
  const out = new Float32Array(matrix.length);
  for (let at = 0; at < matrix.length; at += columns) {
    const row = matrix.subarray(at, at + columns);
    const norm = Math.hypot(...row);
    if (norm > 0) for (let j = 0; j < columns; j++) out[at + j] = row[j]! / norm;
  }
  return out;
}

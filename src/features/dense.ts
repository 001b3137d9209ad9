import { InvalidArgumentError, NoLabelsError, NotFittedError } from "../errors.js";
import type { CsrMatrix } from "../types.js";

/** What was learnt, as it lies in a router file. A vector v becomes v / scale. */
export interface DenseState {
  readonly dimensions: number;
  readonly scale: number;
}

/** Longest vector of one prompt. */
const maxDimensions = 4096;

/**
 * A block of features that comes as one vector a prompt: an embedding computed elsewhere, or pooled word vectors. All
 * are divided by the root mean square length of the training vectors, so that rows are as long as those of word n-grams
 * on average; nothing is centred, so that a vector of zeros says nothing.
 */
export class DenseScaler {
  readonly dimensions: number;
  #scale: number | undefined;

  /** @throws InvalidArgumentError unless dimensions is a whole number from 1 to 4096. */
  constructor(dimensions: number) {
    if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > maxDimensions) {
      const expected = `a whole number from 1 to ${maxDimensions}`;
      throw InvalidArgumentError.of("dimensions", expected, dimensions);
    }
    this.dimensions = dimensions;
  }

  /**
   * @param vectors [prompts x dimensions], row-major.
   * @throws InvalidArgumentError for vectors that do not fit; NoLabelsError if there are none but zeros.
   */
  fit(vectors: Float32Array, prompts: number): this {
    this.#check(vectors, prompts);
    const squares = vectors.reduce((sum, value) => sum + value * value, 0);
    if (squares === 0) {
      throw new NoLabelsError(
        `All vectors of ${prompts} prompts are zero, so there is nothing to learn from them.`,
      );
    }
    this.#scale = Math.sqrt(squares / prompts);
    return this;
  }

  /** @returns [prompts x dimensions], every entry kept. @throws InvalidArgumentError, NotFittedError. */
  transform(vectors: Float32Array, prompts: number): CsrMatrix {
    this.#check(vectors, prompts);
    const { scale } = this.state;
    return denseToCsr(
      vectors.map((value) => value / scale),
      this.dimensions,
    );
  }

  /** @throws NotFittedError before `fit`. */
  get state(): DenseState {
    if (this.#scale === undefined) throw new NotFittedError("DenseScaler");
    return { dimensions: this.dimensions, scale: this.#scale };
  }

  #check(vectors: Float32Array, prompts: number): void {
    if (!(vectors instanceof Float32Array)) {
      throw InvalidArgumentError.of("vectors", "a Float32Array", vectors);
    }
    if (vectors.length !== prompts * this.dimensions) {
      const expected = `${prompts} x ${this.dimensions} numbers, ${this.dimensions} a prompt,`;
      throw InvalidArgumentError.of("vectors", expected, vectors.length);
    }
    const bad = vectors.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      const expected = `finite numbers, at ${bad} too,`;
      throw InvalidArgumentError.of("vectors", expected, vectors[bad]);
    }
  }
}

/** [rows x columns], row-major, with every entry kept. */
export function denseToCsr(values: Float32Array, columns: number): CsrMatrix {
  const rows = values.length / columns;
  return {
    rows,
    columns,
    indptr: Uint32Array.from({ length: rows + 1 }, (_, row) => row * columns),
    indices: Uint32Array.from(values, (_, at) => at % columns),
    values,
  };
}

import { InvalidArgumentError, NotFittedError } from "../errors.js";
import type { CsrMatrix } from "../types.js";
import { denseToCsr } from "./dense.js";

/** What was learnt, as it goes into a router file. */
export interface EmbeddingState {
  /** Numbers of a vector. */
  readonly size: number;
  /** What each number is multiplied by. */
  readonly scale: number;
}

/** Brings vectors that the caller computed to a root mean square length of 1, beside which words keep their weight. */
export class EmbeddingScaler {
  #state: EmbeddingState | undefined;

  /** @param embeddings [rows x size], all finite. */
  fit(embeddings: Float32Array, rows: number): this {
    const size = embeddings.length / rows;
    if (!Number.isInteger(size) || size < 1) {
      throw InvalidArgumentError.of(
        "embeddings",
        `a whole number of values for each of ${rows} prompts`,
        `${embeddings.length} values`,
      );
    }
    const bad = embeddings.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw InvalidArgumentError.of("embeddings", "finite values", `${embeddings[bad]} at ${bad}`);
    }
    const squares = embeddings.reduce((sum, value) => sum + value * value, 0);
    this.#state = { size, scale: squares > 0 ? Math.sqrt(rows / squares) : 1 };
    return this;
  }

  transform(embeddings: Float32Array): CsrMatrix {
    const { size, scale } = this.state;
    return denseToCsr(
      embeddings.map((value) => value * scale),
      size,
    );
  }

  /** @throws NotFittedError before `fit`. */
  get state(): EmbeddingState {
    if (this.#state === undefined) throw new NotFittedError("EmbeddingScaler");
    return this.#state;
  }
}

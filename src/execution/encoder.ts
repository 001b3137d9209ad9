import type { OnProgress } from "../types.js";

export interface EncodeOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/** Turns prompts into vectors: features for a router that is fitted with `embeddings`. */
export interface Encoder extends AsyncDisposable {
  /** Which encoder it is, so that a router fitted with one is not asked with the vectors of another. */
  readonly name: string;
  /**
   * @returns [texts x dimensions], row-major; the same text gives the same vector.
   * @throws AbortedError, EngineError where the encoder fails or was disposed.
   */
  encode(texts: readonly string[], options?: EncodeOptions): Promise<Float32Array>;
}

/** Rows of one length, end to end. @param vectors at least one. */
export function stack(vectors: readonly ArrayLike<number>[]): Float32Array {
  const width = vectors[0]?.length ?? 0;
  const out = new Float32Array(vectors.length * width);
  vectors.forEach((vector, row) => {
    out.set(vector, row * width);
  });
  return out;
}

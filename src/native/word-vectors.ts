import { finished, native, type Task } from "./addon.js";
import type { WorkOptions } from "./text.js";

export interface WordVectors {
  /** Words in the order of the file, UTF-8, concatenated; word i is bytes offsets[i] .. offsets[i + 1]. */
  readonly terms: Uint8Array;
  readonly offsets: Uint32Array;
  /** [words x dimensions] */
  readonly vectors: Float32Array;
  readonly dimensions: number;
}

export interface WordVectorFile extends WordVectors {
  /** Entries left out because they are an earlier word once more, or its other case. */
  readonly repeated: number;
  /** Entries left out because they are no word of two or more letters: marks, single letters, several words. */
  readonly skipped: number;
}

export interface ReadWordVectorsOptions extends WorkOptions {
  /** Reading ends when so many words are kept, 1 to 16,777,214. Progress is words kept, of maxWords. */
  readonly maxWords: number;
}

const addon = {
  read: native<(file: string, options: ReadWordVectorsOptions) => Task<WordVectorFile>>(
    "readWordVectors",
  ),
  pool: native<(texts: readonly string[], wordVectors: WordVectors) => Task<Float32Array>>(
    "poolWordVectors",
  ),
};

/**
 * Reads a text file of GloVe, word2vec or fastText (.vec).
 * @throws RangeError that begins with the bad line's number; Error if the file cannot be read; AbortedError.
 */
export async function readWordVectors(
  file: string,
  options: ReadWordVectorsOptions,
): Promise<WordVectorFile> {
  return finished(() => addon.read(file, options), "Reading word vectors", options.signal);
}

/** @returns [texts x dimensions]: the mean of a text's known words, repetitions included; zeros if it has none. */
export async function poolWordVectors(
  texts: readonly string[],
  { terms, offsets, vectors, dimensions }: WordVectors,
): Promise<Float32Array> {
  return finished(
    () => addon.pool(texts, { terms, offsets, vectors, dimensions }),
    "Pooling word vectors",
  );
}

import { stat } from "node:fs/promises";
import {
  InputFileError,
  InvalidArgumentError,
  NoLabelsError,
  NotFittedError,
  StorageError,
  storageError,
} from "../errors.js";
import type { WorkOptions } from "../native/text.js";
import {
  poolWordVectors,
  type ReadWordVectorsOptions,
  readWordVectors,
  type WordVectorFile,
  type WordVectors,
} from "../native/word-vectors.js";
import type { CsrMatrix } from "../types.js";
import { DenseScaler } from "./dense.js";
import type { Featurizer } from "./featurizer.js";

export interface WordVectorizerOptions {
  /** Text file of GloVe, word2vec or fastText (.vec): one word a line, then its numbers. */
  readonly file: string;
  /** Keep only so many words, the first ones; such files begin with the most frequent. Default 100,000, most 16,777,214. */
  readonly maxWords?: number;
  /**
   * "sif": each vector counts by a / (a + p) with a = 0.001 (Arora, Liang and Ma, "A simple but tough-to-beat baseline
   * for sentence embeddings", 2017; its pooling, without the common component), and p by Zipf's law from the word's place
   * in the file, 1 / (place * sum of 1 / place). Default "mean": each by 1.
   */
  readonly pooling?: "mean" | "sif";
}

/** What was learnt, as it lies in a router file. The mean of a text's word vectors is divided by the scale. */
export interface WordVectorState extends WordVectors {
  readonly scale: number;
}

const mostWords = 2 ** 24 - 2;
/** The word probability at which a word counts half; the paper's choice. */
const sifConstant = 1e-3;

/**
 * The mean of the static vectors of a text's words, repetitions included; words that the file does not have count for
 * nothing, and a text without a known word is a row of zeros. Scaled as `DenseScaler` does. Linear in the words, so
 * that a fitted head folds into one row a word.
 */
export class WordVectorizer implements Featurizer {
  readonly options: Required<WordVectorizerOptions>;
  #fitted: { readonly words: WordVectors; readonly scaler: DenseScaler } | undefined;

  constructor(options: WordVectorizerOptions) {
    const { file, maxWords = 100_000, pooling = "mean" } = options;
    if (typeof file !== "string" || file === "") {
      throw InvalidArgumentError.of("file", "the path of a word vector file", file);
    }
    if (!Number.isInteger(maxWords) || maxWords < 1 || maxWords > mostWords) {
      throw InvalidArgumentError.of("maxWords", `a whole number from 1 to ${mostWords}`, maxWords);
    }
    if (pooling !== "mean" && pooling !== "sif") {
      throw InvalidArgumentError.of("pooling", '"mean" or "sif"', pooling);
    }
    this.options = { file, maxWords, pooling };
  }

  /**
   * Reads the file, and learns the scale from the texts.
   * @throws InputFileError for a file that is no list of word vectors, StorageError, AbortedError; NoLabelsError if no
   *   text has a word of the file.
   */
  async fit(texts: readonly string[], options: WorkOptions = {}): Promise<this> {
    const { file, maxWords, pooling } = this.options;
    const read = await readFile(file, { maxWords, ...options });
    const words = pooling === "sif" ? sifWeighted(read) : read;
    const pooled = await poolWordVectors(texts, words);
    if (pooled.every((value) => value === 0)) {
      throw new NoLabelsError(
        `None of ${texts.length} prompts has a word of "${file}". Give a file in the prompts' language.`,
      );
    }
    const scaler = new DenseScaler(words.dimensions).fit(pooled, texts.length);
    this.#fitted = { words, scaler };
    return this;
  }

  async transform(texts: readonly string[]): Promise<CsrMatrix> {
    const { words, scaler } = this.#known;
    return scaler.transform(await poolWordVectors(texts, words), texts.length);
  }

  /** @throws NotFittedError before `fit`. */
  get state(): WordVectorState {
    const { words, scaler } = this.#known;
    const { terms, offsets, vectors, dimensions } = words;
    return { terms, offsets, vectors, dimensions, scale: scaler.state.scale };
  }

  get #known() {
    if (this.#fitted === undefined) throw new NotFittedError("WordVectorizer");
    return this.#fitted;
  }
}

/** The mean of these vectors is the SIF-weighted sum of the words', divided by their number. */
function sifWeighted(words: WordVectors): WordVectors {
  const { dimensions } = words;
  const count = words.vectors.length / dimensions;
  let total = 0;
  for (let place = 1; place <= count; place++) total += 1 / place;
  const vectors = words.vectors.map((value, at) => {
    const p = 1 / ((Math.floor(at / dimensions) + 1) * total);
    return (value * sifConstant) / (sifConstant + p);
  });
  return { ...words, vectors };
}

async function readFile(file: string, options: ReadWordVectorsOptions): Promise<WordVectorFile> {
  const found = await stat(file).catch((cause) => {
    throw storageError("read", file, cause);
  });
  if (!found.isFile()) throw new StorageError(`Cannot read "${file}": it is no regular file.`);
  try {
    return await readWordVectors(file, options);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const mend =
      "Give a text file of GloVe, word2vec or fastText: a word a line, then its numbers.";
    throw new InputFileError(`${file}: ${cause.message}. ${mend}`, { cause });
  }
}

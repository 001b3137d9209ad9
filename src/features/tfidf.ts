import { InvalidArgumentError, NoLabelsError, NotFittedError } from "../errors.js";
import { fitVocabulary, tfidf, type Vocabulary } from "../native/text.js";
import type { CsrMatrix } from "../types.js";
import type { Featurizer } from "./featurizer.js";

/** scikit-learn's names and meanings. */
export interface TfidfVectorizerOptions {
  /** Shortest and longest word n-gram, 1 to 3. Default [1, 2]. */
  readonly ngramRange?: readonly [number, number];
  /** Drop terms found in fewer texts than this. Default 2. */
  readonly minDf?: number;
  /** Drop terms found in more than this share of the texts. Default 1. */
  readonly maxDf?: number;
  /** Keep only so many terms, the most frequent ones. Default and most: 16,777,214. */
  readonly maxFeatures?: number;
  /** Replace a count tf by 1 + ln(tf). Default false. */
  readonly sublinearTf?: boolean;
}

/** What was learnt, as it lies in a router file. */
export interface TfidfState {
  readonly ngramRange: readonly [number, number];
  readonly sublinearTf: boolean;
  /** Terms in code point order, UTF-8, concatenated; term i is bytes offsets[i] .. offsets[i + 1]. */
  readonly terms: Uint8Array;
  readonly offsets: Uint32Array;
  /** Inverse document frequency of each term. */
  readonly idf: Float32Array;
}

/** The native term table keeps 24 bits for a row. */
const maxVocabulary = 2 ** 24 - 2;

/**
 * Word n-grams weighted by term frequency times smooth inverse document frequency,
 * idf(t) = ln((1 + n) / (1 + df(t))) + 1, each row scaled to unit length.
 * Equals scikit-learn's TfidfVectorizer with the same options.
 */
export class TfidfVectorizer implements Featurizer {
  readonly options: Required<TfidfVectorizerOptions>;
  #state: TfidfState | undefined;

  constructor(options: TfidfVectorizerOptions = {}) {
    this.options = {
      ngramRange: options.ngramRange ?? [1, 2],
      minDf: options.minDf ?? 2,
      maxDf: options.maxDf ?? 1,
      maxFeatures: options.maxFeatures ?? maxVocabulary,
      sublinearTf: options.sublinearTf ?? false,
    };
    validate(this.options);
  }

  async fit(texts: readonly string[]): Promise<this> {
    const { ngramRange, minDf, maxDf, maxFeatures, sublinearTf } = this.options;
    const vocabulary = await fitVocabulary(texts, { ngramRange, minDf, maxDf, maxFeatures });
    if (vocabulary.documentFrequency.length === 0) {
      throw new NoLabelsError(
        `No word n-gram is left of ${texts.length} prompts with minDf ${minDf} and maxDf ${maxDf}. ` +
          "Give more prompts, or lower minDf.",
      );
    }
    this.#state = {
      ngramRange,
      sublinearTf,
      terms: vocabulary.terms,
      offsets: vocabulary.offsets,
      idf: smoothIdf(vocabulary, texts.length),
    };
    return this;
  }

  transform(texts: readonly string[]): Promise<CsrMatrix> {
    return tfidf(texts, this.state);
  }

  /** @throws NotFittedError before `fit`. */
  get state(): TfidfState {
    if (this.#state === undefined) throw new NotFittedError("TfidfVectorizer");
    return this.#state;
  }
}

function smoothIdf(vocabulary: Vocabulary, documents: number): Float32Array {
  return Float32Array.from(
    vocabulary.documentFrequency,
    (df) => Math.log((1 + documents) / (1 + df)) + 1,
  );
}

function validate(options: Required<TfidfVectorizerOptions>): void {
  const [shortest, longest] = options.ngramRange;
  const isNgram = (n: number) => Number.isInteger(n) && n >= 1 && n <= 3;
  if (!isNgram(shortest) || !isNgram(longest) || shortest > longest) {
    throw InvalidArgumentError.of(
      "ngramRange",
      "two ascending whole numbers from 1 to 3",
      `[${options.ngramRange}]`,
    );
  }
  if (!Number.isInteger(options.minDf) || options.minDf < 1) {
    throw InvalidArgumentError.of("minDf", "a whole number of at least 1", options.minDf);
  }
  if (!(options.maxDf > 0 && options.maxDf <= 1)) {
    throw InvalidArgumentError.of("maxDf", "a share above 0 and at most 1", options.maxDf);
  }
  const { maxFeatures } = options;
  if (!Number.isInteger(maxFeatures) || maxFeatures < 1 || maxFeatures > maxVocabulary) {
    throw InvalidArgumentError.of(
      "maxFeatures",
      `a whole number from 1 to ${maxVocabulary}`,
      options.maxFeatures,
    );
  }
}

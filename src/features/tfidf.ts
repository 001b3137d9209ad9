import { availableParallelism } from "node:os";
import { InvalidArgumentError, NoLabelsError, NotFittedError } from "../errors.js";
import {
  documentFrequency,
  fitVocabulary,
  type NgramOptions,
  type TermOptions,
  type Terms,
  type TokenPattern,
  tfidf,
  type WorkOptions,
} from "../native/text.js";
import type { CsrMatrix } from "../types.js";
import type { Featurizer } from "./featurizer.js";

/** scikit-learn's names and meanings, where it has them. */
export interface TfidfVectorizerOptions {
  /**
   * What is a word: "\\w\\w+", a run of at least two word characters (letters, digits, "_"), or "\\w+", also a single
   * one, as in answer options and formulas. scikit-learn writes "(?u)\\b" before and "\\b" behind. Default "\\w\\w+".
   */
  readonly tokenPattern?: TokenPattern;
  /** Shortest and longest word n-gram, 1 to 3. Default [1, 2]. */
  readonly ngramRange?: readonly [number, number];
  /**
   * Shortest and longest n-gram of characters, 2 to 6, within each word and the marks "<" and ">" round it, as
   * fastText's. Default: none.
   */
  readonly charNgramRange?: readonly [number, number];
  /** Drop terms found in fewer texts than this. Default 2. */
  readonly minDf?: number;
  /** Drop terms found in more than this share of the texts. Default 1. */
  readonly maxDf?: number;
  /** Keep only so many terms, the most frequent ones. Default and most: 16,777,214. Not with hashBits. */
  readonly maxFeatures?: number;
  /** No vocabulary: n-grams are hashed to 2^hashBits columns (4 to 24), which costs less memory to fit. */
  readonly hashBits?: number;
  /** Replace a count tf by 1 + ln(tf); with the norm "l2" only. Default false. */
  readonly sublinearTf?: boolean;
  /**
   * "l2": rows of unit length, as scikit-learn's. "occurrence": divided by sqrt(sum tf idf^2) instead of
   * sqrt(sum (tf idf)^2), which routes faster as nothing is counted. Default "l2".
   */
  readonly norm?: "l2" | "occurrence";
}

/** What was learnt, as it goes into a router file. */
export type TfidfState = TermOptions &
  Terms & {
    /** Inverse document frequency of each column; 0 for one that is left out. */
    readonly idf: Float32Array;
  };

/** The native term table numbers terms in 24 bits. */
const maxVocabulary = 2 ** 24 - 2;

/**
 * N-grams weighted by term frequency times smooth inverse document frequency,
 * idf(t) = ln((1 + n) / (1 + df(t))) + 1, each row divided by its norm.
 * Equals scikit-learn's TfidfVectorizer with the same options.
 */
export class TfidfVectorizer implements Featurizer {
  readonly options: TfidfVectorizerOptions &
    Required<Omit<TfidfVectorizerOptions, "charNgramRange" | "hashBits">>;
  #state: TfidfState | undefined;

  constructor(options: TfidfVectorizerOptions = {}) {
    this.options = {
      tokenPattern: "\\w\\w+",
      ngramRange: [1, 2],
      minDf: 2,
      maxDf: 1,
      maxFeatures: maxVocabulary,
      sublinearTf: false,
      norm: "l2",
      ...options,
    };
    validate(this.options);
    if (options.hashBits !== undefined && options.maxFeatures !== undefined) {
      throw InvalidArgumentError.of("maxFeatures", "nothing beside hashBits", options.maxFeatures);
    }
  }

  async fit(texts: readonly string[], work: WorkOptions = {}): Promise<this> {
    const { tokenPattern, ngramRange, charNgramRange, sublinearTf, norm } = this.options;
    const ngrams: NgramOptions = { tokenPattern, ngramRange, charNgramRange };
    const learnt = await (this.options.hashBits === undefined
      ? this.#fitVocabulary(texts, { ...ngrams, ...work })
      : this.#fitBuckets(texts, this.options.hashBits, { ...ngrams, ...work }));
    if (!learnt.idf.some((weight) => weight > 0)) {
      throw new NoLabelsError(
        `No n-gram is left of ${texts.length} prompts with minDf ${this.options.minDf} and maxDf ${this.options.maxDf}. ` +
          "Give more prompts, or lower minDf.",
      );
    }
    this.#state = { ...ngrams, sublinearTf, norm, ...learnt };
    return this;
  }

  async transform(texts: readonly string[], work: WorkOptions = {}): Promise<CsrMatrix> {
    return tfidf(texts, { ...this.state, ...work, threads: availableParallelism() });
  }

  /** @throws NotFittedError before `fit`. */
  get state(): TfidfState {
    if (this.#state === undefined) throw new NotFittedError("TfidfVectorizer");
    return this.#state;
  }

  async #fitVocabulary(texts: readonly string[], options: NgramOptions & WorkOptions) {
    const { minDf, maxDf, maxFeatures } = this.options;
    const found = await fitVocabulary(texts, { ...options, minDf, maxDf, maxFeatures });
    const idf = Float32Array.from(found.documentFrequency, (df) => smoothIdf(df, texts.length));
    return { terms: found.terms, offsets: found.offsets, idf };
  }

  /** A bucket outside minDf and maxDf is left out as a term would be. */
  async #fitBuckets(
    texts: readonly string[],
    hashBits: number,
    options: NgramOptions & WorkOptions,
  ) {
    const { minDf, maxDf } = this.options;
    const frequency = await documentFrequency(texts, { ...options, hashBits });
    const idf = Float32Array.from(frequency, (df) =>
      df < minDf || df > maxDf * texts.length ? 0 : smoothIdf(df, texts.length),
    );
    return { hashBits, idf };
  }
}

function smoothIdf(df: number, documents: number): number {
  return Math.log((1 + documents) / (1 + df)) + 1;
}

function validate(options: TfidfVectorizer["options"]): void {
  if (options.tokenPattern !== "\\w\\w+" && options.tokenPattern !== "\\w+") {
    throw InvalidArgumentError.of(
      "tokenPattern",
      '"\\w\\w+" or "\\w+"',
      options.tokenPattern,
      "In JavaScript source each backslash is written twice.",
    );
  }
  checkRange("ngramRange", options.ngramRange, 1, 3);
  if (options.charNgramRange !== undefined) {
    checkRange("charNgramRange", options.charNgramRange, 2, 6);
  }
  checkWhole("minDf", options.minDf, 1, Number.MAX_SAFE_INTEGER);
  if (!(options.maxDf > 0 && options.maxDf <= 1)) {
    throw InvalidArgumentError.of("maxDf", "a share above 0 and at most 1", options.maxDf);
  }
  checkWhole("maxFeatures", options.maxFeatures, 1, maxVocabulary);
  if (options.hashBits !== undefined) checkWhole("hashBits", options.hashBits, 4, 24);
  if (options.norm !== "l2" && options.norm !== "occurrence") {
    throw InvalidArgumentError.of("norm", '"l2" or "occurrence"', options.norm);
  }
  if (options.norm === "occurrence" && options.sublinearTf) {
    throw InvalidArgumentError.of("sublinearTf", 'false with the norm "occurrence"', true);
  }
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw InvalidArgumentError.of(name, `a whole number from ${least} to ${most}`, value);
}

function checkRange(name: string, range: readonly [number, number], least: number, most: number) {
  const [shortest, longest] = range;
  const isInside = (n: number) => Number.isInteger(n) && n >= least && n <= most;
  if (isInside(shortest) && isInside(longest) && shortest <= longest) return;
  throw InvalidArgumentError.of(
    name,
    `two ascending whole numbers from ${least} to ${most}`,
    `[${range}]`,
  );
}

import type { CsrMatrix, OnProgress } from "../types.js";
import { finished, native, type Task } from "./addon.js";

/**
 * Which runs of word characters are words, in lower case: "\\w\\w+" those of at least two, "\\w+" also single ones.
 * scikit-learn's token_pattern without the "(?u)\\b" and "\\b" round it.
 */
export type TokenPattern = "\\w\\w+" | "\\w+";

/** Which n-grams of a text count. */
export interface NgramOptions {
  /** Absent: "\\w\\w+". */
  readonly tokenPattern?: TokenPattern | undefined;
  /** Shortest and longest word n-gram, 1 to 3. */
  readonly ngramRange: readonly [number, number];
  /** Shortest and longest n-gram of characters within a word and its marks, 2 to 6. Absent: none. */
  readonly charNgramRange?: readonly [number, number] | undefined;
}

/** What stops and watches long work. */
export interface WorkOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface VocabularyOptions extends NgramOptions, WorkOptions {
  /** Drop terms found in fewer texts than this. */
  readonly minDf: number;
  /** Drop terms found in more than this share of the texts. */
  readonly maxDf: number;
  /** Keep only so many terms, the most frequent ones. */
  readonly maxFeatures: number;
}

/**
 * Terms in code point order, UTF-8, concatenated; term i is bytes offsets[i] .. offsets[i + 1]. Words have single
 * spaces between them; n-grams of characters begin with "#".
 */
export interface TermList {
  readonly terms: Uint8Array;
  readonly offsets: Uint32Array;
}

export interface Vocabulary extends TermList {
  readonly documentFrequency: Uint32Array;
}

/** Columns of a matrix: a vocabulary, or 2^hashBits buckets (4 to 24) that n-grams are hashed to. */
export type Terms = TermList | { readonly hashBits: number };

export interface TermOptions extends NgramOptions {
  /** Replace a count tf by 1 + ln(tf); with the norm "l2" only. */
  readonly sublinearTf: boolean;
  /**
   * "l2": rows of unit length, x_i = tf_i idf_i / sqrt(sum (tf idf)^2). "occurrence": the same but for the divisor
   * sqrt(sum tf idf^2), which needs no counting: routing is faster, and equal where no n-gram repeats.
   */
  readonly norm: "l2" | "occurrence";
}

export type TfidfOptions = Terms &
  TermOptions &
  WorkOptions & {
    /** Inverse document frequency of each column. */
    readonly idf: Float32Array;
    readonly threads: number;
  };

const addon = {
  words: native<(text: string, tokenPattern?: TokenPattern) => string[]>("words"),
  fitVocabulary:
    native<(texts: readonly string[], options: VocabularyOptions) => Task<Vocabulary>>(
      "fitVocabulary",
    ),
  documentFrequency:
    native<
      (texts: readonly string[], options: Terms & NgramOptions & WorkOptions) => Task<Uint32Array>
    >("documentFrequency"),
  tfidf: native<(texts: readonly string[], options: TfidfOptions) => Task<CsrMatrix>>("tfidf"),
};

/** Words of a text, in lower case. */
export function words(text: string, tokenPattern?: TokenPattern): string[] {
  return addon.words(text, tokenPattern);
}

/** @throws AbortedError if the signal fires first. */
export async function fitVocabulary(
  texts: readonly string[],
  options: VocabularyOptions,
): Promise<Vocabulary> {
  return finished(
    () => addon.fitVocabulary(texts, options),
    "Fitting the vocabulary",
    options.signal,
  );
}

/** @returns [columns]: in how many texts each occurs. @throws AbortedError if the signal fires first. */
export async function documentFrequency(
  texts: readonly string[],
  options: Terms & NgramOptions & WorkOptions,
): Promise<Uint32Array> {
  return finished(() => addon.documentFrequency(texts, options), "Counting terms", options.signal);
}

/** @returns One row a text; empty if the text has no known term. @throws AbortedError if the signal fires first. */
export async function tfidf(texts: readonly string[], options: TfidfOptions): Promise<CsrMatrix> {
  return finished(() => addon.tfidf(texts, options), "Weighting terms", options.signal);
}

import type { CsrMatrix } from "../types.js";
import { finished, native, type Task } from "./addon.js";

export interface VocabularyOptions {
  /** Shortest and longest word n-gram, 1 to 3. */
  readonly ngramRange: readonly [number, number];
  /** Drop terms found in fewer texts than this. */
  readonly minDf: number;
  /** Drop terms found in more than this share of the texts. */
  readonly maxDf: number;
  /** Keep only so many terms, the most frequent ones. */
  readonly maxFeatures: number;
}

/** Terms in code point order, UTF-8, concatenated; term i is bytes offsets[i] .. offsets[i + 1]. */
export interface Vocabulary {
  readonly terms: Uint8Array;
  readonly offsets: Uint32Array;
  readonly documentFrequency: Uint32Array;
}

export interface TfidfOptions {
  /** As in `Vocabulary`. */
  readonly terms: Uint8Array;
  readonly offsets: Uint32Array;
  /** Inverse document frequency of each term. */
  readonly idf: Float32Array;
  readonly ngramRange: readonly [number, number];
  /** Replace a count tf by 1 + ln(tf). */
  readonly sublinearTf: boolean;
}

const addon = {
  words: native<(text: string) => string[]>("words"),
  fitVocabulary:
    native<(texts: readonly string[], options: VocabularyOptions) => Task<Vocabulary>>(
      "fitVocabulary",
    ),
  tfidf: native<(texts: readonly string[], options: TfidfOptions) => Task<CsrMatrix>>("tfidf"),
};

/** Words of a text: runs of at least two word characters, in lower case. */
export function words(text: string): string[] {
  return addon.words(text);
}

export async function fitVocabulary(
  texts: readonly string[],
  options: VocabularyOptions,
): Promise<Vocabulary> {
  return finished(addon.fitVocabulary(texts, options), "Fitting the vocabulary");
}

/** @returns One row of unit length a text; empty if the text has no known term. */
export async function tfidf(texts: readonly string[], options: TfidfOptions): Promise<CsrMatrix> {
  return finished(addon.tfidf(texts, options), "Weighting terms");
}

/** The typed face of the C++ addon: one function here for one there, no meaning of its own. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { AbortedError, NativeUnavailableError } from "./errors.js";
import type { CsrMatrix, OnProgress } from "./types.js";

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

export interface LogisticOptions {
  /** Inverse of the regularisation strength, as scikit-learn's. */
  readonly C: number;
  /** A label is done when its gradient has shrunk by this factor. */
  readonly tol: number;
  readonly maxIter: number;
  /** [rows] */
  readonly sampleWeight?: Float32Array;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface LogisticFit {
  /** [features x labels], feature-major. */
  readonly weights: Float32Array;
  /** [labels] */
  readonly bias: Float32Array;
  readonly iterations: number;
  /** Penalised loss of each label. */
  readonly objective: Float64Array;
}

export interface KMeansOptions {
  /** 1 to the number of rows. */
  readonly clusters: number;
  /** Restarts; the one with the least inertia is kept. */
  readonly nInit: number;
  /** Iterations of one restart. */
  readonly maxIter: number;
  /** Share of the mean column variance below which centroids count as still, as scikit-learn's. */
  readonly tol: number;
  /** A whole number from 0 to 2^32 - 1. */
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface KMeansFit {
  /** [clusters x features] */
  readonly centroids: Float32Array;
  /** [rows] */
  readonly labels: Uint32Array;
  readonly inertia: number;
  readonly iterations: number;
}

export interface ScorerOptions extends TfidfOptions {
  /** [features x heads] */
  readonly weights: Float32Array;
  /** [heads] */
  readonly bias: Float32Array;
  /** [models]: bound once, rewritten by each score(). */
  readonly output: Float32Array;
  /**
   * [heads x models]. Present: the output is the row of the head with the largest linear score (the nearest
   * centroid, if bias is -|c|^2 / 2). Absent: the output is each head's sigmoid, and heads equal models.
   */
  readonly rates?: Float32Array;
  /**
   * Longest text read whole, in UTF-16 units. Of a longer one the first and the last half as many are read, with a
   * space between them; a word that the cut goes through counts as the piece that is left. Default 65536.
   */
  readonly maxChars?: number;
}

/** Work in progress; the promise resolves to undefined if it was stopped. */
interface Task<T> {
  readonly promise: Promise<T | undefined>;
  stop(): void;
}

interface Addon {
  readonly simd: "scalar" | "avx2" | "avx512" | "neon";
  words(text: string): string[];
  fitVocabulary(texts: readonly string[], options: VocabularyOptions): Task<Vocabulary>;
  tfidf(texts: readonly string[], options: TfidfOptions): Task<CsrMatrix>;
  fitLogistic(
    X: CsrMatrix,
    Y: Float32Array,
    labels: number,
    options: LogisticOptions,
  ): Task<LogisticFit>;
  fitKMeans(X: CsrMatrix, options: KMeansOptions): Task<KMeansFit>;
  createScorer(options: ScorerOptions): (text: string) => number;
}

const addon = loadAddon();

/** Instruction set in use; the environment variable POINTSMAN_SIMD forces one. */
export const simd = addon.simd;

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

/**
 * Logistic regression with one head a label.
 * @param Y [rows x labels], targets in 0..1; NaN = unknown.
 * @throws AbortedError if the signal fires first.
 */
export async function fitLogistic(
  X: CsrMatrix,
  Y: Float32Array,
  labels: number,
  options: LogisticOptions,
): Promise<LogisticFit> {
  const what = "Training the classifier";
  if (options.signal?.aborted) throw new AbortedError(what);
  return finished(addon.fitLogistic(X, Y, labels, options), what, options.signal);
}

/** @throws AbortedError if the signal fires first. */
export async function fitKMeans(X: CsrMatrix, options: KMeansOptions): Promise<KMeansFit> {
  const what = "Clustering";
  if (options.signal?.aborted) throw new AbortedError(what);
  return finished(addon.fitKMeans(X, options), what, options.signal);
}

/** Scores texts one at a time: no allocation, no promise. Each worker thread needs its own. */
export class Scorer {
  readonly #score: (text: string) => number;

  constructor(options: ScorerOptions) {
    this.#score = addon.createScorer({ maxChars: 65536, ...options });
  }

  /**
   * Writes the scores of a text into the bound output.
   * @returns How many n-grams of the text are known, repetitions included; with 0 the scores are the bias alone.
   */
  score(text: string): number {
    return this.#score(text);
  }
}

async function finished<T>(task: Task<T>, what: string, signal?: AbortSignal): Promise<T> {
  const stop = () => task.stop();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const result = await task.promise;
    if (result === undefined) throw new AbortedError(what);
    return result;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** The addon lies beside src/ and dist/, which are both one level below the package root. */
function loadAddon(): Addon {
  const path = fileURLToPath(new URL("../build/Release/pointsman.node", import.meta.url));
  if (!existsSync(path)) {
    throw new NativeUnavailableError(
      `The native addon is not built: "${path}" does not exist. ` +
        "Run `npm run build:native` in the package folder; it needs CMake and a C++20 compiler (GCC 12, Clang 15 or later).",
    );
  }
  return createRequire(import.meta.url)(path);
}

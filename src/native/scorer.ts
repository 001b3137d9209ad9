import { native } from "./addon.js";
import type { TfidfOptions } from "./text.js";

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

const createScorer = native<(options: ScorerOptions) => (text: string) => number>("createScorer");

/** Scores texts one at a time: no allocation, no promise. Each worker thread needs its own. */
export class Scorer {
  readonly #score: (text: string) => number;

  constructor(options: ScorerOptions) {
    this.#score = createScorer({ maxChars: 65536, ...options });
  }

  /**
   * Writes the scores of a text into the bound output.
   * @returns How many n-grams of the text are known, repetitions included; with 0 the scores are the bias alone.
   */
  score(text: string): number {
    return this.#score(text);
  }
}

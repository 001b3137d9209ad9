import { native, type Task } from "./addon.js";
import type { RouterHandle } from "./router.js";

/** The path of a text up to its scores, for measuring; each stage includes those before it. */
export const stages = ["copy", "words", "hashes", "lookup"] as const;

interface BoundScorer {
  score(text: string): number;
  runTo(text: string, stage: number): number;
  readonly scores: Float32Array;
  readonly affinities: Float32Array;
}

interface ScoredBatch {
  /** [texts x models] */
  readonly scores: Float32Array;
  /** [texts]: known n-grams. */
  readonly known: Uint32Array;
}

const addon = {
  createScorer: native<(handle: unknown, maxChars: number) => BoundScorer>("createScorer"),
  createBatchScorer:
    native<(handle: unknown, maxChars: number) => (texts: readonly string[]) => Task<ScoredBatch>>(
      "createBatchScorer",
    ),
};

/** Of a text that is too long, the first and the last part with a space between them. */
function ends(text: string, maxChars: number): string {
  const head = maxChars >> 1;
  return `${text.slice(0, head)} ${text.slice(text.length - (maxChars - head - 1))}`;
}

/** Scores texts one at a time: no allocation, no promise. Each worker thread needs its own. */
export class Scorer {
  /** [models], rewritten by each `score`. */
  readonly scores: Float32Array;
  /** [clusters], rewritten by each `score`: x.c - |c|^2 / 2 of each centroid c, largest for the nearest. */
  readonly affinities: Float32Array;
  readonly #maxChars: number;
  readonly #score: (text: string) => number;
  readonly #runTo: (text: string, stage: number) => number;

  /**
   * @param maxChars longest text read whole, in UTF-16 units, at least 2. Of a longer one the first and the last half
   * are read, so that a text of any length costs at most as much; a word that the cut goes through counts as the
   * piece that is left.
   */
  constructor(router: RouterHandle, maxChars: number) {
    const bound = addon.createScorer(router.handle, maxChars);
    this.scores = bound.scores;
    this.affinities = bound.affinities;
    this.#maxChars = maxChars;
    this.#score = bound.score;
    this.#runTo = bound.runTo;
  }

  /**
   * Writes the scores of a text.
   * @returns How many n-grams of the text are known, repetitions included; with 0 the scores are the bias alone.
   * @throws TypeError unless `text` is a string.
   */
  score(text: string): number {
    return this.#score(text.length > this.#maxChars ? ends(text, this.#maxChars) : text);
  }

  /** Goes as far as `stages[stage]` and drops the result. */
  runTo(text: string, stage: number): number {
    return this.#runTo(text.length > this.#maxChars ? ends(text, this.#maxChars) : text, stage);
  }
}

/** Scores many texts on pool threads. */
export class BatchScorer {
  readonly #maxChars: number;
  readonly #score: (texts: readonly string[]) => Task<ScoredBatch>;

  constructor(router: RouterHandle, maxChars: number) {
    this.#maxChars = maxChars;
    this.#score = addon.createBatchScorer(router.handle, maxChars);
  }

  /** Texts are copied before it returns, which takes about 50 ns and 0.2 ns a character. */
  async score(texts: readonly string[]): Promise<ScoredBatch> {
    const max = this.#maxChars;
    const short = texts.map((text) => (text.length > max ? ends(text, max) : text));
    return (await this.#score(short).promise)!;
  }
}

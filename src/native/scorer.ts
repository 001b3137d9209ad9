import { native, type Task } from "./addon.js";
import type { RouterHandle } from "./router.js";

/** The path of a text up to its scores, for measuring; each stage includes those before it. */
export const stages = ["copy", "words", "hashes", "lookup"] as const;

interface BoundScorer {
  score(text: string, embedding: Float32Array | undefined): number;
  runTo(text: string, stage: number): number;
  readonly scores: Float32Array;
  readonly affinities: Float32Array;
  readonly total: Uint32Array;
}

type ScoreTexts = (
  texts: readonly string[],
  embeddings: Float32Array | undefined,
) => Task<ScoredBatch>;

interface ScoredBatch {
  /** [texts x models] */
  readonly scores: Float32Array;
  /** [texts]: known n-grams, repetitions included. */
  readonly known: Uint32Array;
  /** [texts]: all n-grams. */
  readonly total: Uint32Array;
}

const addon = {
  createScorer: native<(handle: unknown, maxChars: number) => BoundScorer>("createScorer"),
  createBatchScorer: native<(handle: unknown, maxChars: number) => ScoreTexts>("createBatchScorer"),
};

/** Of a text that is too long, the first and the last part with a space between them. */
export function shorten(text: string, maxChars: number): string {
  // What is no string is left to the native side to refuse.
  if (typeof text !== "string" || text.length <= maxChars) return text;
  const head = maxChars >> 1;
  return `${text.slice(0, head)} ${text.slice(text.length - (maxChars - head - 1))}`;
}

/** Scores texts one at a time: no allocation, no promise. Each worker thread needs its own. */
export class Scorer {
  /** [models], rewritten by each `score`. */
  readonly scores: Float32Array;
  /**
   * Rewritten by each `score`: z of the heads of all parts that are clusters, one part after another. For K-means
   * centroids c that is x.c - |c|^2 / 2, largest for the nearest.
   */
  readonly affinities: Float32Array;
  readonly #maxChars: number;
  readonly #total: Uint32Array;
  #known = 0;
  readonly #score: BoundScorer["score"];
  readonly #runTo: BoundScorer["runTo"];

  /**
   * @param maxChars longest text read whole, in UTF-16 units, at least 2. Of a longer one the first and the last half
   * are read, so that a text of any length costs at most as much; a word that the cut goes through counts as the
   * piece that is left.
   */
  constructor(router: RouterHandle, maxChars: number) {
    const bound = addon.createScorer(router.handle, maxChars);
    this.scores = bound.scores;
    this.affinities = bound.affinities;
    this.#total = bound.total;
    this.#maxChars = maxChars;
    this.#score = bound.score;
    this.#runTo = bound.runTo;
  }

  /**
   * Writes the scores of a text.
   * @param embedding the router's `embeddingSize` numbers, where that is not 0.
   * @returns How many n-grams of the text are known, repetitions included; with 0 none of them has a part in the scores.
   * @throws TypeError unless `text` is a string, and if an embedding is needed and not there.
   */
  score(text: string, embedding?: Float32Array): number {
    this.#known = this.#score(shorten(text, this.#maxChars), embedding);
    return this.#known;
  }

  /** N-grams of the text that `score` read last that are known, repetitions included. */
  get known(): number {
    return this.#known;
  }

  /** N-grams of the text that `score` read last, known or not, repetitions included. */
  get total(): number {
    return this.#total[0]!;
  }

  /** Goes as far as `stages[stage]` and drops the result. */
  runTo(text: string, stage: number): number {
    return this.#runTo(shorten(text, this.#maxChars), stage);
  }
}

/** Scores many texts off the event loop. */
export class BatchScorer {
  readonly #maxChars: number;
  readonly #score: ScoreTexts;

  constructor(router: RouterHandle, maxChars: number) {
    this.#maxChars = maxChars;
    this.#score = addon.createBatchScorer(router.handle, maxChars);
  }

  /**
   * Texts are copied before it returns.
   * @param embeddings [texts x the router's `embeddingSize`], where that is not 0.
   */
  async score(texts: readonly string[], embeddings?: Float32Array): Promise<ScoredBatch> {
    const short = texts.map((text) => shorten(text, this.#maxChars));
    return (await this.#score(short, embeddings).promise)!;
  }
}

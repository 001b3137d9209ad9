import { native } from "./addon.js";
import type { RouterHandle } from "./router.js";
import { shorten } from "./scorer.js";

/**
 * What moved the scores of a text. The effect of a feature on a model is P(right) less what it would be without the
 * feature's part in z, the text's norm kept; exact for every kind of part.
 */
export interface TextEffects {
  /**
   * Distinct n-grams of the text that are known ("#" before those of characters), in text order; then words that
   * only the word vectors know.
   */
  readonly terms: readonly string[];
  /** [terms x models] */
  readonly effects: Float32Array;
  /** [surface features x models]: of how far each is from its mean over the training prompts. Empty without them. */
  readonly surface: Float32Array;
  /** N-grams of the text that are known, and all, repetitions included. */
  readonly known: number;
  readonly total: number;
  /** The nearest cluster of each part that is clusters, and its share of that part's P. */
  readonly clusters: readonly {
    readonly part: number;
    readonly cluster: number;
    readonly share: number;
  }[];
  /** Rows of the parts that are neighbours: those that vote, nearest first. */
  readonly neighbors: readonly {
    readonly part: number;
    readonly row: number;
    readonly cosine: number;
  }[];
}

const explain =
  native<(handle: unknown, text: string, embedding: Float32Array | undefined) => TextEffects>(
    "explain",
  );

/**
 * Not for the hot path: costs about as much as scoring the text once for each of its n-grams.
 * @param maxChars as the `Scorer` has it.
 * @param embedding the router's `embeddingSize` numbers, where that is not 0.
 * @throws TypeError unless `text` is a string, and if an embedding is needed and not there.
 */
export function explainText(
  router: RouterHandle,
  text: string,
  maxChars: number,
  embedding?: Float32Array,
): TextEffects {
  return explain(router.handle, shorten(text, maxChars), embedding);
}

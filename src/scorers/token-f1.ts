import { best, countOf, overlap, splitWords } from "./words.js";

/** ASCII punctuation, as Python's string.punctuation. */
const punctuation = /[!-/:-@[-`{-~]/g;
const articles = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

/** SQuAD's normalisation: lower case, no ASCII punctuation, no articles, one blank between words. */
export function normalizeAnswer(text: string): string {
  const bare = text.toLowerCase().replace(punctuation, "").replace(articles, " ");
  return splitWords(bare).join(" ");
}

/** 1 where the answer equals a reference after SQuAD's normalisation, else 0 (Rajpurkar et al., 2016). */
export function exactMatch(answer: string, references: readonly string[]): number {
  const normal = normalizeAnswer(answer);
  return best(references, (reference) => Number(normalizeAnswer(reference) === normal));
}

/**
 * SQuAD's F1 of the words that answer and reference share, 0..1, of the best reference; where one of them has no word
 * left, 1 if the other has none either (as in SQuAD 2.0), else 0.
 */
export function tokenF1(answer: string, references: readonly string[]): number {
  const words = splitWords(normalizeAnswer(answer));
  const counts = countOf(words);
  return best(references, (reference) => {
    const others = splitWords(normalizeAnswer(reference));
    if (words.length === 0 || others.length === 0) return Number(words.length === others.length);
    return (2 * overlap(counts, countOf(others))) / (words.length + others.length);
  });
}

import { l } from "js-rouge";
import { best } from "./words.js";

const options = {
  // The whole text is one sentence: sentence-level ROUGE-L, which ignores line breaks.
  segmenter: (text: string) => [text],
  tokenizer: (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [],
};

/**
 * ROUGE-L (Lin, 2004): F1 of the longest common subsequence of words, 0..1, of the best reference. Equal to `rougeL` of
 * Google's rouge_score without stemmer on ASCII text; that package drops all other letters, here they make words too.
 */
export function rougeL(answer: string, references: readonly string[]): number {
  return best(references, (reference) => {
    const empty = [answer, reference].some((text) => options.tokenizer(text).length === 0);
    return empty ? 0 : l(answer, reference, options);
  });
}

import { best, countOf, ngrams, overlap, splitWords } from "./words.js";

const orders = [1, 2, 3, 4, 5, 6];
/** Recall counts twice as much as precision. */
const beta = 2;

/**
 * chrF2 (Popović, 2015), 0..1, of the best reference: F score of the mean precision and recall of character n-grams up to
 * 6, blanks left out. Equal to sacreBLEU's sentence_chrf with its defaults, divided by 100.
 */
export function chrf(answer: string, references: readonly string[]): number {
  const own = gramsOf(answer);
  return best(references, (reference) => fScore(own, gramsOf(reference)));
}

type Grams = readonly { readonly counts: ReadonlyMap<string, number>; readonly total: number }[];

function gramsOf(text: string): Grams {
  const characters = [...splitWords(text).join("")];
  return orders.map((n) => {
    const grams = ngrams(characters, n, "");
    return { counts: countOf(grams), total: grams.length };
  });
}

/** Orders that one of the texts is too short for are left out. */
function fScore(own: Grams, others: Grams): number {
  let [precision, recall, used] = [0, 0, 0];
  own.forEach(({ counts, total }, at) => {
    const other = others[at]!;
    if (total === 0 || other.total === 0) return;
    const shared = overlap(counts, other.counts);
    precision += shared / total;
    recall += shared / other.total;
    used += 1;
  });
  if (precision + recall === 0) return 0;
  const [p, r] = [precision / used, recall / used];
  return ((1 + beta ** 2) * p * r) / (beta ** 2 * p + r);
}

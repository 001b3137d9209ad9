import { InvalidArgumentError } from "../errors.js";
import { countOf, ngrams, overlap, splitWords } from "./words.js";

const orders = [1, 2, 3, 4];

/** Counts that add up over sentences. */
interface Statistics {
  readonly length: number;
  readonly referenceLength: number;
  /** n-grams of each order that a reference has too, and all. */
  readonly correct: readonly number[];
  readonly total: readonly number[];
}

/**
 * BLEU (Papineni et al., 2002) of one answer against one or more references, 0..1; orders that the answer is too short
 * for are left out. Equal to sacreBLEU's sentence_bleu with its defaults (13a tokens, exponential smoothing, effective
 * order), divided by 100.
 */
export function sentenceBleu(answer: string, references: readonly string[]): number {
  return references.length === 0 ? 0 : bleuOf(statistics(answer, references), true);
}

/**
 * BLEU of many answers together, 0..1. Equal to sacreBLEU's corpus_bleu with its defaults, divided by 100.
 * @param references of each answer, one or more.
 */
export function corpusBleu(
  answers: readonly string[],
  references: readonly (readonly string[])[],
): number {
  if (answers.length !== references.length || references.some((own) => own.length === 0)) {
    const expected = `references of each of ${answers.length} answers`;
    throw InvalidArgumentError.of("references", expected, references);
  }
  const all = answers.map((answer, at) => statistics(answer, references[at]!));
  const sum = (value: (one: Statistics) => number) => all.reduce((s, one) => s + value(one), 0);
  return bleuOf(
    {
      length: sum((one) => one.length),
      referenceLength: sum((one) => one.referenceLength),
      correct: orders.map((_, at) => sum((one) => one.correct[at]!)),
      total: orders.map((_, at) => sum((one) => one.total[at]!)),
    },
    false,
  );
}

/** Tokens of mteval-v13a: punctuation apart, but not inside numbers. */
export function tokens13a(text: string): string[] {
  let line = text.trimEnd().replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ");
  const entities = { "&quot;": '"', "&amp;": "&", "&lt;": "<", "&gt;": ">" };
  for (const [entity, character] of Object.entries(entities))
    line = line.replaceAll(entity, character);
  return splitWords(
    ` ${line} `
      .replace(/([{-~[-` -&(-+:-@/])/g, " $1 ")
      .replace(/([^0-9])([.,])/gu, "$1 $2 ")
      .replace(/([.,])([^0-9])/gu, " $1 $2")
      .replace(/([0-9])(-)/g, "$1 $2 "),
  );
}

/** n-grams count as often as in the reference that has most; the length that counts is the nearest, the shorter of two. */
function statistics(answer: string, references: readonly string[]): Statistics {
  const own = tokens13a(answer);
  const others = references.map(tokens13a);
  const distance = (tokens: readonly string[]) => Math.abs(tokens.length - own.length);
  const nearest = others.reduce((a, b) => {
    const closer = distance(b) - distance(a) || b.length - a.length;
    return closer < 0 ? b : a;
  });
  const grams = orders.map((n) => ngrams(own, n, " "));
  const correct = orders.map((n, at) => {
    const most = new Map<string, number>();
    for (const tokens of others) {
      for (const [gram, count] of countOf(ngrams(tokens, n, " ")))
        most.set(gram, Math.max(count, most.get(gram) ?? 0));
    }
    return overlap(countOf(grams[at]!), most);
  });
  const total = grams.map((list) => list.length);
  return { length: own.length, referenceLength: nearest.length, correct, total };
}

/** The k-th order without a match counts as 1 / 2^k matches (Chen and Cherry, 2014, method 3). */
function bleuOf(
  { length, referenceLength, correct, total }: Statistics,
  effective: boolean,
): number {
  if (correct.every((count) => count === 0)) return 0;
  const used = effective ? total.filter((count) => count > 0).length : orders.length;
  let smoothing = 1;
  let logs = 0;
  for (let at = 0; at < used; at++) {
    if (total[at] === 0) return 0;
    if (correct[at] === 0) smoothing *= 2;
    logs += Math.log((correct[at] || 1 / smoothing) / total[at]!);
  }
  const brevity = length < referenceLength ? Math.exp(1 - referenceLength / length) : 1;
  return brevity * Math.exp(logs / used);
}

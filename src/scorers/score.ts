import type { Question, ScorerName } from "../types.js";
import { sentenceBleu } from "./bleu.js";
import { chrf } from "./chrf.js";
import { rougeL } from "./rouge-l.js";
import { exactMatch, tokenF1 } from "./token-f1.js";

/** Score in 0..1 of an answer against one or more references. */
export type Scorer = (answer: string, references: readonly string[]) => number;

export const scorers: Readonly<Record<Exclude<ScorerName, "judge">, Scorer>> = {
  exact: exactMatch,
  f1: tokenF1,
  "rouge-l": rougeL,
  chrf,
  bleu: sentenceBleu,
};

/** How a text question is scored: as it says, else by words shared with the reference, else by a judge. */
export function scorerOf({ scorer, gold }: Pick<Question, "scorer" | "gold">): ScorerName {
  return scorer ?? (gold === undefined ? "judge" : "f1");
}

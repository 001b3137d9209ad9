import { tokenF1 } from "../../scorers/token-f1.js";
import type { Answer } from "../votes.js";

/**
 * The answer that shares most words with the others (greatest mean F1, ties to the first): what a majority is among
 * free texts, which are seldom equal. Unusable answers do not count.
 * @returns null where no answer is usable.
 */
export function medoid(answers: readonly Answer[]): Answer {
  const usable = answers.filter((answer) => answer !== null);
  const likeness = usable.map((answer) =>
    usable.reduce((sum, other) => sum + (other === answer ? 1 : tokenF1(answer, [other])), 0),
  );
  return usable[likeness.indexOf(Math.max(...likeness))] ?? null;
}

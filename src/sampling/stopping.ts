import type { Answer } from "./votes.js";

export type StoppingRule = { kind: "all" } | { kind: "exact" } | { kind: "bayes"; error: number };
export function moreAnswers(answers: readonly Answer[], n: number, _rule: StoppingRule): number {
  return Math.max(0, n - answers.length);
}

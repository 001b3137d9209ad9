import { InvalidArgumentError } from "../errors.js";

/** An extracted answer; null where none could be extracted. */
export type Answer = string | null;

/** The paper's "at least 8 of 10", as a share. */
const strictShare = 0.8;

/**
 * The most frequent answer. Ties go to the one seen first. Unusable answers do not vote.
 * @returns null where no answer is usable.
 */
export function majorityVote(answers: readonly Answer[]): Answer {
  const counts = new Map<string, number>();
  for (const answer of answers) {
    if (answer !== null) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  let winner: Answer = null;
  let most = 0;
  for (const [answer, count] of counts) {
    if (count > most) {
      winner = answer;
      most = count;
    }
  }
  return winner;
}

/** Share of right answers, unusable ones counted as wrong. @throws InvalidArgumentError without answers. */
export function successRate(answers: readonly Answer[], gold: string): number {
  if (answers.length === 0)
    throw InvalidArgumentError.of("answers", "at least one answer", answers);
  return answers.filter((answer) => answer === gold).length / answers.length;
}

/** Whether at least 80 % of the answers are right. @throws InvalidArgumentError without answers. */
export function strict(answers: readonly Answer[], gold: string): boolean {
  return successRate(answers, gold) >= strictShare;
}

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

/** Whether at least 80 % of the answers are right. @param rate share of right answers, or mean score in 0..1. */
export function isStrict(rate: number): boolean {
  return rate >= strictShare;
}

import { InvalidArgumentError } from "../errors.js";
import type { Answer } from "./votes.js";

/**
 * When a question has been asked often enough. "all": after n answers. "exact": as soon as no further answer can
 * change the winner of the vote of n. "bayes": as soon as the winner changes with a probability of at most `error`.
 */
export type StoppingRule =
  | { readonly kind: "all" }
  | { readonly kind: "exact" }
  | { readonly kind: "bayes"; readonly error: number };

/** An answer that may still overtake the leader; `earlier`: seen before it, so that a tie is enough. */
interface Challenger {
  readonly count: number;
  readonly earlier: boolean;
}

interface Vote {
  /** Answers asked, those that do not vote included. */
  readonly asked: number;
  /** Answers to come before there are n. */
  readonly left: number;
  /** Votes of the leader; 0 while there is none. */
  readonly lead: number;
  /** The other answers seen. */
  readonly challengers: readonly Challenger[];
}

/** Prior weight of everything not seen yet, in answers. */
const unseenWeight = 1;
/** No answer that is still unseen is counted before the leader. */
const unseen: Challenger = { count: 0, earlier: false };

/**
 * How many answers to ask in the next round of a vote of n; 0 = the vote is over, and `majorityVote` of the answers
 * stands for that of all n. A round is the fewest answers after which the vote could be over. Depends on its
 * arguments only, so that a resumed run asks what an uninterrupted one would.
 * @throws InvalidArgumentError for an n or an error that is not usable.
 */
export function moreAnswers(answers: readonly Answer[], n: number, rule: StoppingRule): number {
  if (!Number.isInteger(n) || n < 1)
    throw InvalidArgumentError.of("n", "a whole number of at least 1", n);
  if (rule.kind === "bayes" && !(rule.error > 0 && rule.error < 1))
    throw InvalidArgumentError.of("error", "a number between 0 and 1", rule.error);
  if (answers.length >= n) return 0;
  const vote = count(answers, n);
  if (rule.kind === "all") return vote.left;
  const surely = fewestToDecide(vote);
  if (rule.kind === "exact") return surely;
  let round = 0;
  while (round < surely && changeProbability(grown(vote, round)) > rule.error) round++;
  return round;
}

function count(answers: readonly Answer[], n: number): Vote {
  const counts = new Map<string, number>();
  for (const answer of answers) {
    if (answer !== null) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  // In the order of first sight, as majorityVote breaks ties.
  const all = [...counts.values()];
  const lead = Math.max(0, ...all);
  const leader = all.indexOf(lead);
  const challengers = all
    .map((votes, place) => ({ count: votes, earlier: place < leader }))
    .filter((_, place) => place !== leader);
  return { asked: answers.length, left: n - answers.length, lead, challengers };
}

/** The vote after `more` answers that all agree with the leader, or with one another where there is none. */
function grown(vote: Vote, more: number): Vote {
  const { asked, left, lead } = vote;
  return { ...vote, asked: asked + more, left: left - more, lead: lead + more };
}

/**
 * An answer for the leader takes one away from those that are left and puts the mark one higher: it lowers by 2 what
 * the best challenger would have to spare if it got all that is left.
 */
function fewestToDecide({ left, lead, challengers }: Vote): number {
  const spare = [unseen, ...challengers].map(
    ({ count, earlier }) => count + (earlier ? 1 : 0) + left - lead,
  );
  return Math.max(0, Math.ceil(Math.max(...spare) / 2));
}

/**
 * An upper bound on the probability that the vote of n has another winner than the present leader: the sum of the
 * challengers' probabilities of overtaking it. Answers are taken as exchangeable, their shares as drawn from a
 * Dirichlet process with concentration 1 (Ferguson 1973), and all unseen answers as if they were one.
 */
function changeProbability(vote: Vote): number {
  let sum = 0;
  for (const challenger of vote.challengers)
    sum += overtaking(vote, challenger, challenger.count, unseenWeight);
  return sum + overtaking(vote, unseen, unseenWeight, 0);
}

/**
 * Of the answers left, a for the leader, b for the challenger and the others for neither are Dirichlet-multinomial:
 * P(a, b) = C(lead, a) C(weight, b) C(others, left - a - b) / C(asked + 1, left), with C(w, k) = w (w + 1) ...
 * (w + k - 1) / k!. This sums it over the a and b with which the challenger wins.
 */
function overtaking(vote: Vote, { count, earlier }: Challenger, weight: number, rest: number) {
  const { asked, left, lead } = vote;
  const forLeader = logRising(lead, left);
  const forChallenger = logRising(weight, left);
  const forOthers = logRising(asked - lead - count + rest, left);
  const total = logRising(asked + unseenWeight, left)[left]!;
  let sum = 0;
  for (let b = 0; b <= left; b++) {
    const most = Math.min(left - b, b + count - lead - (earlier ? 0 : 1));
    for (let a = 0; a <= most; a++)
      sum += Math.exp(forLeader[a]! + forChallenger[b]! + forOthers[left - a - b]! - total);
  }
  return sum;
}

/** log C(w, k) for k = 0 .. most; in logarithms, because these grow beyond what a double holds. */
function logRising(w: number, most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let k = 0; k < most; k++) logs[k + 1] = logs[k]! + Math.log((w + k) / (k + 1));
  return logs;
}

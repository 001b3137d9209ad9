import { InvalidArgumentError } from "../errors.js";
import type { Outcomes } from "../types.js";

/** Right answers and answers of each cell, [prompts x models]; 0 answers where they are not known one by one. */
export interface AnswerCounts {
  readonly successes: Float64Array;
  readonly trials: Float64Array;
}

/** Distribution of a model's success rates over prompts: Beta(alpha, beta). */
export interface BetaDistribution {
  readonly alpha: number;
  readonly beta: number;
}

/** Range of alpha + beta. At the upper end rates do not differ between prompts, at the lower all are 0 or 1. */
const [leastAlike, mostAlike] = [1e-3, 1e6];

/**
 * Counts the known marks of `answerMarks`; without them the answers, of which score * number are right where that is a
 * whole number. A cell with a mark other than 0 and 1 has no counts.
 */
export function answerCounts(outcomes: Outcomes): AnswerCounts {
  const size = outcomes.prompts.length * outcomes.models.length;
  const [successes, trials] = [new Float64Array(size), new Float64Array(size)];
  for (let cell = 0; cell < size; cell++) {
    const [right, all] = countCell(outcomes, cell) ?? [0, 0];
    successes[cell] = right;
    trials[cell] = all;
  }
  return { successes, trials };
}

function countCell(
  { models, scores, answers, answerMarks }: Outcomes,
  cell: number,
): [right: number, all: number] | undefined {
  const [row, model] = [Math.floor(cell / models.length), cell % models.length];
  const marks = answerMarks?.[row]?.[model];
  if (marks !== undefined) {
    const known = marks.filter((mark) => mark !== null);
    const right = known.filter((mark) => mark === 1).length;
    return known.every((mark) => mark === 0 || mark === 1) ? [right, known.length] : undefined;
  }
  const all = answers?.[row]?.[model]?.length ?? 0;
  const right = Math.round(scores[cell]! * all);
  // Scores are of single precision.
  return Math.abs(scores[cell]! * all - right) < 1e-5 * all ? [right, all] : undefined;
}

/**
 * Beta-binomial distribution of most likelihood (Griffiths, Biometrics 1973). For each alpha + beta the best mean is
 * found by bisection, for the likelihood is concave in it; alpha + beta by golden sections of its logarithm.
 * @param successes right answers of each prompt. @param trials answers of each prompt; 0 = left out.
 * @returns undefined where no prompt has two answers, for then rates that differ between prompts and rates that do not
 * look the same.
 */
export function fitBetaBinomial(
  successes: ArrayLike<number>,
  trials: ArrayLike<number>,
): BetaDistribution | undefined {
  const right = Array.from(successes);
  const all = Array.from(trials);
  if (
    right.length !== all.length ||
    right.some((count, at) => !(count >= 0 && count <= all[at]!))
  ) {
    throw InvalidArgumentError.of("successes", "at most as many as trials, each", successes);
  }
  if (!all.some((count) => count >= 2)) return undefined;
  const counts: Counts = {
    right: countsAbove(right),
    wrong: countsAbove(all.map((count, at) => count - right[at]!)),
    all: countsAbove(all),
  };
  const loss = (logTotal: number) => -likelihood(counts, bestOfTotal(counts, Math.exp(logTotal)));
  return bestOfTotal(
    counts,
    Math.exp(goldenSection(loss, Math.log(leastAlike), Math.log(mostAlike))),
  );
}

/**
 * Success rates to train on: where a model's answers were marked one by one, the mean of the rate given them,
 * (right + alpha) / (answers + alpha + beta), so that 3 of 3 counts for less than 20 of 20. Alpha and beta are fitted
 * for each model over all its prompts; give training rows. Other cells keep their score, and so do the cells of a
 * model that has no prompt with two answers.
 * @returns [prompts x models]
 */
export function shrunkenRates(outcomes: Outcomes): Float32Array {
  const { successes, trials } = answerCounts(outcomes);
  const width = outcomes.models.length;
  const priors = outcomes.models.map((_, model) => {
    const own = (_: number, cell: number) => cell % width === model;
    return fitBetaBinomial(successes.filter(own), trials.filter(own));
  });
  return outcomes.scores.map((score, cell) => {
    const prior = priors[cell % width];
    if (prior === undefined || trials[cell] === 0 || Number.isNaN(score)) return score;
    const { alpha, beta } = prior;
    return (successes[cell]! + alpha) / (trials[cell]! + alpha + beta);
  });
}

/** Entry j of each: on how many prompts the count exceeds j. */
interface Counts {
  readonly right: Float64Array;
  readonly wrong: Float64Array;
  readonly all: Float64Array;
}

function countsAbove(values: readonly number[]): Float64Array {
  const above = new Float64Array(values.reduce((most, value) => Math.max(most, value), 0));
  for (const value of values) for (let j = 0; j < value; j++) above[j]! += 1;
  return above;
}

/** Logarithm of prod (alpha)_right (beta)_wrong / (alpha + beta)_all, rising factorials written out. */
function likelihood({ right, wrong, all }: Counts, { alpha, beta }: BetaDistribution): number {
  const logs = (above: Float64Array, x: number) =>
    above.reduce((sum, count, j) => sum + count * Math.log(x + j), 0);
  return logs(right, alpha) + logs(wrong, beta) - logs(all, alpha + beta);
}

function bestOfTotal({ right, wrong }: Counts, total: number): BetaDistribution {
  const slope = (above: Float64Array, x: number) =>
    above.reduce((sum, count, j) => sum + count / (x + j), 0);
  let [low, high] = [1e-9, 1 - 1e-9];
  for (let step = 0; step < 50; step++) {
    const mean = (low + high) / 2;
    if (slope(right, mean * total) > slope(wrong, (1 - mean) * total)) low = mean;
    else high = mean;
  }
  const mean = (low + high) / 2;
  return { alpha: mean * total, beta: (1 - mean) * total };
}

/** Minimum of a function with one valley. */
function goldenSection(of: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [atLeft, atRight] = [of(left), of(right)];
  while (high - low > 1e-7) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - ratio * (high - low);
      atLeft = of(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + ratio * (high - low);
      atRight = of(right);
    }
  }
  return (low + high) / 2;
}

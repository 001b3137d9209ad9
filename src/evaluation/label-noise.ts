import { groupPrompts } from "../datasets/near-duplicates.js";
import { type AnswerCounts, answerCounts, fitBetaBinomial } from "../datasets/success-rates.js";
import { InvalidArgumentError } from "../errors.js";
import type { Outcomes } from "../types.js";
import { type OracleFigures, oracleFigures } from "./sample-oracles.js";
import { detectableGain, pairedDifference } from "./statistics.js";
import { singleMarks } from "./yardsticks.js";

/** How sure one model's labels are. */
export interface ModelNoise {
  readonly model: string;
  /** Mean success rate. */
  readonly rate: number;
  /** Answers of a prompt, on average, that were marked one by one. */
  readonly answers: number;
  /** Beta distribution of the rates over prompts. Absent where no prompt has two answers. */
  readonly alpha?: number;
  readonly beta?: number;
  /** Share of the variance of observed rates that is between prompts, not luck: k / (k + alpha + beta), 0..1. */
  readonly reliability?: number;
}

/** What would tell the two best models apart: 80 % power of a two-sided 5 % test. */
export interface RankingPower {
  readonly first: string;
  readonly second: string;
  /** Mean success rate of the first less that of the second; 95 % interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Smallest difference that these prompts and answers find. */
  readonly detectable: number;
  /** Prompts needed for the difference seen, with as many answers each. Infinity where there is none. */
  readonly prompts: number;
  /** Answers of a prompt needed with these prompts. Infinity where no number is enough; absent without several answers. */
  readonly answers?: number;
}

export interface LabelNoise {
  readonly models: readonly ModelNoise[];
  readonly oracle: OracleFigures;
  /**
   * Participation ratio (sum of eigenvalues)^2 / sum of their squares of the correlation matrix of errors: the number
   * of models with independent errors that would spread as much. From 1 (all err alike) to the number of models.
   */
  readonly effectivePoolSize: number;
  /** Absent with one model. */
  readonly ranking?: RankingPower;
}

/**
 * How much of the labels is luck. @param seed of the halves of the split oracle.
 * @throws InvalidArgumentError where there is no prompt.
 */
export function labelNoise(outcomes: Outcomes, seed: number): LabelNoise {
  if (outcomes.prompts.length === 0) {
    throw InvalidArgumentError.of("outcomes", "at least one prompt", "none");
  }
  const counts = answerCounts(outcomes);
  const models = outcomes.models.map((_, model) => modelNoise(outcomes, counts, model));
  const ranking = outcomes.models.length > 1 ? rankingPower(outcomes, counts, models) : undefined;
  return {
    models,
    oracle: oracleFigures(outcomes, seed),
    effectivePoolSize: effectivePoolSize(outcomes),
    ...(ranking && { ranking }),
  };
}

/**
 * Participation ratio of the error correlations over the prompts that both models of a pair know. A model that is
 * always right or always wrong has no correlation and is left out.
 */
export function effectivePoolSize({ models, marks }: Pick<Outcomes, "models" | "marks">): number {
  const columns = models.map((_, model) => singleMarks({ models, marks }, model));
  const varied = columns.filter((column) => !Number.isNaN(correlation(column, column)));
  // The trace of a correlation matrix is its size; its squared eigenvalues sum to its squared entries.
  const squares = varied.flatMap((a) =>
    varied.map((b) => {
      const r = correlation(a, b);
      return Number.isNaN(r) ? 0 : r ** 2;
    }),
  );
  return varied.length === 0 ? 1 : varied.length ** 2 / squares.reduce((sum, r) => sum + r, 0);
}

function modelNoise(outcomes: Outcomes, counts: AnswerCounts, model: number): ModelNoise {
  const width = outcomes.models.length;
  const own = (_: number, cell: number) => cell % width === model;
  const trials = counts.trials.filter(own);
  const marked = trials.filter((count) => count > 0);
  const answers = marked.length > 0 ? mean(marked) : 0;
  const prior = fitBetaBinomial(counts.successes.filter(own), trials);
  return {
    model: outcomes.models[model]!,
    rate: mean(outcomes.scores.filter((score, cell) => own(score, cell) && !Number.isNaN(score))),
    answers,
    ...(prior && { ...prior, reliability: answers / (answers + prior.alpha + prior.beta) }),
  };
}

function rankingPower(
  outcomes: Outcomes,
  counts: AnswerCounts,
  noise: readonly ModelNoise[],
): RankingPower {
  const { models, scores, prompts } = outcomes;
  const ranked = [...models.keys()].sort((a, b) => (noise[b]!.rate || 0) - (noise[a]!.rate || 0));
  const [first, second] = [ranked[0]!, ranked[1]!];
  const of = (model: number) => singleMarks({ models, marks: scores }, model);
  const groups = groupPrompts(prompts);
  const { mean: difference, low, high } = pairedDifference(of(first), of(second), groups);
  const detectable = detectableGain(of(first), of(second), groups);
  const luck = sampling(counts, first, models.length) + sampling(counts, second, models.length);
  const answers = answersNeeded(difference, detectable, luck, noise[first]!.answers);
  return {
    first: models[first]!,
    second: models[second]!,
    difference,
    low,
    high,
    detectable,
    prompts: Math.ceil(prompts.length * (detectable / difference) ** 2),
    ...(luck > 0 && { answers }),
  };
}

/** Squared standard error of a model's mean rate that more answers of the same prompts would take away. */
function sampling({ successes, trials }: AnswerCounts, model: number, width: number): number {
  let [sum, count] = [0, 0];
  for (let cell = model; cell < trials.length; cell += width) {
    const n = trials[cell]!;
    if (n < 2) continue;
    const rate = successes[cell]! / n;
    sum += (rate * (1 - rate)) / (n - 1);
    count += 1;
  }
  return count > 0 ? sum / count ** 2 : 0;
}

/** The detectable difference in units of its standard error, squared: (z_0.975 + z_0.8)^2. */
const powerSquared = 2.8015852 ** 2;

function answersNeeded(difference: number, detectable: number, luck: number, answers: number) {
  const wanted = difference ** 2 / powerSquared;
  const between = Math.max(0, detectable ** 2 / powerSquared - luck);
  return wanted > between
    ? Math.ceil((answers * luck) / (wanted - between))
    : Number.POSITIVE_INFINITY;
}

/** Pearson's, over the rows known to both; NaN where one does not vary. */
function correlation(a: Float64Array, b: Float64Array): number {
  const rows = [...a.keys()].filter((row) => !Number.isNaN(a[row]! + b[row]!));
  const [meanA, meanB] = [a, b].map((column) => mean(rows.map((row) => column[row]!)));
  let [both, squaresA, squaresB] = [0, 0, 0];
  for (const row of rows) {
    const [x, y] = [a[row]! - meanA!, b[row]! - meanB!];
    both += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return both / Math.sqrt(squaresA * squaresB);
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]!;
  return sum / values.length;
}

import { answerCounts, shrunkenRates } from "../datasets/success-rates.js";
import { random, shuffle } from "../random.js";
import type { Outcomes } from "../types.js";
import { expectedOracleMarks, oracleMarks } from "./yardsticks.js";

/** What always asking the model that is best for the prompt would be worth. Means over prompts, 0..1. */
export interface OracleFigures {
  /** Some model's mark is 1: with votes of k answers, a vote of the best model. */
  readonly hard: number;
  /** Highest observed success rate: one answer of the best model, too high by the luck of the rates. */
  readonly expected: number;
  /**
   * Highest rate after shrinkage by the beta-binomial: what one more answer is worth of the model that looks best by
   * the answers seen. Knowledge of the rates themselves would choose better: the truth lies between this and
   * `expected`. Absent without several answers.
   */
  readonly shrunken?: number;
  /**
   * The best model by half of the answers, judged by the other half: also too low, but without any assumption of how
   * rates are distributed. Absent without two answers of a model.
   */
  readonly split?: number;
}

/** @param seed of the halves. */
export function oracleFigures(outcomes: Outcomes, seed: number): OracleFigures {
  const shrunken = shrunkenOracle(outcomes);
  const split = splitOracle(outcomes, seed);
  return {
    hard: meanOfKnown(oracleMarks(outcomes)),
    expected: meanOfKnown(expectedOracleMarks(outcomes)),
    ...(shrunken !== undefined && { shrunken }),
    ...(split !== undefined && { split }),
  };
}

function shrunkenOracle(outcomes: Outcomes): number | undefined {
  if (!answerCounts(outcomes).trials.some((count) => count >= 2)) return undefined;
  return meanOfKnown(oracleMarks({ models: outcomes.models, marks: shrunkenRates(outcomes) }));
}

function splitOracle(outcomes: Outcomes, seed: number): number | undefined {
  const { successes, trials } = answerCounts(outcomes);
  const width = outcomes.models.length;
  const source = random(seed);
  const figures = outcomes.prompts.flatMap((_, row) => {
    const halves = outcomes.models.flatMap((_, model) => {
      const [right, all] = [successes[row * width + model]!, trials[row * width + model]!];
      const marks = shuffle(
        Array.from({ length: all }, (_, at) => Number(at < right)),
        source,
      );
      const half = Math.floor(all / 2);
      return half > 0 ? [[mean(marks.slice(0, half)), mean(marks.slice(half))] as const] : [];
    });
    // Each half chooses once.
    return halves.length > 0 ? [(chosen(halves, 0, 1) + chosen(halves, 1, 0)) / 2] : [];
  });
  return figures.length > 0 ? mean(figures) : undefined;
}

/** Mean of what the models that are best by one half achieve in the other. */
function chosen(halves: readonly (readonly [number, number])[], by: 0 | 1, judge: 0 | 1): number {
  const most = Math.max(...halves.map((half) => half[by]));
  return mean(halves.filter((half) => half[by] === most).map((half) => half[judge]));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanOfKnown(values: Float64Array): number {
  return mean([...values].filter((value) => !Number.isNaN(value)));
}

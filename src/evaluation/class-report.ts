import { InvalidArgumentError } from "../errors.js";
import type { Outcomes } from "../types.js";

/** How well one label is predicted. Shares 0..1; 0 where there is nothing to divide by. */
export interface ClassScores {
  /** Of the prompts that the model is said to answer right: share that it does. */
  readonly precision: number;
  /** Of the prompts that the model answers right: share that is said so. */
  readonly recall: number;
  /** Harmonic mean of the two. */
  readonly f1: number;
  /** Prompts that the model answers right. */
  readonly support: number;
}

/** scikit-learn's classification_report of a multi-label problem; each model of the pool is a label. */
export interface ClassReport {
  /** In pool order. */
  readonly models: readonly ClassScores[];
  /** All cells counted together. */
  readonly micro: ClassScores;
  /** Plain mean over the models. */
  readonly macro: ClassScores;
  /** Mean over the models, weighted by support. */
  readonly weighted: ClassScores;
}

interface Counts {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
}

/**
 * Precision, recall and F1 of the hard labels P >= 0.5. A mark of at least 0.5 is right; unknown cells are left out.
 * @param probabilities [rows x models].
 * @throws InvalidArgumentError where there are not as many probabilities as marks.
 */
export function classReport(
  { models, marks }: Pick<Outcomes, "models" | "marks">,
  probabilities: Float32Array,
): ClassReport {
  if (probabilities.length !== marks.length) {
    const expected = `${marks.length} numbers (prompts x models)`;
    throw InvalidArgumentError.of("probabilities", expected, probabilities.length);
  }
  const counts = models.map((_, model) => countColumn(marks, probabilities, model, models.length));
  const scores = counts.map(scoresOf);
  const support = scores.reduce((sum, one) => sum + one.support, 0);
  return {
    models: scores,
    micro: scoresOf(counts.reduce(add)),
    macro: average(scores, () => 1 / models.length, support),
    weighted: average(scores, (one) => one.support / Math.max(1, support), support),
  };
}

function countColumn(
  marks: Float32Array,
  probabilities: Float32Array,
  model: number,
  width: number,
): Counts {
  let [truePositive, falsePositive, falseNegative] = [0, 0, 0];
  for (let cell = model; cell < marks.length; cell += width) {
    if (Number.isNaN(marks[cell]!)) continue;
    const right = marks[cell]! >= 0.5;
    const said = probabilities[cell]! >= 0.5;
    truePositive += Number(right && said);
    falsePositive += Number(!right && said);
    falseNegative += Number(right && !said);
  }
  return { truePositive, falsePositive, falseNegative };
}

function add(a: Counts, b: Counts): Counts {
  return {
    truePositive: a.truePositive + b.truePositive,
    falsePositive: a.falsePositive + b.falsePositive,
    falseNegative: a.falseNegative + b.falseNegative,
  };
}

function scoresOf({ truePositive, falsePositive, falseNegative }: Counts): ClassScores {
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
  return {
    precision: share(truePositive, truePositive + falsePositive),
    recall: share(truePositive, truePositive + falseNegative),
    f1: share(2 * truePositive, 2 * truePositive + falsePositive + falseNegative),
    support: truePositive + falseNegative,
  };
}

function average(
  scores: readonly ClassScores[],
  weight: (of: ClassScores) => number,
  support: number,
): ClassScores {
  const mean = (field: "precision" | "recall" | "f1") =>
    scores.reduce((sum, one) => sum + weight(one) * one[field], 0);
  return { precision: mean("precision"), recall: mean("recall"), f1: mean("f1"), support };
}

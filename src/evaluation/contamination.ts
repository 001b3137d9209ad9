import type { Outcomes } from "../types.js";

/** How one model does on the training questions beside clean ones of the same kind. */
export interface ContaminationVerdict {
  readonly model: string;
  /** Mean success rates. */
  readonly train: number;
  readonly clean: number;
  /** (train - clean) / its standard error. */
  readonly z: number;
  /** z > 3: the model has probably been tuned on the training questions. */
  readonly contaminated: boolean;
}

/** Standard errors by which success on training questions may exceed success on clean ones. */
const threshold = 3;

/**
 * Contamination alarm: a model tuned on the training questions is much better there than on clean questions, and a
 * router that believes those labels sends it everything (the paper's MetaMath: 92.3 % on GSM8K train, 67.2 % on test).
 * @param train outcomes on the questions that labels are taken from.
 * @param clean outcomes of the same models on questions of the same kind that no model was tuned on.
 */
export function contaminationVerdicts(train: Outcomes, clean: Outcomes): ContaminationVerdict[] {
  return train.models.map((model, column) => {
    const a = moments(train, column);
    const b = moments(clean, clean.models.indexOf(model));
    const error = Math.sqrt(a.variance / a.count + b.variance / b.count);
    const z = error > 0 ? (a.mean - b.mean) / error : 0;
    return { model, train: a.mean, clean: b.mean, z, contaminated: z > threshold };
  });
}

/** The same outcomes with the labels that contaminated models have on one split unknown. */
export function withoutContaminated(
  outcomes: Outcomes,
  verdicts: readonly ContaminationVerdict[],
  split: string,
): Outcomes {
  const { models, splits } = outcomes;
  const flagged = models.map((model) => verdicts.some((v) => v.model === model && v.contaminated));
  const hide = (matrix: Float32Array) =>
    matrix.map((value, cell) => {
      const hidden =
        flagged[cell % models.length] && splits[Math.floor(cell / models.length)] === split;
      return hidden ? Number.NaN : value;
    });
  return { ...outcomes, scores: hide(outcomes.scores), marks: hide(outcomes.marks) };
}

function moments({ scores, models }: Outcomes, column: number) {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let cell = column; cell < scores.length && column >= 0; cell += models.length) {
    const score = scores[cell]!;
    if (Number.isNaN(score)) continue;
    count++;
    sum += score;
    squares += score * score;
  }
  const mean = sum / count;
  return { count, mean, variance: (squares - count * mean * mean) / Math.max(1, count - 1) };
}

import { InvalidArgumentError } from "../errors.js";
import { fitLeastSquares } from "../native/least-squares.js";
import type { Policy } from "./policy.js";

/** What the Prediction policies learn. */
export interface Prediction {
  /** Linear regression from the scores to the score of the first model that is right: [models] and a constant. */
  readonly weights: Float64Array;
  readonly bias: number;
  /** Models in the order in which "first" is meant. */
  readonly order: readonly number[];
}

export interface FitPredictionOptions {
  /** Sorted Prediction: models in ascending order of how often they are right, instead of their own. Default false. */
  readonly sorted?: boolean;
}

/** The target where no model is right. */
const none = 0.5;

/**
 * Fits the paper's Prediction and Sorted Prediction (section 4), as they are described there.
 * @param P scores of training prompts by an estimator that was not fitted on them, [prompts x models].
 * @param marks 1 = right, 0 = wrong, graded from 0.5 on as right; NaN = unknown, not right. [prompts x models]
 */
export async function fitPrediction(
  P: Float32Array,
  marks: Float32Array,
  models: number,
  { sorted = false }: FitPredictionOptions = {},
): Promise<Prediction> {
  if (P.length !== marks.length || P.length === 0) {
    throw InvalidArgumentError.of("P", `a length of ${marks.length}, above 0,`, P.length);
  }
  const isRight = (row: number, model: number) => marks[row * models + model]! >= 0.5;
  const rows = P.length / models;
  const order = Array.from({ length: models }, (_, model) => model);
  if (sorted) {
    const counts = order.map((model) =>
      marks.reduce((n, mark, cell) => n + Number(cell % models === model && mark >= 0.5), 0),
    );
    order.sort((a, b) => counts[a]! - counts[b]! || a - b);
  }
  const targets = Float64Array.from({ length: rows }, (_, row) => {
    const first = order.find((model) => isRight(row, model));
    return first === undefined ? none : P[row * models + first]!;
  });
  const { weights, bias } = await fitLeastSquares(Float64Array.from(P), models, targets, 1);
  return { weights, bias: bias[0]!, order };
}

/** Chooses the model whose score is nearest to the predicted one; the first in `order` of equally near ones. */
export function predictionPolicy({ weights, bias, order }: Prediction): Policy {
  return (scores) => {
    const predicted = scores.reduce((sum, score, model) => sum + score * weights[model]!, bias);
    const distance = (model: number) => Math.abs(scores[model]! - predicted);
    return order.reduce((best, model) => (distance(model) < distance(best) ? model : best));
  };
}

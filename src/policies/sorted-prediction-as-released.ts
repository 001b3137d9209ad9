import { argMax } from "./argmax.js";
import type { Policy } from "./policy.js";
import type { Prediction } from "./prediction.js";

/**
 * Sorted Prediction as the paper's released code has it: scores are put in the order of how often models are right,
 * the predicted one is taken off all of them, and the place of the largest rest in that order is read as the number of
 * a model in the other one. The model that answers has in general nothing to do with the score.
 */
export function sortedPredictionAsReleased({ weights, bias, order }: Prediction): Policy {
  return (scores) => {
    const predicted = scores.reduce((sum, score, model) => sum + score * weights[model]!, bias);
    return argMax(Float32Array.from(order, (model) => scores[model]! - predicted));
  };
}

import { argMax } from "./argmax.js";
import type { Policy } from "./policy.js";
import type { Prediction } from "./prediction.js";

/**
 * Prediction as the paper's released code has it: the predicted score is taken off all scores, without their distance,
 * and the largest rest wins. One number less for all changes no order, so this is ArgMax.
 */
export function predictionAsReleased({ weights, bias }: Prediction): Policy {
  return (scores) => {
    const predicted = scores.reduce((sum, score, model) => sum + score * weights[model]!, bias);
    return argMax(scores.map((score) => score - predicted));
  };
}

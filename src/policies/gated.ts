import type { Policy } from "./policy.js";

export interface Gate {
  /** Index of the best single model on the training data. */
  readonly best: number;
  /** How much more than the best one's a model's score must be, [models]; Infinity = never chosen. */
  readonly thresholds: readonly number[];
}

/** Do no harm: leaves the best single model only for one whose score clears its threshold; the highest of those. */
export function gated({ best, thresholds }: Gate): Policy {
  return (scores) => {
    let chosen = best;
    for (let model = 0; model < scores.length; model++) {
      if (!(scores[model]! - scores[best]! > thresholds[model]!)) continue;
      if (scores[model]! > scores[chosen]!) chosen = model;
    }
    return chosen;
  };
}

import { InvalidArgumentError } from "../errors.js";
import type { Policy } from "./policy.js";

export interface UtilityOptions {
  /** What a second of waiting costs, in right answers. Default 0. */
  readonly lambda?: number;
  /** What a unit of price costs, in right answers. Default 0. */
  readonly mu?: number;
  /** Seconds of one answer, [models]. Default 0 each. */
  readonly seconds?: ArrayLike<number>;
  /** Price of one answer, [models]. Default 0 each. */
  readonly prices?: ArrayLike<number>;
}

/**
 * The model of the highest P(right) - lambda * seconds - mu * price.
 * @throws InvalidArgumentError for a cost that is not known or below 0.
 */
export function utility({ lambda = 0, mu = 0, seconds = [], prices = [] }: UtilityOptions): Policy {
  for (const [name, costs] of Object.entries({ lambda: [lambda], mu: [mu], seconds, prices })) {
    for (const cost of Array.from(costs)) {
      if (cost >= 0 && Number.isFinite(cost)) continue;
      throw InvalidArgumentError.of(name, "numbers of at least 0", cost);
    }
  }
  const costs = Array.from(
    { length: Math.max(seconds.length, prices.length) },
    (_, model) => lambda * (seconds[model] ?? 0) + mu * (prices[model] ?? 0),
  );
  return (scores) => {
    let best = 0;
    for (let model = 1; model < scores.length; model++) {
      const gain = scores[model]! - scores[best]!;
      if (gain > (costs[model] ?? 0) - (costs[best] ?? 0)) best = model;
    }
    return best;
  };
}

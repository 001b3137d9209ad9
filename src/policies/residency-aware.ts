import { InvalidArgumentError } from "../errors.js";
import type { ModelLoad } from "../types.js";
import type { Policy } from "./policy.js";

export interface ResidencyAwareOptions {
  /** What a second of waiting costs, in right answers. */
  readonly lambda: number;
  /** What stands between a request and its answer, in the order of the scores; read anew at each call. */
  readonly load: Pick<
    ModelLoad,
    | "loaded"
    | "loadSeconds"
    | "requestsPerLoad"
    | "waiting"
    | "inFlight"
    | "sequences"
    | "answerSeconds"
  >;
  /** What a unit of price costs, in right answers. Default 0. */
  readonly mu?: number;
  /** Price of one answer, [models]. Default 0 each. */
  readonly prices?: ArrayLike<number>;
}

/**
 * The model of the highest P(right) - lambda * seconds - mu * price, the first of equal ones. Seconds to be expected are
 * those of loading, where the model is not in memory, shared among the requests that one load serves, of the requests in
 * front, and of the answer itself.
 * @throws InvalidArgumentError for a cost that is not known or below 0.
 */
export function residencyAware(options: ResidencyAwareOptions): Policy {
  const { lambda, load, mu = 0, prices = [] } = options;
  for (const [name, costs] of Object.entries({ lambda: [lambda], mu: [mu], prices })) {
    for (const cost of Array.from(costs)) {
      if (cost >= 0 && Number.isFinite(cost)) continue;
      throw InvalidArgumentError.of(name, "numbers of at least 0", cost);
    }
  }
  return (scores) => {
    let best = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let model = 0; model < scores.length; model++) {
      const seconds = expectedSeconds(load, model);
      const worth = scores[model]! - lambda * seconds - mu * (prices[model] ?? 0);
      if (worth > highest) {
        best = model;
        highest = worth;
      }
    }
    return best;
  };
}

/** Requests in front are answered `sequences` at a time; a model that has a free place begins at once. */
function expectedSeconds(load: ResidencyAwareOptions["load"], model: number): number {
  const inFront = load.waiting[model]! + load.inFlight[model]!;
  const rounds = Math.floor(inFront / load.sequences[model]!);
  const swap =
    load.loaded[model] === 1 ? 0 : load.loadSeconds[model]! / load.requestsPerLoad[model]!;
  return swap + (rounds + 1) * load.answerSeconds[model]!;
}

import type { Outcomes } from "../types.js";
import { ballotsOf } from "./ballots.js";
import { fitVoteModel, planFor } from "./fit.js";
import type { Plan } from "./plan.js";
import { replayPlan } from "./replay.js";
import type { VoteWeightsOptions } from "./weights.js";

/** What a budget buys on prompts that nothing was fitted on. */
export interface CurvePoint {
  /** Mean answers a prompt that were allowed. */
  readonly budget: number;
  readonly plan: Plan;
  /** Mean answers a prompt that were used. */
  readonly answers: number;
  /** Mean mark over the prompts where it is known. */
  readonly accuracy: number;
  /** Of each test prompt; NaN = not known. */
  readonly marks: Float64Array;
  readonly used: Float64Array;
}

/**
 * Accuracy by answers: weights and plans are fitted on `train` alone and replayed on `test`.
 * @param test same models as `train`, in the same order.
 * @throws as `fitVoteModel` and `planFor`.
 */
export function budgetCurve(
  train: Outcomes,
  test: Outcomes,
  budgets: readonly number[],
  options: VoteWeightsOptions = {},
): CurvePoint[] {
  const model = fitVoteModel(train, options);
  const ballots = ballotsOf(test);
  return budgets.map((budget) => {
    const plan = planFor(model, { budget });
    const replays = ballots.map((ballot) => replayPlan(plan, ballot, test.models));
    const marks = Float64Array.from(replays, ({ mark }) => mark);
    const used = Float64Array.from(replays, (replay) => replay.used);
    const known = marks.filter((mark) => !Number.isNaN(mark));
    return { budget, plan, answers: mean(used), accuracy: mean(known), marks, used };
  });
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

import { NoLabelsError } from "../errors.js";
import type { Outcomes } from "../types.js";
import { ballotsOf } from "../voting/ballots.js";
import { fitVoteModel, planFor, type VoteModel } from "../voting/fit.js";
import type { Plan } from "../voting/plan.js";
import { costOf, replayPlan } from "../voting/replay.js";
import type { FittedVoter } from "./judge.js";

/** Mean answers a prompt that a plan may use; each has a row. */
const budgets = [1, 3, 5, 9, Number.POSITIVE_INFINITY];

/**
 * What plans come to for some budgets, weights and plans fitted on `train` alone. None where no answers were kept, or no
 * prompt has both a right and a wrong one.
 */
export function fitPlans(train: Outcomes, seed: number): FittedVoter[] {
  if (train.answers === undefined) return [];
  let model: VoteModel;
  try {
    model = fitVoteModel(train, { seed });
  } catch (error) {
    if (error instanceof NoLabelsError) return [];
    throw error;
  }
  return budgets.map((budget) => {
    const name = Number.isFinite(budget)
      ? `plan, <= ${budget} answer${budget === 1 ? "" : "s"}`
      : "plan, any number of answers";
    return planVoter(name, planFor(model, { budget }));
  });
}

function planVoter(name: string, plan: Plan): FittedVoter {
  return {
    name,
    kind: "plan",
    vote(test) {
      const replays = ballotsOf(test).map((ballot) => replayPlan(plan, ballot, test.models));
      const cost = (perAnswer: Float32Array | undefined) =>
        perAnswer &&
        Float64Array.from(replays, (replay, row) => costOf(replay, test, perAnswer, row));
      return {
        marks: Float64Array.from(replays, ({ mark }) => mark),
        answers: Float64Array.from(replays, ({ used }) => used),
        seconds: cost(test.seconds),
        prices: cost(test.prices),
      };
    },
  };
}

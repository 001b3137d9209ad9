/** Votes: several answers to a prompt, of one model or of several, made one. */

export type { Ballot } from "./ballots.js";
export { ballotsOf } from "./ballots.js";
export { checkVoteModel, checkVoteWeights } from "./check.js";
export type { CurvePoint } from "./curve.js";
export { budgetCurve } from "./curve.js";
export type { PlanForOptions, PricedPlan, VoteModel } from "./fit.js";
export { fitVoteModel, planFor } from "./fit.js";
export type { Ask, Plan } from "./plan.js";
export { mostAnswers } from "./plan.js";
export type { Replay } from "./replay.js";
export { costOf, replayPlan } from "./replay.js";
export type { AskModel, RunPlanOptions, Verdict } from "./run.js";
export { runPlan } from "./run.js";
export { VoteTally } from "./tally.js";
export type { VoteWeights, VoteWeightsOptions } from "./weights.js";
export { fitVoteWeights } from "./weights.js";

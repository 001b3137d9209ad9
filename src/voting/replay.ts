import type { Outcomes } from "../types.js";
import type { Ballot } from "./ballots.js";
import type { Plan } from "./plan.js";
import { Poll } from "./poll.js";

/** What a plan would have come to on recorded answers. */
export interface Replay {
  /** Mark of the winner; 0 without a usable answer, NaN where the mark of the winner is not known. */
  readonly mark: number;
  /** Answers used. */
  readonly used: number;
  /** Answers used of each model; a model that was not asked is not there. */
  readonly usedOf: ReadonlyMap<string, number>;
}

/**
 * Carries out a plan on recorded answers. Answers that were not recorded are neither used nor counted.
 * @param models the columns of the ballot.
 */
export function replayPlan(plan: Plan, ballot: Ballot, models: readonly string[]): Replay {
  const poll = new Poll(plan);
  const usedOf = new Map<string, number>();
  for (let ask = poll.next; ask !== undefined; ask = poll.next) {
    const recorded = ballot.answers[models.indexOf(ask.model)] ?? [];
    const answers = ask.slots.map((slot) => recorded[slot]);
    const known = answers.filter((answer) => answer !== undefined).length;
    usedOf.set(ask.model, (usedOf.get(ask.model) ?? 0) + known);
    poll.take(answers.map((answer) => answer ?? null));
  }
  const { answer } = poll;
  const used = [...usedOf.values()].reduce((sum, count) => sum + count, 0);
  return { mark: answer === null ? 0 : (ballot.marks.get(answer) ?? Number.NaN), used, usedOf };
}

/**
 * Seconds or price of a replay, asked one after the other; NaN where it is not known of a model that was asked.
 * @param row of the outcomes; `perAnswer` is [prompts x models], of one answer.
 */
export function costOf(
  replay: Replay,
  { models }: Pick<Outcomes, "models">,
  perAnswer: Float32Array,
  row: number,
): number {
  let sum = 0;
  for (const [model, used] of replay.usedOf) {
    if (used > 0) sum += used * perAnswer[row * models.length + models.indexOf(model)]!;
  }
  return sum;
}

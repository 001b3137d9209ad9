import { groupPrompts } from "../datasets/near-duplicates.js";
import { groupedKFold } from "../datasets/splits.js";
import { InvalidArgumentError } from "../errors.js";
import type { Outcomes } from "../types.js";
import { type Ballot, ballotsOf, slotCounts } from "./ballots.js";
import { mostAnswers, type Plan } from "./plan.js";
import { bestSlots, type Learnt, planOf, type Recipe, recipesFor } from "./recipes.js";
import { replayPlan } from "./replay.js";
import { fitVoteWeights, type VoteWeights, type VoteWeightsOptions, weightsOf } from "./weights.js";

/** A plan with what it used and achieved on training prompts that its weights had not seen. */
export interface PricedPlan {
  /** Mean answers a prompt. */
  readonly answers: number;
  /** Most answers a prompt. */
  readonly most: number;
  /** Mean mark. */
  readonly accuracy: number;
  readonly plan: Plan;
}

/** How to spend answers. Plain data. */
export interface VoteModel {
  readonly weights: VoteWeights;
  /** Plans by mean answers; each is better than all that use less. */
  readonly table: readonly PricedPlan[];
}

const folds = 5;

/**
 * Learns vote weights and which plan is the best for each budget. Every plan is replayed on the training prompts
 * with weights from the other folds of near-duplicate groups; the table holds those that no cheaper one equals, with
 * the weights of all training prompts.
 * @throws as `fitVoteWeights`.
 */
export function fitVoteModel(outcomes: Outcomes, options: VoteWeightsOptions = {}): VoteModel {
  const weights = fitVoteWeights(outcomes, options);
  const ballots = ballotsOf(outcomes);
  const slots = slotCounts(ballots, outcomes.models.length);
  const recipes = recipesFor(slots);
  const results = crossReplay(
    outcomes,
    ballots,
    slots,
    recipes,
    weights.slotRidge,
    options.seed ?? 1,
  );
  const learnt = { models: outcomes.models, weights: weights.weights, ranking: ranking(outcomes) };
  const priced = recipes.flatMap((recipe, at): PricedPlan[] => {
    const plan = planOf(recipe, learnt);
    const { n, sum, used, complete } = results[at]!;
    if (plan === undefined || !complete || n === 0) return [];
    return [{ answers: used / n, most: mostAnswers(plan), accuracy: sum / n, plan }];
  });
  return { weights, table: front(priced) };
}

export interface PlanForOptions {
  /** Mean answers a prompt that a plan may use, 1 or more. */
  readonly budget: number;
  /** The router's score of each model for this prompt: a `single` plan asks the model of the highest one. */
  readonly scores?: ArrayLike<number>;
}

/** The best plan within a budget. @throws InvalidArgumentError for a budget below 1 or scores of other models. */
export function planFor({ table, weights }: VoteModel, { budget, scores }: PlanForOptions): Plan {
  if (!(budget >= 1)) {
    throw InvalidArgumentError.of("budget", "a number of answers, 1 or more,", budget);
  }
  const { plan } = table.findLast(({ answers }) => answers <= budget) ?? table[0]!;
  if (scores === undefined) return plan;
  const { models } = weights;
  const list = Array.from(scores);
  if (list.length !== models.length || list.some(Number.isNaN)) {
    throw InvalidArgumentError.of("scores", `${models.length} scores`, list);
  }
  if (plan.kind !== "single") return plan;
  const best = list.indexOf(Math.max(...list));
  const slots = bestSlots(weights.weights[best]!, plan.slots.length);
  return slots.length === 0 ? plan : { kind: "single", model: models[best]!, slots };
}

/** Models by mean mark over the rows where it is known; ties to the first. */
function ranking({ models, marks }: Outcomes, rows?: readonly number[]): number[] {
  const chosen = rows ?? Array.from({ length: marks.length / models.length }, (_, row) => row);
  const means = models.map((_, model) => {
    const known = chosen
      .map((row) => marks[row * models.length + model]!)
      .filter((mark) => !Number.isNaN(mark));
    return known.length === 0 ? -1 : known.reduce((sum, mark) => sum + mark, 0) / known.length;
  });
  return [...means.keys()].sort((a, b) => means[b]! - means[a]!);
}

function crossReplay(
  outcomes: Outcomes,
  ballots: readonly Ballot[],
  slots: readonly number[],
  recipes: readonly Recipe[],
  slotRidge: number | null,
  seed: number,
) {
  const results = recipes.map(() => ({ n: 0, sum: 0, used: 0, complete: true }));
  const groups = groupPrompts(outcomes.prompts);
  const k = Math.min(folds, new Set(groups).size);
  // With one group there is nothing to hold out.
  const foldOf = k < 2 ? new Int32Array(groups.length) : groupedKFold(groups, k, seed);
  for (let fold = 0; fold < k; fold++) {
    const train = [...foldOf.keys()].filter((row) => k < 2 || foldOf[row] !== fold);
    const held = [...foldOf.keys()].filter((row) => foldOf[row] === fold);
    const learnt: Learnt = {
      models: outcomes.models,
      weights: weightsOf(
        train.map((row) => ballots[row]!),
        slots,
        slotRidge,
      ),
      ranking: ranking(outcomes, train),
    };
    recipes.forEach((recipe, at) => {
      const result = results[at]!;
      const plan = planOf(recipe, learnt);
      if (plan === undefined) {
        result.complete = false;
        return;
      }
      for (const row of held) {
        const { mark, used } = replayPlan(plan, ballots[row]!, outcomes.models);
        if (Number.isNaN(mark)) continue;
        result.n += 1;
        result.sum += mark;
        result.used += used;
      }
    });
  }
  return results;
}

/** Plans that no cheaper one equals; at least the cheapest. */
function front(plans: readonly PricedPlan[]): PricedPlan[] {
  const sorted = [...plans].sort((a, b) => a.answers - b.answers || b.accuracy - a.accuracy);
  let best = Number.NEGATIVE_INFINITY;
  return sorted.filter(({ accuracy }) => {
    const better = accuracy > best;
    best = Math.max(best, accuracy);
    return better;
  });
}

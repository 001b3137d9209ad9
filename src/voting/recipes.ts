import type { Ask, Plan } from "./plan.js";

/** A plan but for its weights and models: what is compared across folds. */
export type Recipe =
  | { readonly kind: "single"; readonly answers: number }
  | { readonly kind: "set"; readonly answers: number; readonly confidence: number }
  | {
      readonly kind: "escalation";
      /** 0 = the best model of the training rows, 1 = the second, ... */
      readonly rank: number;
      readonly answers: number;
      readonly agree: number;
      readonly confidence: number;
    };

/** What was learnt on training rows. */
export interface Learnt {
  readonly models: readonly string[];
  /** [model][slot] */
  readonly weights: readonly (readonly number[])[];
  /** Models by mean mark, the best first. */
  readonly ranking: readonly number[];
}

const confidences = [1, 0.99, 0.97, 0.95, 0.9, 0.85, 0.8];
const escalationConfidences = [1, 0.97, 0.9];
const maxSizes = 24;
const maxFirstModels = 3;

/** Every plan that is tried. @param slots answers of each model. */
export function recipesFor(slots: readonly number[]): Recipe[] {
  const most = Math.max(...slots);
  const total = slots.reduce((sum, count) => sum + count, 0);
  const recipes: Recipe[] = sizes(most).map((answers) => ({ kind: "single", answers }));
  for (const answers of sizes(total)) {
    for (const confidence of confidences) recipes.push({ kind: "set", answers, confidence });
  }
  for (let rank = 0; rank < Math.min(maxFirstModels, slots.length); rank++) {
    for (const answers of [2, 3, 5, 10].filter((count) => count <= most)) {
      for (let agree = Math.ceil(answers / 2); agree <= answers; agree++) {
        for (const confidence of agree < 2 ? [] : escalationConfidences) {
          recipes.push({ kind: "escalation", rank, answers, agree, confidence });
        }
      }
    }
  }
  return recipes;
}

/** @returns undefined where the recipe asks for more answers than there are. */
export function planOf(recipe: Recipe, learnt: Learnt): Plan | undefined {
  if (recipe.kind === "set") {
    const asks = byWeight(learnt).slice(0, recipe.answers);
    return asks.length < recipe.answers
      ? undefined
      : { kind: "set", asks, confidence: recipe.confidence };
  }
  const model = learnt.ranking[recipe.kind === "single" ? 0 : recipe.rank]!;
  const slots = bestSlots(learnt.weights[model]!, recipe.answers);
  if (slots.length < recipe.answers) return undefined;
  const name = learnt.models[model]!;
  if (recipe.kind === "single") return { kind: "single", model: name, slots };
  const first = { model: name, slots, weights: slots.map((slot) => learnt.weights[model]![slot]!) };
  const others = byWeight(learnt).filter(
    (ask) => ask.model !== name || !slots.includes(ask.slots[0]!),
  );
  const { agree, confidence } = recipe;
  return { kind: "escalation", first, agree, others, confidence };
}

/** One answer at a time, the heaviest first; what counts nothing is not asked. */
function byWeight({ models, weights }: Learnt): Ask[] {
  const asks = weights.flatMap((list, model) =>
    list.map((weight, slot) => ({ model: models[model]!, slots: [slot], weights: [weight] })),
  );
  return asks.filter(({ weights: [w] }) => w! > 0).sort((a, b) => b.weights[0]! - a.weights[0]!);
}

/** The heaviest slots, in their own order, for ties go to the answer seen first. */
export function bestSlots(weights: readonly number[], count: number): number[] {
  const order = [...weights.keys()].sort((a, b) => weights[b]! - weights[a]!);
  return order.slice(0, count).sort((a, b) => a - b);
}

/** 1 .. most, thinned out beyond 24. */
function sizes(most: number): number[] {
  const step = Math.max(1, most / maxSizes);
  const all = Array.from({ length: Math.min(most, maxSizes) }, (_, at) =>
    Math.round((at + 1) * step),
  );
  return [...new Set([1, ...all])].filter((size) => size <= most);
}

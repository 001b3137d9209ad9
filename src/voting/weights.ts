import { groupPrompts } from "../datasets/near-duplicates.js";
import { groupedKFold } from "../datasets/splits.js";
import { NoLabelsError } from "../errors.js";
import type { Outcomes } from "../types.js";
import { type Ballot, ballotsOf, slotCounts } from "./ballots.js";
import { type Choice, fitLogLinear, logLikelihoods } from "./log-linear.js";

/** What an answer of each model counts in a vote. Plain data. */
export interface VoteWeights {
  readonly models: readonly string[];
  /**
   * [model][slot], 0 or more: log-odds that an answer gains where this model gives it. Slot s is the model's answer
   * s: where a model is asked in several prompting styles each has a weight of its own, else all are equal.
   */
  readonly weights: readonly (readonly number[])[];
  /** Strength that held the slots of a model together; null = they share one weight. */
  readonly slotRidge: number | null;
  /** Mean ln P(a right answer) on held-out prompts that had a choice. */
  readonly heldOut: number;
  /** Training prompts that had a choice: a right and a wrong answer. */
  readonly rows: number;
}

export interface VoteWeightsOptions {
  /** Strengths to choose from, null = one weight a model. Default: null, 30, 10 and 3. */
  readonly slotRidges?: readonly (number | null)[];
  /** Of the folds that choose. */
  readonly seed?: number;
}

const priorMean = 0.5;
const modelRidge = 3;
const maxFolds = 5;

/**
 * Learns vote weights: `P(answer a)` is proportional to the exponential of the sum of the weights of those who gave a.
 * A weight is its model's plus a deviation of its slot, with Gaussian priors: N(0.5, 1 / 3) for the model and
 * N(0, 1 / slotRidge) for the deviation. The strength is the one with the best likelihood on held-out folds of
 * near-duplicate groups.
 * @throws NoLabelsError where no prompt has both a right and a wrong answer; InvalidArgumentError without answers.
 */
export function fitVoteWeights(outcomes: Outcomes, options: VoteWeightsOptions = {}): VoteWeights {
  const ballots = ballotsOf(outcomes);
  const slots = slotCounts(ballots, outcomes.models.length);
  const known = [...ballots.keys()].filter((row) => hasChoice(ballots[row]!));
  if (known.length === 0) {
    throw new NoLabelsError("No prompt has both a right and a wrong answer to learn votes from.");
  }
  const choices = known.map((row) => choiceOf(ballots[row]!, slots));
  const groups = groupPrompts(known.map((row) => outcomes.prompts[row]!));
  const several = slots.some((count) => count > 1);
  const ridges = several ? (options.slotRidges ?? [null, 30, 10, 3]) : [null];
  const scored = ridges.map((slotRidge) => ({
    slotRidge,
    heldOut: heldOutLikelihood(choices, slots, slotRidge, groups, options.seed ?? 1),
  }));
  const best = scored.reduce((a, b) => (b.heldOut > a.heldOut ? b : a));
  return {
    models: [...outcomes.models],
    weights: fitWithRidge(choices, slots, best.slotRidge),
    ...best,
    rows: known.length,
  };
}

/** The weights, [model][slot], for a strength that was chosen elsewhere. */
export function weightsOf(
  ballots: readonly Ballot[],
  slots: readonly number[],
  slotRidge: number | null,
): number[][] {
  const choices = ballots.filter(hasChoice).map((ballot) => choiceOf(ballot, slots));
  return fitWithRidge(choices, slots, slotRidge);
}

function hasChoice({ answers, marks }: Ballot): boolean {
  const given = answers.flat().filter((answer) => answer !== null && marks.has(answer));
  const right = given.map((answer) => marks.get(answer!)! >= 0.5);
  return right.includes(true) && right.includes(false);
}

function choiceOf({ answers, marks }: Ballot, slots: readonly number[]): Choice {
  const candidates = [...new Set(answers.flat())].filter(
    (answer) => answer !== null && marks.has(answer),
  );
  return {
    candidateOf: Int32Array.from(
      slots.flatMap((count, model) =>
        Array.from({ length: count }, (_, slot) =>
          candidates.indexOf(answers[model]![slot] ?? null),
        ),
      ),
    ),
    candidates: candidates.length,
    right: candidates.map((answer) => marks.get(answer!)! >= 0.5),
  };
}

function fitChoices(
  choices: readonly Choice[],
  slots: readonly number[],
  slotRidge: number | null,
) {
  const modelOf = slots.flatMap((count, model) => new Array<number>(count).fill(model));
  const weightOf = Int32Array.from(slotRidge === null ? modelOf : modelOf.keys());
  const size = slotRidge === null ? slots.length : modelOf.length;
  const precision = Float64Array.from({ length: size * size }, (_, at) => {
    const [a, b] = [Math.floor(at / size), at % size];
    if (slotRidge === null) return a === b ? modelRidge : 0;
    if (modelOf[a] !== modelOf[b]) return 0;
    // The inverse of I / slotRidge + 11' / modelRidge (Sherman and Morrison).
    const shared = slotRidge ** 2 / (modelRidge + slots[modelOf[a]!]! * slotRidge);
    return (a === b ? slotRidge : 0) - shared;
  });
  const mean = new Float64Array(size).fill(priorMean);
  return { weightOf, weights: fitLogLinear({ choices, weightOf, mean, precision }) };
}

function fitWithRidge(
  choices: readonly Choice[],
  slots: readonly number[],
  slotRidge: number | null,
): number[][] {
  const { weightOf, weights } = fitChoices(choices, slots, slotRidge);
  let arm = 0;
  return slots.map((count) => Array.from({ length: count }, () => weights[weightOf[arm++]!]!));
}

function heldOutLikelihood(
  choices: readonly Choice[],
  slots: readonly number[],
  slotRidge: number | null,
  groups: Int32Array,
  seed: number,
): number {
  const folds = Math.min(maxFolds, new Set(groups).size);
  if (folds < 2) return -Math.LN2;
  const foldOf = groupedKFold(groups, folds, seed);
  let sum = 0;
  for (let fold = 0; fold < folds; fold++) {
    const { weightOf, weights } = fitChoices(
      choices.filter((_, row) => foldOf[row] !== fold),
      slots,
      slotRidge,
    );
    const held = choices.filter((_, row) => foldOf[row] === fold);
    sum += logLikelihoods({ choices: held, weightOf }, weights).reduce((a, b) => a + b, 0);
  }
  return sum / choices.length;
}

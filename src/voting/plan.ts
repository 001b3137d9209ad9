/** Some answers of one model, and what each counts. */
export interface Ask {
  readonly model: string;
  /** Which of the model's answers: numbers of its prompting styles, or 0, 1, ... where it has only one. */
  readonly slots: readonly number[];
  /** Vote of the answer in each of these slots, 0 or more. */
  readonly weights: readonly number[];
}

/** Which models to ask, how often, and how to make one answer of theirs. Plain data. */
export type Plan =
  /** One model; of several answers the most frequent. */
  | { readonly kind: "single"; readonly model: string; readonly slots: readonly number[] }
  /** One ask after the other until the leader is sure, or its probability reaches `confidence` (1 = only sure). */
  | { readonly kind: "set"; readonly asks: readonly Ask[]; readonly confidence: number }
  /** Takes the most frequent answer of `first` where at least `agree` of its answers are it; else asks on as a set. */
  | {
      readonly kind: "escalation";
      readonly first: Ask;
      readonly agree: number;
      readonly others: readonly Ask[];
      readonly confidence: number;
    };

/** The asks of a plan, in order. */
export function asksOf(plan: Plan): readonly Ask[] {
  switch (plan.kind) {
    case "single":
      return [{ model: plan.model, slots: plan.slots, weights: plan.slots.map(() => 1) }];
    case "set":
      return plan.asks;
    case "escalation":
      return [plan.first, ...plan.others];
  }
}

/** The largest number of answers that a plan can use. */
export function mostAnswers(plan: Plan): number {
  return asksOf(plan).reduce((sum, { slots }) => sum + slots.length, 0);
}

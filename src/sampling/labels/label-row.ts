import type { Pool } from "../../execution/pool/pool.js";
import type { Question } from "../../types.js";
import type { AnswerSet } from "../store/load-answers.js";
import { type Answer, isStrict } from "../votes.js";
import type { Marks } from "./marks.js";

/** Price of a million tokens, in whatever currency the pool counts. */
export interface Price {
  readonly prompt: number;
  readonly completion: number;
}

/** The prices of a pool's models, as far as it has some. */
export function pricesOf({ models }: Pool): Map<string, Price> {
  return new Map(models.flatMap(({ name, price }) => (price === undefined ? [] : [[name, price]])));
}

/** Where a label comes from. */
export type LabelSource = "gold" | "consensus" | "judge";

/** Answers and what they are worth. */
export interface Marked {
  readonly set: AnswerSet;
  readonly label: LabelSource;
  readonly marks: Marks;
}

/** A row of an outcomes file; the records are by model and hold only models that were asked. */
export interface LabelRow {
  readonly id: string;
  readonly source?: string;
  readonly task?: string;
  readonly subject?: string;
  readonly split?: string;
  readonly prompt: string;
  readonly gold?: string;
  /** Absent where the reference answer decided: labels of other sources must not be taken for it. */
  readonly label?: Exclude<LabelSource, "gold">;
  /** Share of right answers, or mean score of the answers in 0..1. */
  readonly outcomes: Record<string, number>;
  /** Mark of the answer that stands for all: the most frequent one, of free texts the medoid. */
  readonly majority: Record<string, number>;
  /** Whether at least 80 % of the answers are right, or their mean score is at least 0.8. */
  readonly strict: Record<string, 0 | 1>;
  readonly samples: Record<string, readonly Answer[]>;
  /** Marks of `samples`, null = not known. */
  readonly sample_correct: Record<string, readonly (number | null)[]>;
  /** Mean seconds of one answer. */
  readonly latency: Record<string, number>;
  /** Mean price of one answer, asked for by itself; only of models that have a price. */
  readonly cost?: Record<string, number>;
}

/** @returns undefined where no model has a mark. */
export function labelRow(
  question: Question,
  models: readonly string[],
  marked: ReadonlyMap<string, ReadonlyMap<string, Marked>>,
  prices: ReadonlyMap<string, Price> = new Map(),
): LabelRow | undefined {
  const { id, source, task, subject, split, prompt, gold } = question;
  const found = models.flatMap((name) => {
    const own = marked.get(name)?.get(id);
    return own === undefined ? [] : [[name, own] as const];
  });
  if (found.length === 0) return undefined;
  const each = <T>(value: (marked: Marked) => T) =>
    Object.fromEntries(found.map(([name, own]) => [name, value(own)])) as Record<string, T>;
  const costs = found.flatMap(([name, { set }]) => {
    const price = prices.get(name);
    return price === undefined ? [] : [[name, costOf(set, price)] as const];
  });
  const { label } = found[0]![1];
  return {
    id,
    ...(source !== undefined && { source }),
    ...(task !== undefined && { task }),
    ...(subject !== undefined && { subject }),
    ...(split !== undefined && { split }),
    prompt,
    ...(gold !== undefined && { gold }),
    ...(label !== "gold" && { label }),
    outcomes: each(({ marks }) => marks.mean),
    majority: each(({ marks }) => marks.majority),
    strict: each(({ marks }) => (isStrict(marks.mean) ? 1 : 0)),
    samples: each(({ set }) => set.answers),
    sample_correct: each(({ marks }) => marks.answers),
    latency: each(({ set }) => set.seconds),
    ...(costs.length > 0 && { cost: Object.fromEntries(costs) }),
  };
}

function costOf({ promptTokens, completionTokens }: AnswerSet, price: Price): number {
  return (promptTokens * price.prompt + completionTokens * price.completion) / 1e6;
}

import { InvalidArgumentError, NoLabelsError } from "../../errors.js";
import { writeFileAtomic } from "../../files.js";
import type { Question } from "../../types.js";
import type { AnswerSet, SampledAnswers } from "../store/load-answers.js";
import { isStrict } from "../votes.js";
import { markerOf } from "./label-marker.js";
import { type LabelRow, labelRow, type Marked, type Price } from "./label-row.js";
import type { Marks } from "./marks.js";

export interface LabelOptions {
  /** Least share of a model's answers that must be usable for the model to be kept, above 0 to 1. Default 0.5. */
  readonly viability?: number;
  /** By model; the rows then say what an answer costs. */
  readonly prices?: ReadonlyMap<string, Price>;
  /** Label questions without a reference answer by what the other models agree on, see `consensusOf`. Default false. */
  readonly consensus?: boolean;
  /** Scores of a judge, question id -> model -> 0..1, see `judgeSamples`. They come before all other labels. */
  readonly judged?: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** Means over the questions that a model has answered and that have a label. */
export interface ModelSummary {
  readonly name: string;
  readonly questions: number;
  readonly rate: number;
  readonly majority: number;
  readonly strict: number;
  /** Share of answers that could be extracted, over all questions. */
  readonly usable: number;
  /** Whether that is enough. A model that is not viable is left out of the rows. */
  readonly viable: boolean;
}

/** Half of the answers: a model that is wrong in a readable way is bad, one that is mostly unreadable is unmeasured. */
const defaultViability = 0.5;

/**
 * Marks answers: against the questions' reference answers, by a judge's scores or by consensus. Questions that no model
 * has answered, and those without any label, give no row.
 * @throws NoLabelsError where no model is viable or no question has a label, InvalidArgumentError for `viability`.
 */
export function labelAnswers(
  questions: readonly Question[],
  sampled: SampledAnswers,
  options: LabelOptions = {},
): { rows: LabelRow[]; models: ModelSummary[] } {
  const { viability = defaultViability } = options;
  if (!(viability > 0 && viability <= 1))
    throw InvalidArgumentError.of("viability", "a share above 0 and at most 1", viability);
  const asked = [...sampled.keys()].filter((name) =>
    questions.some(({ id }) => sampled.get(name)!.has(id)),
  );
  const shares = new Map(asked.map((name) => [name, usableShare(questions, sampled.get(name)!)]));
  const viable = asked.filter((name) => shares.get(name)! >= viability);
  if (viable.length === 0) throw noneViable(shares, viability);
  const marker = markerOf(questions, sampled, viable, options);
  const marked = new Map(asked.map((name) => [name, new Map<string, Marked>()]));
  for (const question of questions) {
    for (const name of asked) {
      const set = sampled.get(name)!.get(question.id);
      if (set === undefined) continue;
      const found = marker(question, name, set);
      if (found !== undefined) marked.get(name)!.set(question.id, { set, ...found });
    }
  }
  const rows = questions.flatMap(
    (question) => labelRow(question, viable, marked, options.prices) ?? [],
  );
  if (rows.length === 0) throw noneLabelled();
  const models = asked.map((name) => ({
    name,
    ...means([...marked.get(name)!.values()].map(({ marks }) => marks)),
    usable: shares.get(name)!,
    viable: viable.includes(name),
  }));
  return { rows, models };
}

/**
 * Writes the rows of `labelAnswers` as JSON lines, whole or not at all.
 * @returns the summary of each model, those that are not viable included.
 * @throws NoLabelsError, InvalidArgumentError, StorageError
 */
export async function writeOutcomes(
  file: string,
  questions: readonly Question[],
  sampled: SampledAnswers,
  options: LabelOptions = {},
): Promise<ModelSummary[]> {
  const { rows, models } = labelAnswers(questions, sampled, options);
  await writeFileAtomic(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return models;
}

function means(all: readonly Marks[]) {
  const mean = (value: (marks: Marks) => number) =>
    all.reduce((sum, marks) => sum + value(marks), 0) / Math.max(1, all.length);
  return {
    questions: all.length,
    rate: mean((marks) => marks.mean),
    majority: mean((marks) => marks.majority),
    strict: mean((marks) => Number(isStrict(marks.mean))),
  };
}

function usableShare(questions: readonly Question[], sets: ReadonlyMap<string, AnswerSet>): number {
  const shares = questions.flatMap(({ id }) => {
    const answers = sets.get(id)?.answers;
    if (answers === undefined) return [];
    return answers.filter((answer) => answer !== null).length / answers.length;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function noneViable(shares: ReadonlyMap<string, number>, viability: number): NoLabelsError {
  const found = [...shares].map(([name, share]) => `"${name}" (${(100 * share).toFixed(1)} %)`);
  return new NoLabelsError(
    found.length === 0
      ? "No model has answered any of these questions. Sample them first."
      : `Fewer than ${100 * viability} % of the answers of ${found.join(", ")} can be read, so there is nothing to ` +
          "learn. Check template and stop texts in the pool file, or lower the viability.",
  );
}

function noneLabelled(): NoLabelsError {
  return new NoLabelsError(
    "None of the answered questions has a reference answer. The answers are kept: label them by consensus or by a " +
      "judge (pointsman label --consensus, --judge), or add gold to the questions.",
  );
}

import { NoLabelsError } from "../errors.js";
import { writeFileAtomic } from "../files.js";
import type { Question } from "../types.js";
import { canonicalGold } from "./answers.js";
import type { AnswerSet, SampledAnswers } from "./load-answers.js";
import { type Answer, majorityVote, strict, successRate } from "./votes.js";

/** A row of an outcomes file; the records are by model and hold only models that were asked. */
export interface LabelRow {
  readonly id: string;
  readonly source?: string;
  readonly task?: string;
  readonly subject?: string;
  readonly split?: string;
  readonly prompt: string;
  readonly gold?: string;
  /** Share of right answers. */
  readonly outcomes: Record<string, number>;
  /** Whether the most frequent answer is right. */
  readonly majority: Record<string, 0 | 1>;
  /** Whether at least 80 % of the answers are right. */
  readonly strict: Record<string, 0 | 1>;
  readonly samples: Record<string, readonly Answer[]>;
  /** Mean seconds of one answer. */
  readonly latency: Record<string, number>;
}

/** Means over the questions that a model has answered. */
export interface ModelSummary {
  readonly name: string;
  readonly questions: number;
  readonly rate: number;
  readonly majority: number;
  readonly strict: number;
  /** Share of answers that could be extracted; at 0 the model is not viable and is left out of the rows. */
  readonly usable: number;
}

/**
 * Marks answers against the questions' reference answers. Questions that no model has answered give no row.
 * @throws NoLabelsError where no model has an answer that could be extracted.
 */
export function labelAnswers(
  questions: readonly Question[],
  sampled: SampledAnswers,
): { rows: LabelRow[]; models: ModelSummary[] } {
  const models = [...sampled.keys()].flatMap((name) => summarise(name, questions, sampled) ?? []);
  const viable = models.filter(({ usable }) => usable > 0).map(({ name }) => name);
  if (viable.length === 0) {
    const asked = models.map(({ name }) => `"${name}"`).join(", ");
    throw new NoLabelsError(
      models.length === 0
        ? "No model has answered any of these questions. Sample them first."
        : `None of the answers of ${asked} holds a number or an option as asked for, so there is nothing to learn. Check template and stop texts in the pool file.`,
    );
  }
  return {
    rows: questions.flatMap((question) => labelRow(question, viable, sampled) ?? []),
    models,
  };
}

/**
 * Writes the rows of `labelAnswers` as JSON lines, whole or not at all.
 * @returns the summary of each model, those that are not viable included.
 * @throws NoLabelsError, StorageError
 */
export async function writeOutcomes(
  file: string,
  questions: readonly Question[],
  sampled: SampledAnswers,
): Promise<ModelSummary[]> {
  const { rows, models } = labelAnswers(questions, sampled);
  await writeFileAtomic(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return models;
}

function labelRow(
  question: Question,
  models: readonly string[],
  sampled: SampledAnswers,
): LabelRow | undefined {
  const { id, source, task, subject, split, prompt, gold } = question;
  const right = goldOf(question);
  const sets = models.flatMap((name) => {
    const set = sampled.get(name)?.get(id);
    return set === undefined ? [] : [[name, set] as const];
  });
  if (sets.length === 0) return undefined;
  const each = <T>(value: (set: AnswerSet) => T) =>
    Object.fromEntries(sets.map(([name, set]) => [name, value(set)])) as Record<string, T>;
  return {
    id,
    ...(source !== undefined && { source }),
    ...(task !== undefined && { task }),
    ...(subject !== undefined && { subject }),
    ...(split !== undefined && { split }),
    prompt,
    ...(gold !== undefined && { gold }),
    outcomes: each(({ answers }) => successRate(answers, right)),
    majority: each(({ answers }) => (majorityVote(answers) === right ? 1 : 0)),
    strict: each(({ answers }) => (strict(answers, right) ? 1 : 0)),
    samples: each(({ answers }) => answers),
    latency: each(({ seconds }) => seconds),
  };
}

function summarise(
  name: string,
  questions: readonly Question[],
  sampled: SampledAnswers,
): ModelSummary | undefined {
  const sets = questions.flatMap((question) => {
    const set = sampled.get(name)?.get(question.id);
    return set === undefined ? [] : [{ answers: set.answers, right: goldOf(question) }];
  });
  if (sets.length === 0) return undefined;
  const mean = (value: (set: (typeof sets)[number]) => number) =>
    sets.reduce((sum, set) => sum + value(set), 0) / sets.length;
  return {
    name,
    questions: sets.length,
    rate: mean(({ answers, right }) => successRate(answers, right)),
    majority: mean(({ answers, right }) => Number(majorityVote(answers) === right)),
    strict: mean(({ answers, right }) => Number(strict(answers, right))),
    usable: mean(
      ({ answers }) => answers.filter((answer) => answer !== null).length / answers.length,
    ),
  };
}

function goldOf(question: Question): string {
  const gold = canonicalGold(question);
  if (gold === null)
    throw new NoLabelsError(
      `Question "${question.id}" has no usable reference answer: "${question.gold ?? ""}".`,
    );
  return gold;
}

import { z } from "zod";
import { InvalidArgumentError, NoLabelsError } from "../errors.js";
import type { Question } from "../types.js";
import { lineError, readJsonLines } from "./jsonl.js";

export interface LoadQuestionsOptions {
  /** Only the first so many. */
  readonly limit?: number;
  /** Only those whose `split` is this. */
  readonly split?: string;
}

const text = z.string().min(1, { error: "expected some text" });

/** Fields not named here (e.g. a worked solution) are left out. */
const rowSchema = z.object({
  id: text,
  prompt: text,
  gold: z.string({ error: "expected the reference answer as a string" }),
  answer: z.enum(["number", "letter"]).optional(),
  source: z.string().optional(),
  task: z.string().optional(),
  subject: z.string().optional(),
  split: z.string().optional(),
});

/** A number as people write it: sign, currency, thousands separators, decimals, percent. */
const numberGold = /^[-\u2212]?[$€£¥]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+|(?<=\d)\.)?\s?[%€]?$/;
const letterGold = /^\(?[A-J]\)?$/;

/**
 * Reads questions from JSON lines, plain or gzipped: `{ id, prompt, gold, answer?, source?, task?, subject?, split? }`.
 * Without `answer` the kind of answer is that of `gold`: one letter A to J, or else a number. Every line is checked,
 * also those that `split` and `limit` leave out.
 * @throws InputFileError naming file, line and reason (also for an id used twice), NoLabelsError where no question is
 *   left, InvalidArgumentError for `limit`, StorageError.
 */
export async function loadQuestions(
  file: string,
  options: LoadQuestionsOptions = {},
): Promise<Question[]> {
  const { limit = Number.POSITIVE_INFINITY, split } = options;
  if (!(limit >= 1 && (Number.isInteger(limit) || limit === Number.POSITIVE_INFINITY))) {
    throw InvalidArgumentError.of("limit", "a whole number of at least 1", limit);
  }
  const questions: Question[] = [];
  const lines = new Map<string, number>();
  const splits = new Set<string>();
  for await (const { line, value } of readJsonLines(file)) {
    const question = parseQuestion(file, line, value);
    const first = lines.get(question.id);
    if (first !== undefined) {
      throw lineError(
        file,
        line,
        `the id "${question.id}" was used in line ${first}. Give each question its own.`,
      );
    }
    lines.set(question.id, line);
    if (question.split !== undefined) splits.add(question.split);
    if ((split === undefined || question.split === split) && questions.length < limit)
      questions.push(question);
  }
  if (lines.size === 0) throw new NoLabelsError(`"${file}" holds no question.`);
  if (questions.length === 0) {
    const known =
      splits.size === 0
        ? "No question there has a split"
        : `Splits there: ${[...splits].join(", ")}`;
    throw new NoLabelsError(`"${file}" holds no question of split "${split}". ${known}.`);
  }
  return questions;
}

function parseQuestion(file: string, line: number, value: unknown): Question {
  const row = rowSchema.safeParse(value);
  if (!row.success) {
    const issue = row.error.issues[0]!;
    const field = issue.path.length === 0 ? "the row" : `field "${issue.path.join(".")}"`;
    throw lineError(file, line, `${field}: ${issue.message}.`, row.error);
  }
  const { id, prompt, gold, source, task, subject, split } = row.data;
  const answer = answerKind(gold.trim());
  if (answer === undefined || (row.data.answer !== undefined && row.data.answer !== answer)) {
    const wanted = row.data.answer ?? "number or a letter A to J";
    const shown = gold.length > 60 ? `${gold.slice(0, 57)}...` : gold;
    throw lineError(file, line, `field "gold": expected a ${wanted} but received "${shown}".`);
  }
  return {
    id,
    prompt,
    gold,
    answer,
    ...(source !== undefined && { source }),
    ...(task !== undefined && { task }),
    ...(subject !== undefined && { subject }),
    ...(split !== undefined && { split }),
  };
}

function answerKind(gold: string): Question["answer"] | undefined {
  if (letterGold.test(gold)) return "letter";
  return numberGold.test(gold) && /\d/.test(gold) ? "number" : undefined;
}

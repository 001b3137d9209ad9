import { InvalidArgumentError, NoLabelsError } from "../errors.js";
import type { Question } from "../types.js";
import { lineError, readJsonLines } from "./jsonl.js";
import { readQuestionCsv } from "./question-csv.js";
import { parseQuestion } from "./question-row.js";

export interface LoadQuestionsOptions {
  /** Only the first so many. */
  readonly limit?: number;
  /** Only those whose `split` is this. */
  readonly split?: string;
}

/**
 * Reads questions from JSON lines, or from CSV where the name ends in `.csv`, plain or gzipped: `{ id, prompt, gold?, answer?, references?, scorer?, source?, task?,
 * subject?, split? }`, see `parseQuestion`. Every line is checked, also those that `split` and `limit` leave out.
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
  const rows = /\.csv(\.gz)?$/i.test(file) ? readQuestionCsv(file) : readJsonLines(file);
  for await (const { line, value } of rows) {
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

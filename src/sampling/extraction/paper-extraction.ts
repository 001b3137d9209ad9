import type { Question } from "../../types.js";
import type { Answer } from "../votes.js";
import { extractAnswer } from "./answers.js";

/**
 * The paper's pattern for GSM8K, for comparison only: the last run of digits. It takes "1,000" for 0 and "12.50" for
 * 50, and knows no sign.
 */
export function paperNumber(text: string): string | null {
  let last: string | null = null;
  for (const [digits] of text.matchAll(/\d+/g)) last = digits;
  return last === null ? null : last.replace(/^0+(?=\d)/, "");
}

/** The paper's pattern for MMLU, for comparison only: the last "(A)" to "(D)". */
export function paperLetter(text: string): string | null {
  let last: string | null = null;
  for (const [, letter] of text.matchAll(/\(([A-D])\)/g)) last = letter ?? null;
  return last;
}

/** Extraction as the paper did it, in place of `extractAnswer`; kinds that it did not have are extracted as ours. */
export function paperAnswer(question: Pick<Question, "answer">, text: string): Answer {
  if (question.answer === "number") return paperNumber(text);
  return question.answer === "letter" ? paperLetter(text) : extractAnswer(question, text);
}

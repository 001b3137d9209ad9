import type { AnswerKind, Question } from "../../types.js";
import type { Answer } from "../votes.js";
import { extractBoolean } from "./extract-boolean.js";
import { extractLetter } from "./extract-letter.js";
import { extractNumber } from "./extract-number.js";
import { extractText } from "./extract-text.js";

const extractors: Record<AnswerKind, (text: string) => Answer> = {
  number: extractNumber,
  letter: extractLetter,
  boolean: extractBoolean,
  text: extractText,
};

/** How answers are taken from texts: `extractAnswer`, or `paperAnswer` for comparison. */
export type Extract = (question: Pick<Question, "answer">, text: string) => Answer;

/** @returns the answer in the form of `canonicalGold`, or null where the text holds none of the kind asked for. */
export function extractAnswer(question: Pick<Question, "answer">, text: string): Answer {
  return extractors[question.answer](text);
}

/** A question's reference answer in the form in which answers are extracted, so that equal means right. */
export function canonicalGold({ answer, gold }: Pick<Question, "answer" | "gold">): Answer {
  if (gold === undefined) return null;
  if (answer === "letter") return gold.match(/[A-J]/)?.[0] ?? null;
  return extractors[answer](gold);
}

import type { Question } from "../types.js";

/**
 * A sign counts where it cannot be a minus between two values. Digits are grouped by commas in threes, or not at all;
 * a point inside a number is a decimal point.
 */
const numbers =
  /(?:(?<![\p{L}\p{N})\]%.])(?<minus>[-\u2212]))?(?:[$€£¥]\s?(?<inner>[-\u2212])?)?(?:(?<whole>\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.(?<part>\d+))?|(?<!\d)\.(?<bare>\d+))/gu;

/**
 * The last number of a text, in one form for each value: no separators, no currency or percent sign, no zeros in front
 * or at the end of decimals, no negative zero. "$1,000.50" -> "1000.5".
 * @returns null where there is none.
 */
export function extractNumber(text: string): string | null {
  let last: RegExpMatchArray | undefined;
  for (const match of text.matchAll(numbers)) last = match;
  const groups = last?.groups;
  if (groups === undefined) return null;
  const whole = (groups.whole ?? "").replaceAll(",", "").replace(/^0+/, "") || "0";
  const part = (groups.part ?? groups.bare ?? "").replace(/0+$/, "");
  const value = part === "" ? whole : `${whole}.${part}`;
  const negative = (groups.minus ?? groups.inner) !== undefined && value !== "0";
  return negative ? `-${value}` : value;
}

/** "A" and "I" are also words: they do not count where the sentence goes on with anything but a reason. */
const letter =
  "(?:[B-HJ]|[AI](?!\\s+(?!because|since|as|and|which|so)\\p{Ll}))(?![\\p{L}\\p{N}'’])";
const statement = new RegExp(
  `\\b(?:[Aa]nswer|ANSWER)(?:\\s+(?:is|IS)\\s*:?|\\s*[:=])\\s*(?:(?:option|choice)\\s+)?[*_"'$\\s(]*(${letter})`,
  "gu",
);
const inParentheses = /\(([A-J])\)/g;
const atBegin = /^\s*\**([A-J])\**\s*[.):](?:\s|$)/;
const atEnd = /(?:^|[\s*"':])([A-J])[.)*"'\s]*$/;

/**
 * The option that a text chooses: the last one it states ("the answer is D"), else the last in parentheses, else a
 * lone letter at the end, else one that it begins with ("B. Paris"). Letters A to J, capital.
 * @returns null where there is none.
 */
export function extractLetter(text: string): string | null {
  return (
    lastGroup(text, statement) ??
    lastGroup(text, inParentheses) ??
    text.match(atEnd)?.[1] ??
    text.match(atBegin)?.[1] ??
    null
  );
}

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
  return lastGroup(text, /\(([A-D])\)/g);
}

/** @returns the answer in the form of `canonicalGold`, or null where the text holds none of the kind asked for. */
export function extractAnswer(question: Pick<Question, "answer">, text: string): string | null {
  return question.answer === "number" ? extractNumber(text) : extractLetter(text);
}

/** A question's reference answer in the form in which answers are extracted, so that equal means right. */
export function canonicalGold(question: Pick<Question, "answer" | "gold">): string | null {
  if (question.gold === undefined) return null;
  if (question.answer === "number") return extractNumber(question.gold);
  return question.gold.match(/[A-J]/)?.[0] ?? null;
}

function lastGroup(text: string, pattern: RegExp): string | null {
  let last: string | null = null;
  for (const match of text.matchAll(pattern)) last = match[1] ?? null;
  return last;
}

import { decimalForm } from "../../datasets/answers.js";
import { fractionForm, powerOf, scientificForm } from "./number-form.js";
import { boldAnswers, statedAnswers } from "./stated.js";

/** Every repetition but that of digits is bounded, and no two of digits touch: the time is linear in the text. */
const sign =
  "(?:(?<![\\p{L}\\p{N})\\]%.])(?<minus>[-\\u2212]))?(?:[$€£¥]\\s?(?<inner>[-\\u2212])?)?";
/** "3/4", "1 1/2", "\frac{3}{4}"; no dates. */
const fraction =
  "(?<!\\d[/\\u2044])(?:(?<ones>\\d{1,7})[ \\u00a0])?(?<top>\\d{1,7})[/\\u2044](?<bottom>(?!0+(?!\\d))\\d{1,7})(?![\\d/\\u2044]|[.,]\\d)" +
  "|\\\\[dt]?frac\\{(?<over>\\d{1,7})\\}\\{(?<under>(?!0+\\})\\d{1,7})\\}";
/**
 * Groups of three. A blank between two digits may also part two numbers: it groups them only with a currency, before
 * "000", or in two groups behind one or two digits.
 */
const grouped = [
  "\\d{1,3}(?:,\\d{3}){1,20}(?!\\d)",
  "\\d{1,3}(?:[\\u2009\\u202f\\u00a0]\\d{3}){1,20}(?!\\d)",
  "(?<!\\d )(?:(?<=[$€£¥] ?[-\\u2212]?)\\d{1,3}(?: \\d{3}){1,20}(?!\\d)|\\d{1,3}(?: \\d{3}){1,20}(?= ?€)" +
    "|\\d{1,3}(?: \\d{3}){0,9}? 000(?!\\d| \\d)|\\d{1,2}(?: \\d{3}){2,20}(?!\\d| \\d))",
].join("|");
const decimal = `(?<whole>${grouped}|\\d+)(?:\\.(?<part>\\d+))?|(?<!\\d)\\.(?<bare>\\d+)`;
const power =
  "(?:[eE](?<exponent>[-\\u2212+]?\\d{1,3})(?![\\p{L}\\d])" +
  "|\\s?(?:[x×·*]|\\\\times)\\s?10(?:\\s?\\^\\s?[{(]?(?<raised>[-\\u2212+]?\\d{1,3})(?!\\d)[)}]?|(?<small>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})))?";
/** The 2 of "m2" and "m^2" is no number of its own. */
const unit = "(?:\\s?(?:[kcdm]?m|in|ft|yd|mi|s)\\^?[23](?![\\p{L}\\d]))?";
const number = `${sign}(?:${fraction}|(?:${decimal})${power}${unit})`;
const numbers = new RegExp(number, "gu");
const firstOf = new RegExp(number, "u");
/** A stated number is cut after so many characters. */
const longest = 400;

/** Begins with a number that is not the number of a list or a step. */
const boldNumber = /^[-\u2212$€£¥\s\\]*\d(?!\d{0,2}[.):](?!\d))/;
/** "3 + 4 = 7": what is stated is the result. */
const operator = /^\s*(?:[-\u2212+*×÷/]|\\times)\s*[\d$€£¥(]/;

/**
 * The number that a text answers with, in one form for each value: no separators, no currency, percent sign or unit,
 * no zeros in front or at the end of decimals, no negative zero; "$1,000.50" -> "1000.5", "1.2e3" -> "1200", "3/4" ->
 * "0.75", "2/6" -> "1/3", "25%" -> "25".
 *
 * A stated answer is preferred to merely the last number: first the last of "The answer is 12 apples, because 5 ...",
 * "#### 12" and "\boxed{12}", then the last number in bold ("**12**"), then the last number of the text.
 * @returns null where there is none.
 */
export function extractNumber(text: string): string | null {
  const plain = plainNumbers(text);
  for (const { at, stated } of statedAnswers(plain)) {
    const match = statedNumber(plain, at, stated);
    if (match !== undefined) return formOf(match);
  }
  for (const { at, stated } of boldAnswers(plain)) {
    const match = boldNumber.test(stated) ? firstNumber(plain, at, stated) : undefined;
    if (match !== undefined) return formOf(match);
  }
  let last: RegExpMatchArray | undefined;
  for (const match of plain.matchAll(numbers)) last = match;
  return last === undefined ? null : formOf(last);
}

/** "½" as " 1\u20442"; LaTeX's separators "{,}" and "\\," as the characters that they print. */
function plainNumbers(text: string): string {
  return text
    .replace(/[\u00bc-\u00be\u2150-\u215e]/g, (one) => ` ${one.normalize("NFKC")}`)
    .replaceAll("{,}", ",")
    .replaceAll("\\,", "\u2009");
}

function statedNumber(text: string, at: number, stated: string): RegExpExecArray | undefined {
  const first = firstNumber(text, at, stated);
  if (first === undefined) return undefined;
  const after = first.index + first[0].length - at;
  if (!operator.test(stated.slice(after))) return first;
  const equals = stated.indexOf("=", after);
  if (equals < 0) return first;
  return firstNumber(text, at + equals + 1, stated.slice(equals + 1)) ?? first;
}

/** The first number of a passage of the text, whole even where the passage ends inside it. */
function firstNumber(text: string, at: number, passage: string): RegExpExecArray | undefined {
  const found = firstOf.exec(text.slice(at, at + passage.length + longest));
  if (found === null || found.index >= passage.length) return undefined;
  found.index += at;
  return found;
}

function formOf({ groups = {} }: RegExpMatchArray): string {
  const negative = (groups.minus ?? groups.inner) !== undefined;
  const top = groups.top ?? groups.over;
  if (top !== undefined) {
    const [n, d] = [BigInt(top), BigInt((groups.bottom ?? groups.under)!)];
    return fractionForm(negative, n < d ? BigInt(groups.ones ?? 0) : 0n, n, d);
  }
  const whole = (groups.whole ?? "").replace(/\D/g, "");
  const part = groups.part ?? groups.bare ?? "";
  const raised = groups.exponent ?? groups.raised ?? groups.small;
  return raised === undefined
    ? decimalForm(negative, whole, part)
    : scientificForm(negative, whole, part, powerOf(raised));
}

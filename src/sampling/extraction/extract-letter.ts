import { statedAnswers } from "./stated.js";

/** "A" and "I" are also words: they do not count where the sentence goes on with anything but a reason. */
const letter =
  "(?:[B-HJ]|[AI](?!\\s+(?!because|since|as|and|which|so)\\p{Ll}))(?![\\p{L}\\p{N}'’])";
/** "D", "option **D**", "(d)", "\text{D}" in front of what is stated. */
const stated = new RegExp(
  `^(?:[Oo]ption\\s+|[Cc]hoice\\s+)?(?:\\\\(?:text|mathrm|textbf)\\s?)?[*_"'$\\s({]{0,8}(?:(${letter})|(?<=\\()([a-j])(?=\\)))`,
  "u",
);
/** "The correct option is D", "the right choice: (D)". */
const chosen = new RegExp(
  `\\b(?:correct|right|best)\\s+(?:option|choice|statement)(?:\\s+is\\s*:?|\\s*[:=])[*_"'$\\s(]{0,8}(${letter})`,
  "gu",
);
const inParentheses = /\(([A-J])\)/g;
const inBold = /\*\*\(?([A-J])(?:\)|[.:)]\s[^*\n]{1,80})?\*\*/g;
const atBegin = /^\s*\**([A-J])\**\s*[.):](?:\s|$)/;
const atEnd = /(?:^|[\s*"':])([A-J])[.)*"'\s]{0,20}$/;

/**
 * The option that a text chooses: the last one it states ("the answer is D", "\boxed{D}", "the correct option is D"),
 * else the last in bold, else the last in parentheses, else a lone letter at the end, else one that it begins with
 * ("B. Paris"). Letters A to J, capital; after "the answer is" also "(d)".
 * @returns null where there is none.
 */
export function extractLetter(text: string): string | null {
  for (const answer of statedAnswers(text)) {
    const match = stated.exec(answer.stated);
    if (match !== null) return (match[1] ?? match[2]!).toUpperCase();
  }
  return (
    lastGroup(text, chosen) ??
    lastGroup(text, inBold) ??
    lastGroup(text, inParentheses) ??
    text.match(atEnd)?.[1] ??
    text.match(atBegin)?.[1] ??
    null
  );
}

function lastGroup(text: string, pattern: RegExp): string | null {
  let last: string | null = null;
  for (const match of text.matchAll(pattern)) last = match[1] ?? null;
  return last;
}

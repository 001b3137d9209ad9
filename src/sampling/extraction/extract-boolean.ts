import { boldAnswers, statedAnswers } from "./stated.js";

const word = "(?<not>\\bnot\\s|n['’]t\\s)?\\b(?<word>yes|no|true|false)\\b(?!['’]\\p{L})";
const begin = new RegExp(`^(?:\\\\(?:text|mathrm|textbf))?[*_"'$\\s({:]{0,8}${word}`, "iu");
/** "No" is also an article: in the middle of a text it counts only where a clause ends. */
const alone = new RegExp(`${word}(?=[*_"')}]{0,4}(?:[.,;!?]|\\s{0,4}$|\\n))`, "giu");

/**
 * "yes" or "no", which "true" and "false" mean too ("not true" is "no"). What a text states ("The answer is yes",
 * "\boxed{True}", "**No**") comes first, then a text's first word, then the last one that ends a clause.
 * @returns null where there is none.
 */
export function extractBoolean(text: string): string | null {
  for (const { stated } of statedAnswers(text)) {
    const match = begin.exec(stated);
    if (match !== null) return formOf(match);
  }
  for (const { stated } of boldAnswers(text)) {
    const match = begin.exec(stated);
    if (match !== null) return formOf(match);
  }
  let last = begin.exec(text) ?? undefined;
  if (last === undefined) for (const match of text.matchAll(alone)) last = match;
  return last === undefined ? null : formOf(last);
}

function formOf({ groups = {} }: RegExpMatchArray): string {
  const positive = /yes|true/i.test(groups.word!);
  return positive === (groups.not === undefined) ? "yes" : "no";
}

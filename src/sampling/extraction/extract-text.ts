/** "Answer:", "The final answer is:", "####". */
const marker = /\b(?:the\s)?(?:final\s)?answer(?:\sis)?\s?[*_]{0,2}:[*_]{0,2}|#{4}/gi;
/** "The answer is Paris." in a line of its own, as the last words. */
const lastWords = /\b(?:the|final)\sanswer\sis\s(?!not\b)/gi;

/**
 * The answer part of a text, without blanks around it: what follows the last "Answer:", "The answer is:" or "####", or
 * the rest of the last line after "The answer is" without its full stop; else the whole text. Characters are composed
 * (Unicode NFC), line breaks are "\n".
 * @returns null where nothing is left.
 */
export function extractText(text: string): string | null {
  let part = text.normalize("NFC").replace(/\r\n?/g, "\n");
  part = afterLast(part, marker).trim();
  const rest = afterLast(part, lastWords);
  if (rest !== part && !rest.includes("\n")) part = rest.replace(/\.$/, "").trim();
  return part === "" ? null : part;
}

function afterLast(text: string, pattern: RegExp): string {
  let from = 0;
  for (const match of text.matchAll(pattern)) from = match.index + match[0].length;
  return text.slice(from);
}

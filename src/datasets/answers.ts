/** One form for a number however it is written (`2,125`, `2125.0`); other answers without the blanks around them. */
export function canonical(answer: string): string {
  const text = answer.trim();
  if (!/^[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/.test(text)) return text;
  const number = Number(text.replaceAll(",", ""));
  return Number.isSafeInteger(Math.trunc(number)) ? String(number) : text;
}

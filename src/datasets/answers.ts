/**
 * One form for a decimal number: no zeros in front of the whole part or at the end of decimals, no negative zero.
 * @param whole digits, may be empty. @param part digits behind the point, may be empty.
 */
export function decimalForm(negative: boolean, whole: string, part: string): string {
  const front = whole.replace(/^0+/, "") || "0";
  const behind = part.replace(/0+$/, "");
  const value = behind === "" ? front : `${front}.${behind}`;
  return negative && value !== "0" ? `-${value}` : value;
}

/** One form for a number however it is written (`2,125`, `2125.0`); other answers without the blanks around them. */
export function canonical(answer: string): string {
  const text = answer.trim();
  const number = /^([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/.exec(text);
  if (number === null) return text;
  return decimalForm(number[1] === "-", number[2]!.replaceAll(",", ""), number[3] ?? "");
}

/** Words and numbers of a table for a terminal. */

/** Columns of a terminal that every text here fits into. */
const width = 100;

export interface TextColumn<Row> {
  readonly head: string;
  cell(row: Row): string;
}

/**
 * Lines of a table, at most `width` characters each: the first column left-aligned and cut to what the others leave,
 * the others right-aligned.
 */
export function formatColumns<Row>(
  columns: readonly TextColumn<Row>[],
  rows: readonly Row[],
): string[] {
  const cells = columns.map(({ head, cell }) => [head, ...rows.map(cell)]);
  const widths = cells.map((texts) => Math.max(...texts.map((text) => text.length)));
  const others = widths.slice(1).reduce((sum, widest) => sum + widest + 2, 0);
  widths[0] = Math.min(widths[0]!, Math.max(8, width - others));
  return [undefined, ...rows].map((_, line) =>
    cells
      .map((texts, at) => {
        const text = texts[line]!;
        return at === 0 ? cut(text, widths[0]!).padEnd(widths[0]!) : text.padStart(widths[at]!);
      })
      .join("  "),
  );
}

/** Lines cut to the width of the terminal, without blanks at their ends; ends in a line break. */
export function joinLines(lines: readonly string[]): string {
  return `${lines.map((line) => cut(line.trimEnd(), width)).join("\n")}\n`;
}

export function percent(fraction: number): string {
  return (100 * fraction).toFixed(1);
}

export function signed(fraction: number): string {
  const text = percent(fraction);
  // "-0.0" would look like a loss.
  if (Number(text) === 0) return "0.0";
  return fraction > 0 ? `+${text}` : text;
}

/** Names come from files: no control character of theirs reaches the terminal. */
export function plain(name: string): string {
  return name.replace(/\p{C}/gu, "?");
}

export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

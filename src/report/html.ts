/** Pieces of HTML. Every text that comes from outside passes through `escapeHtml`. */

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Without characters that are no text, or that turn the direction of what follows: each becomes U+FFFD. */
export function clean(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|\p{Cs}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}

export function escapeHtml(text: string): string {
  return clean(text).replace(/[&<>"']/g, (character) => entities[character]!);
}

/** A text of unknown language and direction, kept from turning what is around it. */
export function name(text: string): string {
  return `<bdi>${escapeHtml(text)}</bdi>`;
}

export interface HtmlColumn<Row> {
  readonly head: string;
  /** HTML of the cell: escaped by who makes it. */
  cell(row: Row): string;
  /** Numbers stand to the right. */
  readonly number?: boolean;
}

export interface TableOptions<Row> {
  readonly caption: string;
  /** Class of a row. */
  rowClass?(row: Row): string | undefined;
}

/** A table in a box of its own, which scrolls where the page is too narrow. The first cell of a row is its heading. */
export function table<Row>(
  columns: readonly HtmlColumn<Row>[],
  rows: readonly Row[],
  { caption, rowClass }: TableOptions<Row>,
): string {
  const kind = ({ number }: HtmlColumn<Row>) => (number ? ' class="number"' : "");
  const head = columns.map(
    (column) => `<th scope="col"${kind(column)}>${escapeHtml(column.head)}</th>`,
  );
  const lines = rows.map((row) => {
    const cells = columns.map((column, at) =>
      at === 0
        ? `<th scope="row">${column.cell(row)}</th>`
        : `<td${kind(column)}>${column.cell(row)}</td>`,
    );
    const own = rowClass?.(row);
    return `<tr${own ? ` class="${own}"` : ""}>${cells.join("")}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${head.join("")}</tr></thead>
<tbody>
${lines.join("\n")}
</tbody></table></div>`;
}

/** @param body HTML. */
export function section(heading: string, ...body: readonly string[]): string {
  return `<section>\n<h2>${escapeHtml(heading)}</h2>\n${body.filter((part) => part !== "").join("\n")}\n</section>`;
}

/** A picture with its caption, and the same as a table for who cannot see it. @param pictures, data HTML. */
export function figure(caption: string, pictures: string, data: string): string {
  return `<figure>\n${pictures}\n<figcaption>${escapeHtml(caption)}</figcaption>
<details><summary>The figure as a table</summary>\n${data}\n</details>\n</figure>`;
}

export function percent(fraction: number, digits = 1): string {
  return Number.isFinite(fraction) ? (100 * fraction).toFixed(digits) : "–";
}

/** Points with their sign; a true minus. */
export function points(fraction: number): string {
  const text = percent(fraction);
  if (text === "–" || Number(text) === 0) return text.replace("-", "");
  return fraction > 0 ? `+${text}` : text.replace("-", "−");
}

export function interval(low: number, high: number, format: (value: number) => string): string {
  return `${format(low)} to ${format(high)}`;
}

/** Three significant digits, without an exponent. */
export function amount(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return rounded === 0 || Math.abs(rounded) >= 1e-6
    ? rounded.toLocaleString("en", { maximumFractionDigits: 9 })
    : rounded.toString();
}

import type { EvaluationRow } from "./table.js";

/**
 * The rows that no other one beats: none is at least as accurate and as cheap, and better in one of the two. Rows
 * without that cost, and bounds that nothing can choose by (oracles, upper bounds, hindsight), take no part.
 * @returns the rows by ascending cost; of equal ones all.
 */
export function paretoFront(
  rows: readonly EvaluationRow[],
  cost: "price" | "latency",
): EvaluationRow[] {
  const real = rows.filter(
    (row) =>
      row[cost] !== undefined &&
      !["oracle", "expected-oracle", "upper-bound"].includes(row.kind) &&
      !row.name.endsWith("(hindsight)"),
  );
  const beats = (a: EvaluationRow, b: EvaluationRow) =>
    a.accuracy >= b.accuracy &&
    a[cost]! <= b[cost]! &&
    (a.accuracy > b.accuracy || a[cost]! < b[cost]!);
  return real
    .filter((row) => !real.some((other) => beats(other, row)))
    .sort((a, b) => a[cost]! - b[cost]! || b.accuracy - a.accuracy);
}

import type { Evaluation, EvaluationRow } from "./table.js";

const width = 100;
const nameWidth = 34;

/**
 * The table for a terminal, at most 100 columns wide: single models from the best to the worst, then the other rows
 * in their order. Percent, points and 95 % intervals; milliseconds where they were measured. Ends in a line break.
 */
export function formatTable(evaluation: Evaluation): string {
  const { n, folds, groups, seed, bestSingle, rows, oracleGapShare } = evaluation;
  const singles = rows.filter(({ kind }) => kind === "single");
  const others = rows.filter(({ kind }) => kind !== "single");
  singles.sort((a, b) => b.accuracy - a.accuracy);
  const setting =
    folds === undefined ? "held-out test prompts" : `prompts, ${folds}-fold cross-validation`;
  const lines = [
    `${n} ${setting}, ${groups} groups of near-duplicates, seed ${seed}`,
    `gain: points over ${plain(bestSingle)}, the best single model on training data, paired`,
    "",
    ...formatRows([...singles, ...others]),
  ];
  const unknown = rows.filter((row) => row.unknown !== undefined);
  for (const row of unknown)
    lines.push(`${plain(row.name)}: ${row.unknown} prompts left out, mark unknown`);
  if (oracleGapShare !== undefined) {
    lines.push(
      "",
      `The router closes ${percent(oracleGapShare)} % of the gap from the best single model to the oracle.`,
    );
  }
  return `${lines.map((line) => cut(line, width).trimEnd()).join("\n")}\n`;
}

function formatRows(rows: readonly EvaluationRow[]): string[] {
  const timed = rows.some(({ latency }) => latency !== undefined);
  const head = [
    "",
    "right %",
    "95 %",
    "gain",
    "95 %",
    ...(timed ? ["ms"] : []),
    "share of prompts",
  ];
  const cells = rows.map((row) => [
    cut(plain(row.name), nameWidth),
    percent(row.accuracy),
    `${percent(row.low)}..${percent(row.high)}`,
    signed(row.gain),
    `${signed(row.gainLow)}..${signed(row.gainHigh)}`,
    ...(timed ? [row.latency === undefined ? "" : milliseconds(row.latency)] : []),
    topShares(row.shares ?? {}),
  ]);
  const table = [head, ...cells];
  const widths = head.map((_, column) => Math.max(...table.map((line) => line[column]!.length)));
  return table.map((line) =>
    line
      .map((cell, column) => {
        const left = column === 0 || column === line.length - 1;
        return left ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
      })
      .join("  "),
  );
}

function topShares(shares: Readonly<Record<string, number>>): string {
  const top = Object.entries(shares).sort((a, b) => b[1] - a[1]);
  return top.map(([model, share]) => `${Math.round(100 * share)} ${plain(model)}`).join(", ");
}

function percent(fraction: number): string {
  return (100 * fraction).toFixed(1);
}

function signed(fraction: number): string {
  const text = percent(fraction);
  // "-0.0" would look like a loss.
  if (Number(text) === 0) return "0.0";
  return fraction > 0 ? `+${text}` : text;
}

function milliseconds(seconds: number): string {
  return (1000 * seconds).toFixed(seconds < 0.1 ? 1 : 0);
}

/** Names come from files: no control character of theirs reaches the terminal. */
function plain(name: string): string {
  return name.replace(/\p{C}/gu, "?");
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

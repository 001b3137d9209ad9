import type { Evaluation, EvaluationRow } from "./table.js";

const width = 100;
const nameWidth = 34;

/**
 * The table for a terminal, at most 100 columns wide: single models from the best to the worst, then the other rows
 * in their order. Percent, points and 95 % intervals; prompts with a known mark where some are unknown, milliseconds
 * where they were measured, and the models chosen most often. Ends in a line break.
 */
export function formatTable(evaluation: Evaluation): string {
  const { n, folds, groups, seed, bestSingle, rows, oracleGapShare } = evaluation;
  const crossed = folds !== undefined;
  const setting = crossed ? `prompts, ${folds}-fold cross-validation` : "test prompts";
  const choice = crossed
    ? "each fold's best single model on its training rows, mostly"
    : "best single model,";
  const singles = rows.filter(({ kind }) => kind === "single");
  const others = rows.filter(({ kind }) => kind !== "single");
  singles.sort((a, b) => b.accuracy - a.accuracy);
  const lines = [
    `${n} ${setting}, ${groups} groups of near-duplicates, seed ${seed}`,
    `gain: paired, in points, over the ${choice} ${plain(bestSingle)}`,
    "",
    ...formatRows([...singles, ...others], n),
  ];
  if (oracleGapShare !== undefined) {
    const share = percent(oracleGapShare);
    lines.push(
      "",
      `The router closes ${share} % of the gap from the best single model to the oracle.`,
    );
  }
  return `${lines.map((line) => cut(line, width).trimEnd()).join("\n")}\n`;
}

interface TextColumn {
  readonly head: string;
  readonly left?: boolean;
  cell(row: EvaluationRow): string;
}

function formatRows(rows: readonly EvaluationRow[], n: number): string[] {
  const columns: TextColumn[] = [
    { head: "", left: true, cell: ({ name }) => cut(plain(name), nameWidth) },
    { head: "right %", cell: ({ accuracy }) => percent(accuracy) },
    { head: "95 %", cell: ({ low, high }) => `${percent(low)}..${percent(high)}` },
    { head: "gain", cell: ({ gain }) => signed(gain) },
    { head: "95 %", cell: ({ gainLow, gainHigh }) => `${signed(gainLow)}..${signed(gainHigh)}` },
  ];
  if (rows.some(({ unknown }) => unknown !== undefined)) {
    columns.push({ head: "known", cell: ({ unknown = 0 }) => `${n - unknown}` });
  }
  if (rows.some(({ latency }) => latency !== undefined)) {
    columns.push({
      head: "ms",
      cell: ({ latency }) => (latency === undefined ? "" : milliseconds(latency)),
    });
  }
  if (rows.some(({ shares }) => shares !== undefined)) {
    columns.push({
      head: "% of prompts",
      left: true,
      cell: ({ shares }) => topShares(shares ?? {}),
    });
  }
  const texts = columns.map(({ head, left, cell }) => {
    const cells = [head, ...rows.map(cell)];
    const widest = Math.max(...cells.map((text) => text.length));
    return cells.map((text) => (left ? text.padEnd(widest) : text.padStart(widest)));
  });
  return [undefined, ...rows].map((_, line) => texts.map((cells) => cells[line]).join("  "));
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

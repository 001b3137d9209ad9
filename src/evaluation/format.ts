import type { Evaluation, EvaluationRow } from "./table.js";

const width = 100;
const nameWidth = 32;

/**
 * The table for a terminal, at most 100 columns wide: single models from the best to the worst, then the other rows
 * in their order. Percent, points and 95 % intervals; prompts with a known mark where some are unknown, microseconds of
 * the decision and milliseconds with the answer where they were measured, and below which models were chosen. Ends in a line break.
 */
export function formatTable(evaluation: Evaluation): string {
  const { n, folds, groups, seed, bestSingle, rows, oracleGapShare } = evaluation;
  const crossed = folds !== undefined;
  const setting = crossed ? `prompts, ${folds}-fold cross-validation` : "test prompts";
  const choice = crossed ? "by the training rows of most folds" : "chosen without the test prompts";
  const singles = rows.filter(({ kind }) => kind === "single");
  const others = rows.filter(({ kind }) => kind !== "single");
  singles.sort((a, b) => b.accuracy - a.accuracy);
  const lines = [
    `${n} ${setting}, ${groups} groups of near-duplicates, seed ${seed}`,
    `best single model (${choice}): ${plain(bestSingle)}`,
    `gain: over the best single model${crossed ? " of each fold" : ""}, paired, in points`,
    "",
    ...formatRows([...singles, ...others], n),
    ...formatShares(rows),
  ];
  if (oracleGapShare !== undefined) {
    const share = percent(oracleGapShare);
    lines.push(
      "",
      `The router closes ${share} % of the gap from the best single model to the oracle.`,
    );
  }
  return `${lines.map((line) => cut(line.trimEnd(), width)).join("\n")}\n`;
}

interface TextColumn {
  readonly head: string;
  cell(row: EvaluationRow): string;
}

function formatRows(rows: readonly EvaluationRow[], n: number): string[] {
  const columns: TextColumn[] = [
    { head: "", cell: ({ name }) => cut(plain(name), nameWidth) },
    { head: "right %", cell: ({ accuracy }) => percent(accuracy) },
    { head: "95 %", cell: ({ low, high }) => `${percent(low)}..${percent(high)}` },
    { head: "gain", cell: ({ gain }) => signed(gain) },
    { head: "95 %", cell: ({ gainLow, gainHigh }) => `${signed(gainLow)}..${signed(gainHigh)}` },
  ];
  if (rows.some(({ unknown }) => unknown !== undefined)) {
    columns.push({ head: "known", cell: ({ unknown = 0 }) => `${n - unknown}` });
  }
  if (rows.some(({ routing }) => routing !== undefined)) {
    columns.push({
      head: "route us",
      cell: ({ routing }) => (routing === undefined ? "" : (1e6 * routing).toFixed(1)),
    });
  }
  if (rows.some(({ latency }) => latency !== undefined)) {
    columns.push({
      head: "ms",
      cell: ({ latency }) => (latency === undefined ? "" : milliseconds(latency)),
    });
  }
  const texts = columns.map(({ head, cell }, at) => {
    const cells = [head, ...rows.map(cell)];
    const widest = Math.max(...cells.map((text) => text.length));
    return cells.map((text) => (at === 0 ? text.padEnd(widest) : text.padStart(widest)));
  });
  return [undefined, ...rows].map((_, line) => texts.map((cells) => cells[line]).join("  "));
}

function formatShares(rows: readonly EvaluationRow[]): string[] {
  const lines = rows.flatMap(({ name, shares }) =>
    shares ? [`  ${plain(name)}: ${topShares(shares)}`] : [],
  );
  return lines.length === 0 ? [] : ["", "prompts sent to", ...lines];
}

function topShares(shares: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(shares).sort((a, b) => b[1] - a[1]);
  return sorted.map(([model, share]) => `${plain(model)} ${percent(share)} %`).join(", ");
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

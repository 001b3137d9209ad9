import type { Evaluation, EvaluationRow } from "./table.js";
import { cut, formatColumns, joinLines, percent, plain, signed, type TextColumn } from "./text.js";

const nameWidth = 36;
const shownShares = 3;

/**
 * The table for a terminal, at most 100 columns wide: single models from the best to the worst, then the other rows
 * in their order. Percent, points and 95 % intervals; prompts with a known mark where some are unknown, p of McNemar's
 * test, microseconds of the decision, milliseconds with the answer and the price where they were measured, and below
 * which models were chosen. Ends in a line break.
 */
export function formatTable(evaluation: Evaluation): string {
  const {
    n,
    folds,
    groups,
    groupedBy,
    trainSize,
    seed,
    seeds,
    bestSingle,
    rows,
    oracleGapShare,
    mde,
  } = evaluation;
  const crossed = folds !== undefined;
  const setting = crossed ? `prompts, ${folds}-fold cross-validation` : "test prompts";
  const training = trainSize === undefined ? "" : `, trained on ${trainSize} each`;
  const units = groupedBy
    ? `${groups} ${groupedBy}s kept whole`
    : `${groups} groups of near-duplicates`;
  const choice = crossed ? "by the training rows of most folds" : "chosen without the test prompts";
  const lines = [
    `${n} ${setting}${training}, ${units}, ${seeds ? `seeds ${seeds.join(", ")}` : `seed ${seed}`}`,
    `best single model (${choice}): ${plain(bestSingle)}`,
    `gain: over the best single model${crossed ? " of each fold" : ""}, paired, in points`,
    "",
    ...formatColumns(columnsOf(evaluation), sorted(rows)),
    ...formatShares(rows),
    ...formatMembers(rows),
  ];
  if (oracleGapShare !== undefined || mde !== undefined) lines.push("");
  if (oracleGapShare !== undefined) {
    const share = percent(oracleGapShare);
    lines.push(`The router closes ${share} % of the gap from the best single model to the oracle.`);
  }
  if (mde !== undefined) {
    lines.push(
      `A true gain of ${percent(mde)} points or more is found by such a test 4 times out of 5.`,
    );
  }
  return joinLines(lines);
}

/** Single models from the best to the worst, then the others. */
function sorted(rows: readonly EvaluationRow[]): EvaluationRow[] {
  const singles = rows.filter(({ kind }) => kind === "single");
  const others = rows.filter(({ kind }) => kind !== "single");
  return [...singles.sort((a, b) => b.accuracy - a.accuracy), ...others];
}

function columnsOf({ n, rows }: Evaluation): TextColumn<EvaluationRow>[] {
  const columns: TextColumn<EvaluationRow>[] = [
    { head: "", cell: ({ name }) => cut(plain(name), nameWidth) },
    { head: "right %", cell: ({ accuracy }) => percent(accuracy) },
    { head: "95 %", cell: ({ low, high }) => `${percent(low)}..${percent(high)}` },
    { head: "gain", cell: ({ gain }) => signed(gain) },
    { head: "95 %", cell: ({ gainLow, gainHigh }) => `${signed(gainLow)}..${signed(gainHigh)}` },
  ];
  const add = <T>(
    head: string,
    of: (row: EvaluationRow) => T | undefined,
    cell: (value: T) => string,
  ) => {
    if (!rows.some((row) => of(row) !== undefined)) return;
    columns.push({
      head,
      cell: (row) => {
        const value = of(row);
        return value === undefined ? "" : cell(value);
      },
    });
  };
  add(
    "answers",
    ({ answers }) => answers,
    (answers) => answers.toFixed(1),
  );
  add("p", ({ mcnemar }) => mcnemar, probability);
  if (rows.some(({ unknown }) => unknown !== undefined)) {
    columns.push({ head: "known", cell: ({ unknown = 0 }) => `${n - unknown}` });
  }
  add(
    "route us",
    ({ routing }) => routing,
    (seconds) => (1e6 * seconds).toFixed(1),
  );
  add("ms", ({ latency }) => latency, milliseconds);
  add(
    "price",
    ({ price }) => price,
    (price) => price.toPrecision(3),
  );
  return columns;
}

function formatShares(rows: readonly EvaluationRow[]): string[] {
  const lines = rows.flatMap(({ name, shares }) =>
    shares ? [`  ${plain(name)}: ${topShares(shares)}`] : [],
  );
  return lines.length === 0 ? [] : ["", "prompts sent to", ...lines];
}

/** Which models vote in the rows of sets; "all jointly" says so itself. */
function formatMembers(rows: readonly EvaluationRow[]): string[] {
  const lines = rows.flatMap(({ name, members }) =>
    members && name !== "all jointly" ? [`  ${plain(name)}: ${members.map(plain).join(", ")}`] : [],
  );
  return lines.length === 0 ? [] : ["", "asked jointly", ...lines];
}

function topShares(shares: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(shares).sort((a, b) => b[1] - a[1]);
  const shown = sorted.slice(0, shownShares);
  const texts = shown.map(([model, share]) => `${plain(model)} ${percent(share)} %`);
  const rest = sorted.slice(shownShares).reduce((sum, [, share]) => sum + share, 0);
  const others = sorted.length - shown.length;
  return [
    ...texts,
    ...(others > 0 ? [`${others} other${others > 1 ? "s" : ""} ${percent(rest)} %`] : []),
  ].join(", ");
}

function milliseconds(seconds: number): string {
  return (1000 * seconds).toFixed(seconds < 0.1 ? 1 : 0);
}

function probability(p: number): string {
  return p < 0.001 ? "<.001" : p.toFixed(3);
}

import type { LabelNoise, RankingPower } from "./label-noise.js";
import { formatColumns, joinLines, percent, plain, signed } from "./text.js";

/** The report for a terminal, at most 100 columns wide. */
export function formatLabelNoise({
  models,
  oracle,
  effectivePoolSize,
  ranking,
}: LabelNoise): string {
  const table = formatColumns(
    [
      { head: "", cell: ({ model }) => plain(model) },
      { head: "rate %", cell: ({ rate }) => percent(rate) },
      { head: "answers", cell: ({ answers }) => answers.toFixed(1) },
      { head: "alpha", cell: ({ alpha }) => alpha?.toPrecision(3) ?? "" },
      { head: "beta", cell: ({ beta }) => beta?.toPrecision(3) ?? "" },
      {
        head: "not luck %",
        cell: ({ reliability }) => (reliability === undefined ? "" : percent(reliability)),
      },
    ],
    models,
  );
  const figure = (name: string, value: number | undefined) =>
    value === undefined ? [] : [`${name}: ${percent(value)} %`];
  return joinLines([
    ...table,
    "",
    ...figure("oracle by marks", oracle.hard),
    ...figure("expected oracle, by observed rates (too high)", oracle.expected),
    ...figure("expected oracle, chosen by shrunken rates (too low)", oracle.shrunken),
    ...figure("expected oracle, chosen by half of the answers (too low)", oracle.split),
    `models with independent errors that would spread as much: ${effectivePoolSize.toFixed(1)} of ${models.length}`,
    ...(ranking ? formatRanking(ranking) : []),
  ]);
}

function formatRanking(ranking: RankingPower): string[] {
  const { first, second, difference, low, high, detectable, prompts, answers } = ranking;
  const lines = [
    "",
    `${plain(first)} before ${plain(second)}:`,
    `  ${signed(difference)} points (${signed(low)}..${signed(high)}); found 4 times out of 5: ${percent(detectable)}`,
    `  prompts needed to be as sure of this difference: ${amount(prompts)}`,
  ];
  if (answers !== undefined)
    lines.push(`  or answers of each of these prompts: ${amount(answers)}`);
  return lines;
}

function amount(number: number): string {
  return Number.isFinite(number) ? number.toLocaleString("en") : "no number is enough";
}

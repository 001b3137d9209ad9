import { paretoFront } from "../evaluation/pareto.js";
import type { Evaluation, EvaluationRow } from "../evaluation/table.js";
import { deferralChart, plansChart, reliabilityChart, sharesChart, winsChart } from "./charts.js";
import { costChart } from "./cost-chart.js";
import type { DeferralData, PlanPoint, Reliability, WinsBy } from "./data.js";
import type { Figures } from "./figures.js";
import {
  amount,
  clean,
  escapeHtml,
  interval,
  name,
  percent,
  points,
  section,
  table,
} from "./html.js";

/** Diagrams beyond this are too many to read; the table has all models. */
const maxDiagrams = 12;

/** Accuracy against latency and price, where they were measured. */
export async function costSection({ rows }: Evaluation, figures: Figures): Promise<string> {
  const parts: string[] = [];
  for (const [cost, label] of [
    ["price", "price of an answer"],
    ["latency", "seconds to an answer"],
  ] as const) {
    const front = paretoFront(rows, cost);
    if (front.length === 0) continue;
    const bound = ["oracle", "expected-oracle", "upper-bound"];
    const shown = rows.filter((row) => row[cost] !== undefined && !bound.includes(row.kind));
    const byCost = [...shown].sort((a, b) => a[cost]! - b[cost]!);
    const caption = `Accuracy against ${label}. Filled points are on the Pareto front (dashed): no row is both better and cheaper.`;
    const data = table<EvaluationRow>(
      [
        { head: "", cell: (row) => name(row.name) },
        { head: label, number: true, cell: (row) => amount(row[cost]!) },
        { head: "right, %", number: true, cell: ({ accuracy }) => percent(accuracy) },
        { head: "on the front", cell: (row) => (front.includes(row) ? "yes" : "no") },
      ],
      byCost,
      { caption: `Accuracy and ${label}` },
    );
    const description = `${front.length} of ${shown.length} rows are on the front: ${front.map((row) => clean(row.name)).join(", ")}.`;
    const chart = costChart(shown, front, cost, label);
    parts.push(await figures.figure({ caption, description, chart, height: 360, data }));
  }
  return parts.length === 0 ? "" : section("What accuracy costs", ...parts);
}

export async function sharesSection({ rows }: Evaluation, figures: Figures): Promise<string> {
  const router = rows.find(({ kind, shares }) => kind === "router" && shares !== undefined);
  if (router === undefined) return "";
  const shares = Object.entries(router.shares!).sort((a, b) => b[1] - a[1]);
  const data = table(
    [
      { head: "model", cell: ([model]) => name(model) },
      { head: "prompts, %", number: true, cell: ([, share]) => percent(share) },
    ],
    shares,
    { caption: "Share of the prompts that each model gets" },
  );
  const [most] = shares;
  return section(
    "Who gets the prompts",
    await figures.figure({
      caption: `Share of the prompts that the router sends to each model. Models that get none are left out.`,
      description: `${clean(most![0])} gets most, ${percent(most![1])} %.`,
      chart: sharesChart(shares),
      height: 20 + 24 * shares.length,
      data,
    }),
  );
}

export async function calibrationSection(
  calibration: readonly Reliability[],
  figures: Figures,
): Promise<string> {
  const diagrams: string[] = [];
  for (const one of calibration.slice(0, maxDiagrams)) {
    const title = `Reliability of ${one.model}`;
    const errors = `ECE ${percent(one.ece)} points, Brier ${one.brier.toFixed(3)}`;
    const svg = await figures.drawing(reliabilityChart(one), title, errors, 190, 170);
    diagrams.push(`<div><h3>${name(one.model)}</h3><p>${errors}</p>${svg}</div>`);
  }
  const rows = calibration.flatMap(({ model, bins }) => bins.map((bin) => ({ model, ...bin })));
  const data = table(
    [
      { head: "model", cell: ({ model }) => name(model) },
      { head: "prompts", number: true, cell: ({ count }) => `${count}` },
      { head: "said, %", number: true, cell: ({ predicted }) => percent(predicted) },
      { head: "right, %", number: true, cell: ({ observed }) => percent(observed) },
    ],
    rows,
    { caption: "Mean probability and share of right answers, by tenths of probability" },
  );
  const errors = table(
    [
      { head: "model", cell: ({ model }) => name(model) },
      { head: "ECE, points", number: true, cell: ({ ece }) => percent(ece) },
      { head: "Brier", number: true, cell: ({ brier }) => brier.toFixed(3) },
    ],
    calibration,
    { caption: "Expected calibration error over ten bins, and mean squared error" },
  );
  return section(
    "Can the probabilities be believed?",
    "<p>Of the prompts for which the router calls a model right with a probability of 70 %, it should be right on 70 %: points on the dashed line. Larger points stand for more prompts.</p>",
    `<figure><div class="multiples">${diagrams.join("\n")}</div></figure>`,
    `<details><summary>The figures as tables</summary>${errors}${data}</details>`,
  );
}

export async function winsSection(wins: readonly WinsBy[], figures: Figures): Promise<string> {
  const parts: string[] = [];
  for (const by of wins) {
    const better = by.rows.filter(({ low }) => low > 0).length;
    const worse = by.rows.filter(({ high }) => high < 0).length;
    const data = table(
      [
        { head: by.part, cell: (row) => name(row.name) },
        { head: "prompts", number: true, cell: ({ prompts }) => `${prompts}` },
        { head: "best model there", cell: ({ winner }) => name(winner) },
        { head: "its %", number: true, cell: (row) => percent(row.winnerAccuracy) },
        { head: "router, %", number: true, cell: ({ router }) => percent(router) },
        { head: "best single, %", number: true, cell: ({ single }) => percent(single) },
        { head: "gain, points", number: true, cell: ({ gain }) => points(gain) },
        {
          head: "95 % interval",
          number: true,
          cell: ({ low, high }) => interval(low, high, points),
        },
      ],
      by.rows,
      { caption: `By ${by.part}. The best model there is known only in hindsight.` },
    );
    const chart = winsChart(by);
    const caption = `Gain of the router over the best single model by ${by.part}, with 95 % intervals that are not corrected for the number of parts: ${better} above zero, ${worse} below, of ${by.rows.length}.`;
    const height = 60 + 20 * by.rows.length;
    const description = `The largest part is ${clean(by.rows[0]!.name)}: ${points(by.rows[0]!.gain)} points.`;
    parts.push(
      `<h3>By ${escapeHtml(by.part)}</h3>`,
      await figures.figure({ caption, description, chart, height, data }),
    );
  }
  return section("Where the router wins", ...parts);
}

export async function deferralSection(data: DeferralData, figures: Figures): Promise<string> {
  const { weak, strong, apgr } = data;
  const tenths = data.points.filter((_, at) => at % 10 === 0 || at === data.points.length - 1);
  const rows = table(
    [
      { head: "prompts for the strong model, %", cell: ([share]) => percent(share) },
      { head: "right, %", number: true, cell: ([, accuracy]) => percent(accuracy) },
    ],
    tenths,
    { caption: "Points of the curve" },
  );
  const area =
    apgr === undefined
      ? "the second is not the better one, so that there is no gap to recover"
      : `average performance gap recovered ${apgr.toFixed(3)} (a coin: 0.5)`;
  return section(
    "One weak model, one strong one",
    `<p>Prompts go from ${name(weak)} to ${name(strong)}, those first that the router thinks gain most: ${area}.</p>`,
    await figures.figure({
      caption: `Accuracy as the strong model gets more of the prompts. Dashed: prompts chosen by a coin.`,
      description: `From ${percent(data.points[0]![1])} % without the strong model to ${percent(data.points.at(-1)![1])} % with it alone.`,
      chart: deferralChart(data),
      height: 320,
      data: rows,
    }),
  );
}

export async function plansSection(plans: readonly PlanPoint[], figures: Figures): Promise<string> {
  const data = table(
    [
      { head: "plan", cell: (plan) => name(plan.name) },
      { head: "answers a prompt", number: true, cell: ({ answers }) => amount(answers) },
      { head: "right, %", number: true, cell: ({ accuracy }) => percent(accuracy) },
    ],
    plans,
    { caption: "Plans" },
  );
  return section(
    "What more answers bring",
    await figures.figure({
      caption: "Accuracy of plans against the mean number of answers that they ask for.",
      description: `From ${amount(plans[0]!.answers)} to ${amount(plans.at(-1)!.answers)} answers a prompt.`,
      chart: plansChart(plans),
      height: 320,
      data,
    }),
  );
}

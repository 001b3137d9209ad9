import type { Evaluation, EvaluationRow } from "../evaluation/table.js";
import type { PaperFigures } from "./data.js";
import {
  amount,
  escapeHtml,
  type HtmlColumn,
  interval,
  name,
  percent,
  points,
  section,
  table,
} from "./html.js";

const bounds: readonly string[] = ["oracle", "expected-oracle", "upper-bound", "random"];

/** The evaluation: single models from the best to the worst, then the other rows in their order. */
export function tableSection(evaluation: Evaluation): string {
  const { rows, n } = evaluation;
  const singles = rows.filter(({ kind }) => kind === "single");
  singles.sort((a, b) => b.accuracy - a.accuracy);
  const others = rows.filter(({ kind }) => kind !== "single");
  const columns: HtmlColumn<EvaluationRow>[] = [
    { head: "", cell: (row) => name(row.name) },
    { head: "right, %", number: true, cell: ({ accuracy }) => percent(accuracy) },
    { head: "95 % interval", number: true, cell: ({ low, high }) => interval(low, high, percent) },
    { head: "gain, points", number: true, cell: gainCell },
    {
      head: "95 % interval",
      number: true,
      cell: ({ gainLow, gainHigh }) => interval(gainLow, gainHigh, points),
    },
    ...optional(rows, "mcnemar", "p (McNemar)", (p) => (p < 0.001 ? "&lt; 0.001" : p.toFixed(3))),
    ...optional(rows, "answers", "answers", (answers) => answers.toFixed(1)),
    ...optional(rows, "latency", "seconds", amount),
    ...optional(rows, "routing", "routing, µs", (seconds) => (1e6 * seconds).toFixed(1)),
    ...optional(rows, "price", "price", amount),
    ...optional(rows, "unknown", "known", (unknown) => `${n - unknown}`, `${n}`),
  ];
  const rowClass = (row: EvaluationRow) => {
    const kind = row.kind === "router" || row.kind === "plan" ? "router" : "";
    const bound = bounds.includes(row.kind) ? "bound" : "";
    return [kind, bound, row === others[0] ? "first" : ""].join(" ").trim();
  };
  const caption = `Share of right answers on ${n} prompts, and gain over the best single model (paired, prompt by prompt).`;
  return section(
    "Accuracy",
    table(columns, [...singles, ...others], { caption, rowClass }),
    `<p class="note">Rows in italics choose nothing that could be deployed: they say what chance gives and what hindsight would.</p>`,
  );
}

function gainCell({ gain, gainLow, gainHigh }: EvaluationRow): string {
  const kind = gainLow > 0 ? "gain" : gainHigh < 0 ? "loss" : "";
  return kind === "" ? points(gain) : `<span class="${kind}">${points(gain)}</span>`;
}

/** A column for a figure that not all rows have, where some do. */
function optional(
  rows: readonly EvaluationRow[],
  field: "answers" | "mcnemar" | "latency" | "routing" | "price" | "unknown",
  head: string,
  format: (value: number) => string,
  without = "",
): HtmlColumn<EvaluationRow>[] {
  if (!rows.some((row) => row[field] !== undefined)) return [];
  const cell = (row: EvaluationRow) => (row[field] === undefined ? without : format(row[field]));
  return [{ head, number: true, cell }];
}

/** The paper's figures beside those of the same yardsticks here. */
export function paperSection(paper: PaperFigures, { rows, bestSingle }: Evaluation): string {
  const here = (test: (row: EvaluationRow) => boolean) => rows.find(test)?.accuracy ?? Number.NaN;
  const yardsticks = [
    ["best single model", "bestSingle", here((row) => row.name === bestSingle)],
    ["random choice", "random", here(({ kind }) => kind === "random")],
    ["router, highest probability", "router", here(({ kind }) => kind === "router")],
    [
      "upper bound of the classifier",
      "upperBound",
      here(({ kind, name }) => kind === "upper-bound" && name.startsWith("upper bound")),
    ],
    ["oracle", "oracle", here(({ kind }) => kind === "oracle")],
  ] as const;
  const columns: HtmlColumn<(typeof yardsticks)[number]>[] = [
    { head: "", cell: ([yardstick]) => yardstick },
    ...paper.sets.map((set) => ({
      head: `paper, ${set.name}`,
      number: true,
      cell: ([, field]: (typeof yardsticks)[number]) => percent(set[field]),
    })),
    { head: "here", number: true, cell: ([, , accuracy]) => percent(accuracy) },
  ];
  const caption =
    "The same yardsticks in the paper: other models and prompts, so that only the distances compare.";
  return section(
    "Beside the paper",
    `<p>In the paper the router stays below its best single model. ${escapeHtml(paper.source)}.</p>`,
    table(columns, yardsticks, { caption }),
  );
}

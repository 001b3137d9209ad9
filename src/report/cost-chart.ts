import type { EvaluationRow } from "../evaluation/table.js";
import { accuracyAxis, axis, grid, short } from "./axes.js";
import { type Chart, colours } from "./draw.js";
import { amount } from "./html.js";

/** Accuracy against a cost; the front is a line through the rows that no other one beats. */
export function costChart(
  rows: readonly EvaluationRow[],
  front: readonly EvaluationRow[],
  cost: "price" | "latency",
  label: string,
): Chart {
  return {
    grid: { ...grid, top: 24 },
    xAxis: {
      ...axis,
      type: "value",
      scale: true,
      name: label,
      nameGap: 28,
      axisLabel: {
        ...axis.axisLabel,
        formatter: (value: number | string) => amount(Number(value)),
      },
    },
    yAxis: accuracyAxis,
    series: [
      {
        type: "line",
        step: "end",
        symbol: "none",
        lineStyle: { color: colours.best, width: 1.5, type: "dashed" },
        data: front.map((row) => [row[cost]!, row.accuracy]),
      },
      {
        type: "scatter",
        symbolSize: 9,
        labelLayout: { hideOverlap: true },
        // Where two names do not fit, the first is shown.
        data: [...rows].sort(routersFirst).map((row) => ({
          value: [row[cost]!, row.accuracy],
          itemStyle: {
            color: front.includes(row) ? colourOf(row) : "none",
            borderColor: colourOf(row),
            borderWidth: 1.5,
          },
          label: {
            show: true,
            position:
              isRouter(row) || front.includes(row)
                ? "top"
                : row[cost]! > middle(rows, cost)
                  ? "left"
                  : "right",
            color: colours.ink,
            fontSize: 11,
            textBorderColor: colours.page,
            textBorderWidth: 3,
            formatter: () => short(row.name),
          },
        })),
      },
    ],
  };
}

function isRouter({ kind }: EvaluationRow): boolean {
  return kind === "router" || kind === "plan";
}

function colourOf(row: EvaluationRow): string {
  return isRouter(row) ? colours.router : colours.single;
}

function routersFirst(a: EvaluationRow, b: EvaluationRow): number {
  return Number(isRouter(b)) - Number(isRouter(a));
}

function middle(rows: readonly EvaluationRow[], cost: "price" | "latency"): number {
  const costs = rows.map((row) => row[cost]!);
  return (Math.min(...costs) + Math.max(...costs)) / 2;
}

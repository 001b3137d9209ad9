import { accuracyAxis, axis, grid, percentLabel, roomFor, short } from "./axes.js";
import type { DeferralData, PlanPoint, Reliability, WinsBy } from "./data.js";
import { type Chart, colours } from "./draw.js";
import { percent } from "./html.js";

/** Mean mark against mean probability; on the diagonal they agree. The area of a point grows with its prompts. */
export function reliabilityChart({ bins }: Reliability): Chart {
  const most = Math.max(...bins.map(({ count }) => count));
  const share = { ...axis, type: "value" as const, min: 0, max: 1, interval: 0.5 };
  return {
    grid: { left: 38, right: 10, top: 8, bottom: 38 },
    xAxis: { ...share, name: "said, %", nameGap: 22, axisLabel: percentLabel },
    yAxis: { ...share, name: "right, %", nameGap: 26, axisLabel: percentLabel },
    series: [
      {
        type: "line",
        symbol: "none",
        lineStyle: { color: colours.muted, width: 1, type: "dashed" },
        data: [
          [0, 0],
          [1, 1],
        ],
      },
      {
        type: "line",
        symbol: "circle",
        lineStyle: { color: colours.router, width: 1.5 },
        itemStyle: { color: colours.router },
        data: bins.map((bin) => ({
          value: [bin.predicted, bin.observed],
          symbolSize: 4 + 8 * Math.sqrt(bin.count / most),
        })),
      },
    ],
  };
}

/** Gain of the router in each part, with its interval; the largest part on top. */
export function winsChart({ rows }: WinsBy): Chart {
  const known = rows.filter(({ gain }) => Number.isFinite(gain));
  const category = (at: number) => known.length - 1 - at;
  return {
    grid: { left: roomFor(known.map((row) => row.name)), right: 16, top: 8, bottom: 44 },
    yAxis: {
      type: "category",
      data: known.map(({ name }) => short(name)).reverse(),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: colours.ink, interval: 0 },
    },
    xAxis: {
      ...axis,
      type: "value",
      name: "gain, points",
      nameGap: 26,
      axisLabel: percentLabel,
    },
    series: [
      {
        type: "custom",
        data: known.map(({ low, high }, at) => [low, high, category(at)]),
        encode: { x: [0, 1], y: 2 },
        renderItem: (_, api) => {
          const [from, to] = [0, 1].map((at) => api.coord([api.value(at), api.value(2)]));
          return {
            type: "line",
            shape: { x1: from![0]!, y1: from![1]!, x2: to![0]!, y2: to![1]! },
            style: { stroke: colours.muted, lineWidth: 2, fill: "none" },
          };
        },
      },
      {
        type: "scatter",
        symbolSize: 8,
        markLine: {
          symbol: "none",
          label: { show: false },
          lineStyle: { color: colours.ink, width: 1, type: "solid" },
          data: [{ xAxis: 0 }],
        },
        data: known.map(({ gain, low, high }, at) => ({
          value: [gain, category(at)],
          itemStyle: { color: low > 0 ? colours.good : high < 0 ? colours.bad : colours.muted },
        })),
      },
    ],
  };
}

/** Share of the prompts that each model gets, the largest on top. */
export function sharesChart(shares: readonly (readonly [model: string, share: number])[]): Chart {
  const turned = [...shares].reverse();
  return {
    grid: { left: roomFor(shares.map(([model]) => model)), right: 56, top: 4, bottom: 4 },
    yAxis: {
      type: "category",
      data: turned.map(([model]) => short(model)),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: colours.ink, interval: 0 },
    },
    xAxis: { type: "value", show: false, min: 0 },
    series: [
      {
        type: "bar",
        barWidth: 14,
        itemStyle: { color: colours.router },
        label: {
          show: true,
          position: "right",
          color: colours.ink,
          formatter: ({ value }) => `${percent(Number(value))} %`,
        },
        data: turned.map(([, share]) => share),
      },
    ],
  };
}

/** Accuracy against the share of prompts that the strong model gets, and what a coin would reach. */
export function deferralChart({ points }: DeferralData): Chart {
  const ends = [points[0]!, points.at(-1)!];
  const line = (data: readonly (readonly [number, number])[], colour: string, dashed: boolean) => ({
    type: "line" as const,
    symbol: "none",
    lineStyle: {
      color: colour,
      width: dashed ? 1 : 2,
      type: dashed ? ("dashed" as const) : ("solid" as const),
    },
    data: data.map((point) => [...point]),
  });
  return {
    grid,
    xAxis: {
      ...axis,
      type: "value",
      min: 0,
      max: 1,
      name: "prompts for the strong model, %",
      nameGap: 28,
      axisLabel: percentLabel,
    },
    yAxis: accuracyAxis,
    series: [line(ends, colours.muted, true), line(points, colours.router, false)],
  };
}

/** Accuracy of a plan against the answers it asks for. */
export function plansChart(plans: readonly PlanPoint[]): Chart {
  return {
    grid,
    xAxis: { ...axis, type: "value", scale: true, name: "answers a prompt", nameGap: 28 },
    yAxis: accuracyAxis,
    series: [
      {
        type: "line",
        symbol: "circle",
        symbolSize: 7,
        lineStyle: { color: colours.router, width: 2 },
        itemStyle: { color: colours.router },
        data: plans.map(({ answers, accuracy }) => [answers, accuracy]),
      },
    ],
  };
}

import { colours } from "./draw.js";
import { clean, percent } from "./html.js";

/** Longest name in a drawing; the tables have the whole. */
const nameLength = 22;
/** Mean width of a letter at the size of axis labels, in pixels; a browser is not there to measure. */
const letterWidth = 6.8;

/** A name as a drawing has it. */
export function short(text: string): string {
  const plain = clean(text).replace(/\s+/g, " ");
  return plain.length > nameLength ? `${plain.slice(0, nameLength - 1)}…` : plain;
}

export const axis = {
  nameLocation: "middle" as const,
  nameTextStyle: { color: colours.muted },
  axisLine: { show: true, lineStyle: { color: colours.line } },
  axisTick: { show: false },
  axisLabel: { color: colours.muted, hideOverlap: true },
  splitLine: { show: true, lineStyle: { color: colours.line, width: 0.5 } },
};

export const percentLabel = {
  ...axis.axisLabel,
  formatter: (value: number | string) => String(+percent(Number(value))).replace("-", "−"),
};

/** Share of right answers, as far as the points reach. */
export const accuracyAxis = {
  ...axis,
  type: "value" as const,
  scale: true,
  name: "right, %",
  nameGap: 32,
  axisLabel: percentLabel,
};

/** Room for axes in the pixels around a drawing. */
export const grid = { left: 48, right: 24, top: 16, bottom: 44 };

/** Pixels left of an axis that bears these names. */
export function roomFor(names: readonly string[]): number {
  return 12 + letterWidth * Math.max(...names.map((name) => short(name).length));
}

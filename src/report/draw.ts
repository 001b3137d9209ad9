import type { EChartsOption } from "echarts";
import { escapeHtml } from "./html.js";

export type Chart = EChartsOption;

/**
 * Colours of charts. They stand in the drawing as what no other colour is, and are replaced by the variables of the style
 * sheet, so that the same drawing fits a light and a dark page.
 */
export const colours = {
  ink: "#010201",
  muted: "#010202",
  line: "#010203",
  router: "#010204",
  single: "#010205",
  best: "#010206",
  good: "#010207",
  bad: "#010208",
  page: "#010209",
} as const;

export interface DrawOptions {
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  /** Number of the drawing in its page; goes into its ids. */
  readonly id: string;
}

/** Draws a chart as SVG without a browser. The same chart gives the same text. */
export async function draw(
  chart: Chart,
  { title, description, width, height, id }: DrawOptions,
): Promise<string> {
  const echarts = await import("echarts");
  const instance = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  instance.setOption({
    animation: false,
    silent: true,
    textStyle: { fontFamily: "sans-serif", color: colours.ink, fontSize: 12 },
    ...chart,
  });
  const svg = instance.renderToSVGString();
  instance.dispose();
  const [titleId, descriptionId] = [`${id}-t`, `${id}-d`];
  const named =
    `<svg role="img" aria-labelledby="${titleId} ${descriptionId}"` +
    ` viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" xmlns="http://www.w3.org/2000/svg">` +
    `<title id="${titleId}">${escapeHtml(title)}</title><desc id="${descriptionId}">${escapeHtml(description)}</desc>`;
  return withVariables(svg)
    .replace(/^<svg[^>]*>/, named)
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, "")
    .replace(/zr\d+-/g, `${id}-`)
    .replace(/ class="[^"]*"/g, "");
}

function withVariables(svg: string): string {
  return Object.entries(colours).reduce(
    (text, [name, colour]) => text.replaceAll(colour, `var(--${name})`),
    svg,
  );
}

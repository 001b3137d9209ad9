import { type Chart, draw } from "./draw.js";
import { figure } from "./html.js";

export interface FigureInput {
  readonly caption: string;
  /** What is to be seen, in words. */
  readonly description: string;
  readonly chart: Chart;
  readonly height: number;
  /** HTML of the table that says the same. */
  readonly data: string;
}

const wide = 720;
const narrow = 340;

/** Draws the figures of one page; each gets ids of its own. */
export class Figures {
  #count = 0;

  /** Twice, for a screen and for a phone: a drawing made smaller would have unreadable letters. */
  async figure({ caption, description, chart, height, data }: FigureInput): Promise<string> {
    const sizes = [
      ["wide", wide],
      ["narrow", narrow],
    ] as const;
    const drawings: string[] = [];
    for (const [name, width] of sizes) {
      const svg = await this.drawing(chart, caption, description, width, height);
      drawings.push(`<div class="${name}">${svg}</div>`);
    }
    return figure(caption, drawings.join("\n"), data);
  }

  drawing(
    chart: Chart,
    title: string,
    description: string,
    width: number,
    height: number,
  ): Promise<string> {
    this.#count += 1;
    return draw(chart, { title, description, width, height, id: `f${this.#count}` });
  }
}

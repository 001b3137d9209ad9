import { MultiBar, Presets, type SingleBar } from "cli-progress";
import type { RunStatus } from "../sampling/index.js";
import { duration, percent } from "./format.js";

/** Shows on stderr how far sampling is: a line for each model in a terminal, else JSON, a line every ten seconds. */
export interface SamplingView extends Disposable {
  readonly update: (status: RunStatus, event?: string) => void;
}

const quietSeconds = 10;

export function samplingView(): SamplingView {
  return process.stderr.isTTY ? bars() : jsonLines();
}

function bars(): SamplingView {
  const format = "{name} {bar} {value}/{total}  {speed} tokens/s  right {right}  ETA {left}";
  const view = new MultiBar(
    { format, stream: process.stderr, hideCursor: true, barsize: 24 },
    Presets.shades_classic,
  );
  const shown = new Map<string, SingleBar>();
  return {
    update({ models, questions, tokensPerSecond, secondsLeft, done, total }, event) {
      const width = Math.max(3, ...models.map(({ name }) => name.length));
      const show = (name: string, value: number, most: number, rest: object) => {
        const payload = { name: name.padEnd(width), ...rest };
        const bar = shown.get(name) ?? view.create(most, value, payload);
        shown.set(name, bar);
        bar.update(value, payload);
      };
      for (const model of models) {
        show(model.name, model.questions, questions, {
          speed: speed(model.tokensPerSecond),
          right: percent(model.accuracy),
          left: duration(model.secondsLeft),
        });
      }
      show("all", done, total, {
        speed: speed(tokensPerSecond),
        right: "",
        left: duration(secondsLeft),
      });
      if (event !== undefined) view.log(`${event}\n`);
    },
    [Symbol.dispose]() {
      view.stop();
    },
  };
}

/** The fields are those of RunStatus, after the time, with the models at work only; docs/store.md explains them. */
function jsonLines(): SamplingView {
  let last = performance.now();
  return {
    update(status, event) {
      const now = performance.now();
      if (event === undefined && now - last < quietSeconds * 1000) return;
      last = now;
      const time = new Date().toISOString();
      const models = status.models.filter(
        ({ answers, answersLeft }) => answers > 0 && answersLeft > 0,
      );
      const line = { time, ...(event && { event }), ...status, models };
      process.stderr.write(`${JSON.stringify(line)}\n`);
    },
    [Symbol.dispose]() {},
  };
}

function speed(tokensPerSecond: number | null): string {
  return (tokensPerSecond === null ? "-" : tokensPerSecond.toFixed(0)).padStart(6);
}

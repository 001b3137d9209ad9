import { Presets, SingleBar } from "cli-progress";

/** Shows how far long work is, on stderr: a bar with ETA in a terminal, a line every ten seconds elsewhere. */
export interface Progress extends Disposable {
  update(done: number, total: number, note?: string): void;
}

const quietSeconds = 10;

export function progress(title: string): Progress {
  return process.stderr.isTTY ? bar(title) : lines(title);
}

function bar(title: string): Progress {
  const view = new SingleBar(
    {
      format: `${title} {bar} {value}/{total} ETA {eta_formatted} {note}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: false,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update(done, total, note = "") {
      if (!started) view.start(total, done, { note });
      started = true;
      view.setTotal(total);
      view.update(done, { note });
    },
    [Symbol.dispose]() {
      if (started) view.stop();
    },
  };
}

function lines(title: string): Progress {
  const begin = performance.now();
  let last = begin;
  return {
    update(done, total, note = "") {
      const now = performance.now();
      if (now - last < quietSeconds * 1000) return;
      last = now;
      const eta = done === 0 ? "?" : Math.round((((now - begin) / done) * (total - done)) / 1000);
      process.stderr.write(`${title} ${done}/${total}, ETA ${eta} s ${note}\n`);
    },
    [Symbol.dispose]() {},
  };
}

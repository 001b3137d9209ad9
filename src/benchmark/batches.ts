import { monitorEventLoopDelay } from "node:perf_hooks";

/** Resolution of the histogram, milliseconds. */
const resolution = 1;

export interface BatchTimes {
  readonly promptsPerSecond: number;
  /** Milliseconds that timers came too late meanwhile. */
  readonly late: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** Scores the prompts in one batch after another, and watches how late the event loop is. */
export async function batches(
  prompts: readonly string[],
  milliseconds: number,
  scoreBatch: (prompts: readonly string[]) => Promise<unknown>,
): Promise<BatchTimes> {
  await scoreBatch(prompts);
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  const begin = performance.now();
  let scored = 0;
  let elapsed = 0;
  while (elapsed < milliseconds) {
    await scoreBatch(prompts);
    scored += prompts.length;
    elapsed = performance.now() - begin;
  }
  histogram.disable();
  // The histogram counts whole intervals; the delay is what lies above its resolution.
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution);
  return {
    promptsPerSecond: (scored * 1000) / elapsed,
    late: {
      p50: late(histogram.percentile(50)),
      p99: late(histogram.percentile(99)),
      max: late(histogram.max),
    },
  };
}

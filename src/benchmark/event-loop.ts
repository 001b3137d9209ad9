import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";

/** Resolution of the histogram, milliseconds. */
const resolution = 1;

export interface EventLoopDelay {
  /** Milliseconds that timers came too late; median and 99th percentile. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * How late timers come while this thread routes all the time, with a turn of the event loop after every `batch`
 * prompts, as a server does that reads them from a stream.
 */
export async function eventLoopDelay(
  prompts: readonly string[],
  batch: number,
  milliseconds: number,
  call: (prompt: string) => unknown,
): Promise<EventLoopDelay> {
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  const end = performance.now() + milliseconds;
  for (let at = 0; performance.now() < end; at += batch) {
    for (let i = 0; i < batch; i++) call(prompts[(at + i) % prompts.length]!);
    await setImmediate();
  }
  histogram.disable();
  // The histogram counts whole intervals; the delay is what lies above its resolution.
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution);
  return {
    p50: late(histogram.percentile(50)),
    p99: late(histogram.percentile(99)),
    max: late(histogram.max),
  };
}

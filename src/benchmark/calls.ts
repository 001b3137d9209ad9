import { type Percentiles, percentiles } from "./percentiles.js";

/** More than the second-level caches hold, so that what a call needs comes from the third level or memory. */
const walkedBytes = 16 * 2 ** 20;
const cacheLine = 64;

/**
 * Times single calls, one prompt after another, several passes over all of them.
 * @param before runs before each call, outside its time.
 * @returns [passes x prompts] nanoseconds, less what reading the timer costs.
 */
export function timeCalls(
  prompts: readonly string[],
  passes: number,
  call: (prompt: string) => unknown,
  before?: () => void,
): Float64Array {
  const timer = timerCost();
  const times = new Float64Array(passes * prompts.length);
  let at = 0;
  for (let pass = 0; pass < passes; pass++) {
    for (const prompt of prompts) {
      before?.();
      const begin = process.hrtime.bigint();
      call(prompt);
      times[at++] = Math.max(0, Number(process.hrtime.bigint() - begin) - timer);
    }
  }
  return times;
}

/** Percentiles of calls with everything they need in the caches. The first pass warms up and is not counted. */
export function warmCalls(
  prompts: readonly string[],
  passes: number,
  call: (prompt: string) => unknown,
): Percentiles {
  return percentiles(timeCalls(prompts, passes + 1, call).subarray(prompts.length));
}

/** Percentiles of calls after 16 MB of other memory were walked, each on another prompt. */
export function coldCalls(
  prompts: readonly string[],
  calls: number,
  call: (prompt: string) => unknown,
): Percentiles {
  const memory = new Uint8Array(walkedBytes);
  const walk = () => {
    for (let at = 0; at < memory.length; at += cacheLine) memory[at]!++;
  };
  const step = Math.max(1, Math.floor(prompts.length / calls));
  const some = prompts.filter((_, i) => i % step === 0).slice(0, calls);
  const passes = Math.ceil(calls / some.length);
  return percentiles(timeCalls(some, passes, call, walk));
}

/** Nanoseconds between two readings of the timer with nothing between them. */
export function timerCost(): number {
  const times = new Float64Array(10_000);
  for (let i = 0; i < times.length; i++) {
    const begin = process.hrtime.bigint();
    times[i] = Number(process.hrtime.bigint() - begin);
  }
  return percentiles(times).p50;
}

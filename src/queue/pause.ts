import { setTimeout } from "node:timers/promises";

/** @returns after so many milliseconds, or when the signal fires. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => {});
}

/** @returns when the work is done or has failed, but after so many milliseconds at the latest. */
export async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const end = new AbortController();
  await Promise.race([work.catch(() => {}), pause(milliseconds, end.signal)]);
  end.abort();
}

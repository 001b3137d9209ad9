import { setTimeout as sleep } from "node:timers/promises";
import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type IBackoffFactory,
  noop,
  retry,
} from "cockatiel";
import { HttpFailure } from "./http.js";

/** Runs one request of a call, again and again where that may help. */
export type Resilience = <T>(attempt: () => Promise<T>, signal: AbortSignal) => Promise<T>;

export interface ResilienceOptions {
  /** Attempts after the first. */
  readonly retries: number;
  /** Milliseconds before the first retry, on average; each further one waits about twice as long. */
  readonly retryDelay: number;
  /** Milliseconds that nothing is sent for after `failuresToOpen` failures in a row. */
  readonly openFor: number;
}

const longestDelay = 30_000;
/** Most milliseconds of a server's Retry-After that are waited for. */
const longestRetryAfter = 60_000;
const failuresToOpen = 5;

/**
 * Retries with exponential backoff and decorrelated jitter, at the earliest when the server's Retry-After is over,
 * behind a circuit breaker that all calls share. An open circuit counts as one more failed attempt, so that a run
 * outlives the restart of a server, and a server that is down is not stormed.
 */
export function resilience(options: ResilienceOptions): Resilience {
  const { retries, retryDelay: initialDelay, openFor } = options;
  const breaker = circuitBreaker(handleWhen(isDown), {
    halfOpenAfter: openFor,
    breaker: new ConsecutiveBreaker(failuresToOpen),
  });
  // cockatiel would sleep on after the signal has fired: it decides whether to retry, and the attempt waits.
  const policy = retries === 0 ? noop : retry(handleWhen(isPassing), { maxAttempts: retries });
  let last = "";
  return (attempt, signal) => {
    let backoff: IBackoffFactory<unknown> = new ExponentialBackoff({
      initialDelay,
      maxDelay: longestDelay,
    });
    let wait = 0;
    const guarded = async () => {
      try {
        return await attempt();
      } catch (error) {
        // The caller's doing, not the server's.
        signal.throwIfAborted();
        if (isDown(error)) last = error.message;
        throw error;
      }
    };
    const work = policy.execute(async () => {
      if (wait > 0) await sleep(wait, undefined, { signal });
      try {
        return await breaker.execute(guarded);
      } catch (error) {
        const next = backoff.next(undefined);
        backoff = next;
        const asked = error instanceof HttpFailure ? error.retryAfter : 0;
        wait = Math.min(asked, longestRetryAfter) + next.duration;
        if (!(error instanceof BrokenCircuitError)) throw error;
        const reason = `after ${failuresToOpen} failures in a row nothing is sent for ${openFor} ms`;
        throw new HttpFailure(`${reason}; the last one was: ${last}`, { cause: error });
      }
    }, signal);
    return whileWanted(work, signal);
  };
}

/** A call may wait for another one that tries whether the server is back. */
function whileWanted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

/** Whether the server cannot be reached, or does not work. */
function isDown(error: unknown): error is HttpFailure {
  return error instanceof HttpFailure && (error.status === undefined || error.status >= 500);
}

/** Whether the same request may succeed later: 408 timeout, 425 too early, 429 too many requests. */
function isPassing(error: Error): boolean {
  if (isDown(error)) return true;
  return error instanceof HttpFailure && [408, 425, 429].includes(error.status ?? 0);
}

import {
  AbortedError,
  DeadlineError,
  InvalidArgumentError,
  OverloadedError,
} from "../../errors.js";

/** Where a request stands in the line. */
export interface Place<T> {
  readonly model: T;
  /** Seconds; who has less comes first. */
  readonly key: number;
}

export interface LineOptions {
  /** Whole number from -10 to 10; a higher one comes first. Default 0. */
  readonly priority?: number;
  /** Seconds from now within which the answer must begin; else the request is refused. Default: any. */
  readonly within?: number;
  readonly signal?: AbortSignal;
}

interface Waiter<T> extends Place<T> {
  readonly take: () => void;
  readonly fail: (error: Error) => void;
}

/**
 * One step of priority is worth having come this many seconds earlier. So a higher priority goes first, equal ones go
 * in the order in which they came, and no request waits for ever: what comes later than its head start is behind it.
 */
const secondsOfPriority = 30;
const mostPriority = 10;
/** Of Node, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** Requests that wait for their model, at most `most` of them. */
export class Line<T> implements Iterable<Place<T>> {
  readonly #most: number;
  readonly #waiters: Waiter<T>[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#waiters.length;
  }

  /** In their order, of one moment. */
  [Symbol.iterator](): Iterator<Place<T>> {
    return [...this.#waiters][Symbol.iterator]();
  }

  /**
   * Waits in line until `take`.
   * @param now seconds on any clock that does not go back.
   * @throws InvalidArgumentError, OverloadedError at once; DeadlineError, AbortedError, and what `fail` was given.
   */
  async enter(model: T, now: number, options: LineOptions = {}): Promise<void> {
    const { priority = 0, within, signal } = options;
    if (!Number.isInteger(priority) || Math.abs(priority) > mostPriority) {
      const expected = `a whole number from -${mostPriority} to ${mostPriority}`;
      throw InvalidArgumentError.of("priority", expected, priority);
    }
    if (Number.isNaN(within)) throw InvalidArgumentError.of("within", "seconds", within);
    if (signal?.aborted) throw new AbortedError("Generation");
    if (within !== undefined && within <= 0) throw new DeadlineError(within);
    if (this.#waiters.length >= this.#most) throw new OverloadedError(this.#most);
    await new Promise<void>((resolve, reject) => {
      const leave = (settle: () => void) => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        settle();
      };
      const waiter: Waiter<T> = {
        model,
        key: now - priority * secondsOfPriority,
        take: () => leave(resolve),
        fail: (error) => leave(() => reject(error)),
      };
      const abort = () => waiter.fail(new AbortedError("Generation"));
      signal?.addEventListener("abort", abort);
      const timer =
        within === undefined
          ? undefined
          : setTimeout(
              () => waiter.fail(new DeadlineError(within)),
              Math.min(within * 1000, longestTimer),
            );
      const behind = this.#waiters.findLastIndex(({ key }) => key <= waiter.key);
      this.#waiters.splice(behind + 1, 0, waiter);
    });
  }

  /** Lets a request begin. */
  take(place: Place<T>): void {
    (place as Waiter<T>).take();
  }

  /** Ends the waiting of all requests, or of those for one model. */
  fail(error: Error, model?: T): void {
    for (const waiter of [...this.#waiters]) {
      if (model === undefined || waiter.model === model) waiter.fail(error);
    }
  }
}

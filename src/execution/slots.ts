import { AbortedError } from "../errors.js";

interface Waiter<T> {
  readonly take: (item: T) => void;
  readonly fail: (error: Error) => void;
}

/** Things that one user at a time may hold; who comes late waits in line and takes what becomes free. */
export class Slots<T> {
  /** Longest free first. */
  readonly #free: T[];
  readonly #line = new Set<Waiter<T>>();
  #closed: Error | undefined;

  constructor(items: readonly T[]) {
    this.#free = [...items];
  }

  /**
   * @param worth of a free thing to this user: the most valuable one is taken, among equals the one longest free.
   * @throws AbortedError when the signal fires while waiting; the error given to `close`.
   */
  async use<R>(
    signal: AbortSignal | undefined,
    work: (item: T) => Promise<R>,
    worth: (item: T) => number = () => 0,
  ): Promise<R> {
    const item = await this.#take(signal, worth);
    try {
      return await work(item);
    } finally {
      const [first] = this.#line;
      if (first === undefined) this.#free.push(item);
      else first.take(item);
    }
  }

  /** Those in line and those who come later get the error; who holds an item keeps it. */
  close(error: Error): void {
    this.#closed = error;
    for (const waiter of this.#line) waiter.fail(error);
  }

  #take(signal: AbortSignal | undefined, worth: (item: T) => number): Promise<T> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    if (signal?.aborted) return Promise.reject(new AbortedError("Generation"));
    if (this.#free.length > 0) return Promise.resolve(this.#mostValuable(worth));
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#line.delete(waiter);
        signal?.removeEventListener("abort", abort);
      };
      const waiter: Waiter<T> = {
        take: (given) => {
          leave();
          resolve(given);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      const abort = () => waiter.fail(new AbortedError("Generation"));
      signal?.addEventListener("abort", abort);
      this.#line.add(waiter);
    });
  }

  #mostValuable(worth: (item: T) => number): T {
    const values = this.#free.map(worth);
    const [item] = this.#free.splice(values.indexOf(Math.max(...values)), 1);
    return item!;
  }
}

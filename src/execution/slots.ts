import { AbortedError } from "../errors.js";

interface Waiter<T> {
  readonly take: (item: T) => void;
  readonly fail: (error: Error) => void;
}

/** Things that one user at a time may hold; who comes late waits in line. */
export class Slots<T> {
  readonly #free: T[];
  readonly #line = new Set<Waiter<T>>();
  #closed: Error | undefined;

  constructor(items: readonly T[]) {
    this.#free = [...items];
  }

  /** @throws AbortedError when the signal fires while waiting; the error given to `close`. */
  async use<R>(signal: AbortSignal | undefined, work: (item: T) => Promise<R>): Promise<R> {
    const item = await this.#take(signal);
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

  #take(signal: AbortSignal | undefined): Promise<T> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    if (signal?.aborted) return Promise.reject(new AbortedError("Generation"));
    const item = this.#free.pop();
    if (item !== undefined) return Promise.resolve(item);
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
}

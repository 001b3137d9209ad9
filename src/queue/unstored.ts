/** Bytes of results that wait to be stored before no more jobs are posted. */
const maxBytes = 64 * 1024 * 1024;

/** Results in Redis that wait to be stored. Asking pauses when they pile up, as where a full disk is waited for. */
export class Unstored {
  readonly #results = new Map<string, { readonly id: string; readonly bytes: number }>();
  #bytes = 0;
  #waiting: (() => void)[] = [];

  /** @param seed @param first of the answers in it. @param id of the job. */
  add(seed: number, first: number, id: string, bytes: number): void {
    this.#results.set(`${seed}/${first}`, { id, bytes });
    this.#bytes += bytes;
  }

  /** @returns the id of the job whose answers are stored now; undefined where none waited. */
  remove(seed: number, first: number): string | undefined {
    const key = `${seed}/${first}`;
    const stored = this.#results.get(key);
    if (stored === undefined) return undefined;
    this.#results.delete(key);
    this.#bytes -= stored.bytes;
    this.#wake();
    return stored.id;
  }

  /** @returns when there is room for more, or `close` was called. */
  async room(): Promise<void> {
    while (this.#bytes > maxBytes)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#bytes = 0;
    this.#results.clear();
    this.#wake();
  }

  #wake(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }
}

/** Seconds that a rate looks back. */
const span = 60;

/** How fast answers come, over the last minute. They may be added in any order. */
export class Rate {
  readonly #seconds = new Float64Array(span).fill(Number.NEGATIVE_INFINITY);
  readonly #answers = new Float64Array(span);
  readonly #tokens = new Float64Array(span);
  #last = Number.NEGATIVE_INFINITY;

  /** @param time of an answer, milliseconds. @param tokens drawn for it. */
  add(time: number, tokens: number): void {
    const second = Math.floor(time / 1000);
    const slot = second % span;
    // NaN, from a time that is none, is not counted either.
    if (!(second >= this.#seconds[slot]!)) return;
    if (second > this.#seconds[slot]!) {
      this.#seconds[slot] = second;
      this.#answers[slot] = 0;
      this.#tokens[slot] = 0;
    }
    this.#answers[slot]! += 1;
    this.#tokens[slot]! += tokens;
    this.#last = Math.max(this.#last, second);
  }

  /**
   * @param now milliseconds; undefined means when the last answer came.
   * @returns undefined where the minute before shows no rate.
   */
  perSecond(now: number | undefined): { answers: number; tokens: number } | undefined {
    const end = now === undefined ? this.#last : now / 1000;
    let first = Number.POSITIVE_INFINITY;
    for (const second of this.#seconds) if (second > end - span) first = Math.min(first, second);
    if (!(end - first >= 1)) return undefined;
    // What came in the first second was worked on before it, nobody knows how long.
    let [answers, tokens] = [0, 0];
    for (let slot = 0; slot < span; slot++) {
      if (this.#seconds[slot]! <= first) continue;
      answers += this.#answers[slot]!;
      tokens += this.#tokens[slot]!;
    }
    if (answers === 0) return undefined;
    return { answers: answers / (end - first), tokens: tokens / (end - first) };
  }
}

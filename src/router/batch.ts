import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { InvalidArgumentError } from "../errors.js";
import type { RouterHandle } from "../native/router.js";
import { BatchScorer } from "../native/scorer.js";

/** Scores of one prompt of a stream. */
export interface ScoredPrompt {
  /** [models] */
  readonly scores: Float32Array;
  /** Whether the prompt holds anything that is known from training. */
  readonly known: boolean;
}

/** A slice is what the event loop copies to a pool thread in one go: well under a millisecond of work. */
const slicePrompts = 256;
const sliceChars = 131_072;
/** Slices under way: one for each core and one that waits for it. */
const slicesUnderWay = availableParallelism() + 1;

/** Prompts by the slice, on the pool threads of libuv. */
export class BatchRouter {
  readonly #scorer: BatchScorer;
  readonly #overall: Float32Array;

  /** @param overall [models]: the scores of a prompt without anything known. */
  constructor(file: RouterHandle, overall: Float32Array, maxChars: number) {
    this.#scorer = new BatchScorer(file, maxChars);
    this.#overall = overall;
  }

  /** @returns [prompts x models] */
  async scoreAll(prompts: readonly string[]): Promise<Float32Array> {
    const models = this.#overall.length;
    const out = new Float32Array(prompts.length * models);
    let row = 0;
    for await (const { scores } of this.#slices(prompts)) {
      out.set(scores, row * models);
      row += scores.length / models;
    }
    return out;
  }

  async *stream(prompts: AsyncIterable<string> | Iterable<string>): AsyncGenerator<ScoredPrompt> {
    const models = this.#overall.length;
    for await (const { scores, known } of this.#slices(prompts)) {
      for (let i = 0; i < known.length; i++) {
        yield { scores: scores.subarray(i * models, (i + 1) * models), known: known[i]! > 0 };
      }
    }
  }

  /** Results in the order of the prompts, some slices ahead of the one that is awaited. */
  async *#slices(prompts: AsyncIterable<string> | Iterable<string>) {
    const underWay: Promise<Awaited<ReturnType<BatchScorer["score"]>>>[] = [];
    try {
      for await (const slice of slicesOf(prompts)) {
        underWay.push(this.#score(slice));
        if (underWay.length >= slicesUnderWay) yield await underWay.shift()!;
      }
      while (underWay.length > 0) yield await underWay.shift()!;
    } finally {
      // Who stops early must not leave a rejection unheard.
      await Promise.allSettled(underWay);
    }
  }

  async #score(slice: readonly string[]) {
    const scored = await this.#scorer.score(slice);
    scored.known.forEach((known, i) => {
      if (known === 0) scored.scores.set(this.#overall, i * this.#overall.length);
    });
    return scored;
  }
}

async function* slicesOf(prompts: AsyncIterable<string> | Iterable<string>) {
  let slice: string[] = [];
  let chars = 0;
  let count = 0;
  const isReady = !(Symbol.asyncIterator in prompts);
  for await (const prompt of prompts) {
    if (typeof prompt !== "string") {
      throw InvalidArgumentError.of(`prompts[${count}]`, "a string", typeof prompt);
    }
    count++;
    slice.push(prompt);
    chars += prompt.length;
    if (slice.length < slicePrompts && chars < sliceChars) continue;
    yield slice;
    slice = [];
    chars = 0;
    // Prompts that are all there would keep the event loop busy with promises alone.
    if (isReady) await setImmediate();
  }
  if (slice.length > 0) yield slice;
}

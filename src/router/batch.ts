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

/** A slice is what the event loop copies to another thread in one go: well under a millisecond of work. */
const slicePrompts = 1024;
const sliceChars = 262_144;
const pause = Symbol("pause");
/** Slices under way, each on a thread of its own: more would take the event loop's core from it. */
const slicesUnderWay = availableParallelism();

/** Prompts by the slice, each on a thread of its own. */
export class BatchRouter {
  readonly #scorer: BatchScorer;
  readonly #overall: Float32Array;
  readonly #embeddingSize: number;

  /** @param overall [models]: the scores of a prompt without anything known. */
  constructor(file: RouterHandle, overall: Float32Array, maxChars: number) {
    this.#scorer = new BatchScorer(file, maxChars);
    this.#overall = overall;
    this.#embeddingSize = file.embeddingSize;
  }

  /** @param embeddings [prompts x size], where the router needs them. @returns [prompts x models] */
  async scoreAll(prompts: readonly string[], embeddings?: Float32Array): Promise<Float32Array> {
    if (!Array.isArray(prompts)) {
      throw InvalidArgumentError.of("prompts", "an array of strings", typeof prompts);
    }
    const size = this.#embeddingSize;
    if (size > 0 && embeddings?.length !== prompts.length * size) {
      throw InvalidArgumentError.of(
        "embeddings",
        `${size} values for each of ${prompts.length} prompts`,
        embeddings === undefined ? "none" : `${embeddings.length} values`,
      );
    }
    const models = this.#overall.length;
    const out = new Float32Array(prompts.length * models);
    let row = 0;
    for await (const { scores } of this.#score(slicesOfList(prompts), embeddings)) {
      out.set(scores, row * models);
      row += scores.length / models;
    }
    return out;
  }

  async *stream(prompts: AsyncIterable<string> | Iterable<string>): AsyncGenerator<ScoredPrompt> {
    // A string would pass as a list of letters.
    if (typeof prompts !== "object" || prompts === null) {
      throw InvalidArgumentError.of("prompts", "an iterable of strings", typeof prompts);
    }
    if (this.#embeddingSize > 0) {
      const mend = "Use scoreBatch(), which takes them.";
      throw InvalidArgumentError.of("prompts", "embeddings beside them", "none", mend);
    }
    const models = this.#overall.length;
    for await (const { scores, known } of this.#score(slicesOfStream(prompts))) {
      for (let i = 0; i < known.length; i++) {
        yield { scores: scores.subarray(i * models, (i + 1) * models), known: known[i]! > 0 };
      }
    }
  }

  /** Results in the order of the prompts, some slices ahead of the one that is awaited; at a pause, all there are. */
  async *#score(
    slices: AsyncIterable<readonly string[] | typeof pause>,
    embeddings?: Float32Array,
  ) {
    const size = this.#embeddingSize;
    let begin = 0;
    const underWay: Promise<Awaited<ReturnType<BatchScorer["score"]>>>[] = [];
    try {
      for await (const slice of slices) {
        if (slice === pause) {
          while (underWay.length > 0) yield await underWay.shift()!;
          continue;
        }
        const end = begin + slice.length;
        underWay.push(this.#scoreSlice(slice, embeddings?.subarray(begin * size, end * size)));
        begin = end;
        if (underWay.length >= slicesUnderWay) yield await underWay.shift()!;
      }
      while (underWay.length > 0) yield await underWay.shift()!;
    } finally {
      // Who stops early must not leave a rejection unheard.
      await Promise.allSettled(underWay);
    }
  }

  async #scoreSlice(slice: readonly string[], embeddings: Float32Array | undefined) {
    const scored = await this.#scorer.score(slice, embeddings);
    scored.known.forEach((known, i) => {
      if (known === 0) scored.scores.set(this.#overall, i * this.#overall.length);
    });
    return scored;
  }
}

/** Cuts a list where slices are full. */
async function* slicesOfList(prompts: readonly string[]) {
  const slice = new Slice();
  for (const prompt of prompts) {
    if (!slice.add(prompt)) continue;
    yield slice.take();
    // A list that is all there would keep the event loop busy with promises alone.
    await setImmediate();
  }
  if (!slice.isEmpty) yield slice.take();
}

/** Cuts a stream where slices are full, and where it has nothing to give: then what there is must not wait. */
async function* slicesOfStream(prompts: AsyncIterable<string> | Iterable<string>) {
  const slice = new Slice();
  for await (const prompt of Symbol.asyncIterator in prompts ? withPauses(prompts) : prompts) {
    const isPause = prompt === pause;
    if (isPause ? !slice.isEmpty : slice.add(prompt)) yield slice.take();
    if (isPause) yield pause;
  }
  if (!slice.isEmpty) yield slice.take();
}

/** A pause stands where the next prompt is not there within a turn of the event loop. */
async function* withPauses(prompts: AsyncIterable<string>): AsyncGenerator<string | typeof pause> {
  const source = prompts[Symbol.asyncIterator]();
  let turn: Promise<typeof pause> | undefined;
  let isAsked = false;
  let isOpen = true;
  try {
    while (true) {
      isAsked = true;
      const next = source.next();
      turn ??= setImmediate(pause).finally(() => {
        turn = undefined;
      });
      if ((await Promise.race([next, turn])) === pause) yield pause;
      const { done, value } = await next;
      isAsked = false;
      isOpen = !done;
      if (done) return;
      yield value;
    }
  } catch (error) {
    isOpen = false;
    throw error;
  } finally {
    // A source that has been asked and is silent might take for ever to end.
    const end = isOpen ? source.return?.() : undefined;
    if (isAsked) end?.catch(() => {});
    else await end;
  }
}

class Slice {
  #prompts: string[] = [];
  #chars = 0;
  #taken = 0;

  /** @returns whether the slice is full now. */
  add(prompt: string): boolean {
    if (typeof prompt !== "string") {
      const index = this.#taken + this.#prompts.length;
      throw InvalidArgumentError.of(`prompts[${index}]`, "a string", typeof prompt);
    }
    this.#chars += prompt.length;
    return this.#prompts.push(prompt) >= slicePrompts || this.#chars >= sliceChars;
  }

  take(): readonly string[] {
    const prompts = this.#prompts;
    this.#taken += prompts.length;
    this.#prompts = [];
    this.#chars = 0;
    return prompts;
  }

  get isEmpty(): boolean {
    return this.#prompts.length === 0;
  }
}

import { InvalidArgumentError } from "../errors.js";
import { writeFileAtomic } from "../files.js";
import { type RouterHandle, routerBytes } from "../native/router.js";
import { Scorer } from "../native/scorer.js";
import { argMax } from "../policies/argmax.js";
import { loadRouter, type OpenRouter, routerFromBytes } from "./artifact.js";
import { BatchRouter } from "./batch.js";
import type { RouterInfo } from "./info.js";

/** A model and the router's estimate of P(it answers right). */
export interface RankedModel {
  readonly model: string;
  readonly score: number;
}

export interface RouterOptions {
  /**
   * Longest prompt read whole, in UTF-16 units; of a longer one the first and the last half are read. Default 65,536.
   */
  readonly maxChars?: number;
}

const mostChars = 2 ** 26;

/**
 * Decides which model of a pool should answer a prompt. Immutable; `route` allocates nothing.
 * The models' probabilities are read straight from the text: words, n-grams, weights, one pass.
 */
export class Router {
  readonly models: readonly string[];
  readonly info: RouterInfo;
  readonly #file: RouterHandle;
  readonly #maxChars: number;
  readonly #scorer: Scorer;
  /** Rewritten by each call of the scorer. */
  readonly #scores: Float32Array;
  /** Each model's mean mark on the training data. */
  readonly #overall: Float32Array;
  #batch: BatchRouter | undefined;

  private constructor({ info, file }: OpenRouter, { maxChars = 65_536 }: RouterOptions) {
    if (!Number.isInteger(maxChars) || maxChars < 2 || maxChars > mostChars) {
      throw InvalidArgumentError.of("maxChars", `a whole number from 2 to ${mostChars}`, maxChars);
    }
    this.info = info;
    this.models = info.models.map((model) => model.name);
    this.#file = file;
    this.#maxChars = maxChars;
    this.#scorer = new Scorer(file, maxChars);
    this.#scores = this.#scorer.scores;
    this.#overall = Float32Array.from(info.training.meanMarks, (mean) => mean ?? 0);
  }

  /**
   * Maps the file: all threads of a process that load it share its memory. Replace it by renaming another over it, as
   * `save` does, never by writing into it.
   * @throws RouterFileError, StorageError
   */
  static async load(file: string, options: RouterOptions = {}): Promise<Router> {
    return new Router(await loadRouter(file), options);
  }

  /** From the bytes of a router file. @throws RouterFileError */
  static async fromBytes(bytes: Uint8Array, options: RouterOptions = {}): Promise<Router> {
    return new Router(await routerFromBytes(bytes), options);
  }

  /** Writes one safetensors file, whole or not at all. @throws StorageError */
  save(file: string): Promise<void> {
    return writeFileAtomic(file, routerBytes(this.#file));
  }

  /** The best single model on the training data. */
  get fallback(): string {
    return this.models[this.info.fallback]!;
  }

  /**
   * @param embedding the vector of `text`, for a router that was fitted with `embeddings`, as in all methods here.
   * @returns name of the model that should answer `text`.
   * @throws TypeError unless `text` is a string, and if an embedding is needed and not there.
   */
  route(text: string, embedding?: Float32Array): string {
    return this.models[this.choose(text, embedding)]!;
  }

  /**
   * @returns index in `models` of the model that should answer `text`: the highest score, or the best single model
   * where the text holds no word that is known from training.
   */
  choose(text: string, embedding?: Float32Array): number {
    return this.#score(text, embedding) ? argMax(this.#scores) : this.info.fallback;
  }

  /** @returns all models, the chosen one first, the others by falling score. */
  rank(text: string, embedding?: Float32Array): RankedModel[] {
    const chosen = this.choose(text, embedding);
    return this.models
      .map((model, index) => ({ model, score: this.#scores[index]!, index }))
      .sort(
        (a, b) =>
          Number(b.index === chosen) - Number(a.index === chosen) ||
          b.score - a.score ||
          a.index - b.index,
      )
      .map(({ model, score }) => ({ model, score }));
  }

  /** Scores of all models, in the order of `models`. @param out filled and returned. */
  scores(
    text: string,
    out: Float32Array = new Float32Array(this.models.length),
    embedding?: Float32Array,
  ): Float32Array {
    if (out.length !== this.models.length) {
      throw InvalidArgumentError.of(
        "out",
        `a Float32Array of ${this.models.length}`,
        `one of ${out.length}`,
      );
    }
    this.#score(text, embedding);
    out.set(this.#scores);
    return out;
  }

  /**
   * Scores many prompts on all cores; the event loop copies a slice of them at a time, some 0.3 ms. For the most prompts a
   * second, call `route` in worker threads.
   * @param embeddings [prompts x d]
   * @returns [prompts x models]
   */
  scoreBatch(prompts: readonly string[], embeddings?: Float32Array): Promise<Float32Array> {
    return this.#batches.scoreAll(prompts, embeddings);
  }

  /**
   * Routes prompts as they come, on all cores, and reads no further ahead than it must. Not for routers that need
   * embeddings.
   * @returns the model for each prompt, in their order.
   */
  async *routeStream(
    prompts: AsyncIterable<string> | Iterable<string>,
  ): AsyncGenerator<string, void, undefined> {
    for await (const { scores, known } of this.#batches.stream(prompts)) {
      yield this.models[known ? argMax(scores) : this.info.fallback]!;
    }
  }

  get #batches(): BatchRouter {
    this.#batch ??= new BatchRouter(this.#file, this.#overall, this.#maxChars);
    return this.#batch;
  }

  /** Fills `#scores`; with the models' overall rates, and false, where the text holds nothing that is known. */
  #score(text: string, embedding: Float32Array | undefined): boolean {
    if (this.#scorer.score(text, embedding) > 0) return true;
    this.#scores.set(this.#overall);
    return false;
  }
}

import { InvalidArgumentError, RouterFileError } from "../errors.js";
import { Scorer } from "../native/scorer.js";
import { argMax } from "../policies/argmax.js";
import { loadRouter, type RouterInfo, type RouterParts, saveRouter } from "./artifact.js";

/** A model and the router's estimate of P(it answers right). */
export interface RankedModel {
  readonly model: string;
  readonly score: number;
}

/**
 * Decides which model of a pool should answer a prompt. Immutable; `route` allocates nothing.
 * The models' probabilities are read straight from the text: words, n-grams, weights, one pass.
 */
export class Router {
  readonly models: readonly string[];
  readonly info: RouterInfo;
  readonly #parts: RouterParts;
  readonly #scorer: Scorer;
  /** Rewritten by each call of the scorer. */
  readonly #scores: Float32Array;
  /** Each model's mean mark on the training data. */
  readonly #overall: Float32Array;

  constructor(parts: RouterParts) {
    this.#parts = parts;
    this.info = parts.info;
    this.models = parts.info.models.map((m) => m.name);
    this.#scores = new Float32Array(this.models.length);
    this.#overall = Float32Array.from(parts.info.training.meanMarks, (mean) => mean ?? 0);
    this.#scorer = new Scorer({ ...parts.features, ...parts.heads, output: this.#scores });
  }

  /** @throws RouterFileError, StorageError */
  static async load(file: string): Promise<Router> {
    const parts = await loadRouter(file);
    try {
      return new Router(parts);
    } catch (cause) {
      // What only the native side sees, e.g. a term that stands there twice.
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new RouterFileError(`"${file}" is not a usable router file: ${reason}`, { cause });
    }
  }

  /** Writes one safetensors file, whole or not at all. @throws StorageError */
  save(file: string): Promise<void> {
    return saveRouter(file, this.#parts);
  }

  /** The best single model on the training data. */
  get fallback(): string {
    return this.models[this.info.fallback]!;
  }

  /** @returns name of the model that should answer `text`. @throws TypeError unless `text` is a string. */
  route(text: string): string {
    return this.models[this.choose(text)]!;
  }

  /**
   * @returns index in `models` of the model that should answer `text`: the highest score, or the best single model
   * where the text holds no word that is known from training.
   */
  choose(text: string): number {
    return this.#score(text) ? argMax(this.#scores) : this.info.fallback;
  }

  /** @returns all models, the chosen one first, the others by falling score. */
  rank(text: string): RankedModel[] {
    const chosen = this.choose(text);
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
  scores(text: string, out: Float32Array = new Float32Array(this.models.length)): Float32Array {
    if (out.length !== this.models.length) {
      throw InvalidArgumentError.of(
        "out",
        `a Float32Array of ${this.models.length}`,
        `one of ${out.length}`,
      );
    }
    this.#score(text);
    out.set(this.#scores);
    return out;
  }

  /** Fills `#scores`; with the models' overall rates, and false, where the text holds nothing that is known. */
  #score(text: string): boolean {
    if (this.#scorer.score(text) > 0) return true;
    this.#scores.set(this.#overall);
    return false;
  }
}

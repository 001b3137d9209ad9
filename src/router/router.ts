import { InvalidArgumentError, NotFittedError } from "../errors.js";
import { writeFileAtomic } from "../files.js";
import { explainText } from "../native/explain.js";
import { type RouterHandle, routerBytes } from "../native/router.js";
import { Scorer } from "../native/scorer.js";
import { abstains } from "../policies/abstention.js";
import { argMax } from "../policies/argmax.js";
import { gated } from "../policies/gated.js";
import type { Policy } from "../policies/policy.js";
import { planFor } from "../voting/fit.js";
import type { Plan } from "../voting/plan.js";
import { loadRouter, type OpenRouter, routerFromBytes } from "./artifact.js";
import { BatchRouter } from "./batch.js";
import { type Explanation, explain } from "./explain.js";
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
  /** How to choose from the scores. Default: the file's do-no-harm gate; ArgMax if it has none. */
  readonly policy?: Policy;
}

export interface PlanOptions {
  /** Mean answers a prompt, 1 or more: the dial from one model to all of them. */
  readonly budget: number;
  /** The vector of the prompt, for a router that needs one. */
  readonly embedding?: Float32Array;
}

/** A choice with all that it rests on. */
export interface Decision {
  readonly model: string;
  /** P(the chosen model answers right). */
  readonly score: number;
  /** All models, the chosen one first, the others by falling score. */
  readonly ranking: readonly RankedModel[];
  /** No model is likely to be right: the highest P is below the limit that was fitted. */
  readonly abstain: boolean;
  /** Share of the prompt's n-grams that training never met, 0..1. */
  readonly novelty: number;
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
  readonly #policy: Policy;
  #batch: BatchRouter | undefined;

  private constructor({ info, file }: OpenRouter, options: RouterOptions) {
    const { maxChars = 65_536, policy = policyOf(info) } = options;
    if (!Number.isInteger(maxChars) || maxChars < 2 || maxChars > mostChars) {
      throw InvalidArgumentError.of("maxChars", `a whole number from 2 to ${mostChars}`, maxChars);
    }
    this.info = info;
    this.models = info.models.map((model) => model.name);
    this.#file = file;
    this.#maxChars = maxChars;
    this.#scorer = new Scorer(file, maxChars);
    this.#scores = this.#scorer.scores;
    this.#policy = policy;
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
   * @returns index in `models` of the model that should answer `text`: what the policy chooses, or the best single model
   * where the text holds no word that is known from training.
   */
  choose(text: string, embedding?: Float32Array): number {
    return this.#score(text, embedding) ? this.#policy(this.#scores) : this.info.fallback;
  }

  /** The choice for `text`, with the whole ranking. */
  decide(text: string, embedding?: Float32Array): Decision {
    const ranking = this.rank(text, embedding);
    const [{ model, score }] = ranking as [RankedModel];
    const { known, total } = this.#scorer;
    const { abstainBelow } = this.info;
    return {
      model,
      score,
      ranking,
      abstain: abstainBelow !== undefined && abstains(this.#scores, { limit: abstainBelow }),
      novelty: total === 0 ? 1 : 1 - known / total,
    };
  }

  /**
   * How to spend up to `budget` answers (on average) on this prompt: one model, a set of models that vote, or an
   * escalation from a first one to others (docs/plans.md). `runPlan` of `pointsman/voting` carries it out.
   * @throws NotFittedError for a router that was trained on outcomes without answers; InvalidArgumentError for a budget
   * below 1.
   */
  plan(text: string, { budget, embedding }: PlanOptions): Plan {
    const { vote } = this.info;
    if (vote === undefined) throw new NotFittedError("The vote of this router");
    const chosen = this.choose(text, embedding);
    // A plan that asks one model asks the one that the policy chooses.
    const scores = this.models.map((_, model) => Number(model === chosen));
    return planFor(vote, { budget, scores });
  }

  /** What moved the decision. Takes about as long as routing the prompt once for each of its n-grams. */
  explain(text: string, embedding?: Float32Array): Explanation {
    const decision = this.decide(text, embedding);
    const effects = explainText(this.#file, text, this.#maxChars, embedding);
    return explain(effects, decision, this.models, this.fallback, this.info.neighborIds);
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
      yield this.models[known ? this.#policy(scores) : this.info.fallback]!;
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

function policyOf({ gate, fallback }: RouterInfo): Policy {
  if (gate === undefined) return argMax;
  const thresholds = gate.thresholds.map((tau) => tau ?? Number.POSITIVE_INFINITY);
  return gated({ best: fallback, thresholds });
}

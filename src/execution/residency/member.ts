import type { PointsmanError } from "../../errors.js";
import type { Completion, Engine } from "../engine.js";
import { isRemote, type PoolModel } from "../pool/pool.js";
import { ModelPace, type PoolPace } from "./pace.js";
import type { Standing } from "./schedule.js";

export interface MemberOptions {
  readonly bytes: number;
  readonly pinned: boolean;
  readonly sequences: number;
  /** Seconds for which the first failure is remembered. */
  readonly coolDownSeconds: number;
}

/** A model of the pool, as it stands now. */
export interface ModelStatus
  extends Pick<
    Member,
    | "state"
    | "bytes"
    | "pinned"
    | "inFlight"
    | "loads"
    | "loadSeconds"
    | "answerSeconds"
    | "tokensPerSecond"
  > {
  readonly model: string;
  /** Requests that wait for it. */
  readonly waiting: number;
  /** Set while the model is not asked, because it failed a short time before. */
  readonly failure?: PointsmanError;
}

/** What is guessed of loading before any was measured, in a process that runs already and from a fast disk. */
const startSeconds = 0.1;
const bytesPerSecond = 1e9;
/** Weight of the newest measurement in a moving mean. */
const newest = 0.3;
/** Each failure in a row is remembered twice as long as the one before, up to so many times. */
const mostDoublings = 6;

/** A model of an engine pool: where it stands, and what was measured of it. */
export class Member implements Standing {
  readonly model: PoolModel;
  readonly bytes: number;
  readonly pinned: boolean;
  readonly sequences: number;
  state: Standing["state"] = "absent";
  engine: Engine | undefined;
  inFlight = 0;
  tokensPerSecond = 0;
  /** Times that the model was loaded. */
  loads = 0;
  readonly #pace: ModelPace;
  /** Guessed; 0 for a remote model. */
  readonly #loadSeconds: number;
  readonly #coolDownSeconds: number;
  #failures = 0;
  #failure: PointsmanError | undefined;
  #coolUntil = 0;

  constructor(model: PoolModel, options: MemberOptions, pool: PoolPace) {
    this.model = model;
    this.bytes = options.bytes;
    this.pinned = options.pinned;
    this.sequences = options.sequences;
    this.#coolDownSeconds = options.coolDownSeconds;
    this.#loadSeconds = isRemote(model) ? 0 : startSeconds + options.bytes / bytesPerSecond;
    this.#pace = new ModelPace(pool);
  }

  get name(): string {
    return this.model.name;
  }

  get use(): number {
    return this.#pace.use;
  }

  get loadSeconds(): number {
    return this.#loadSeconds * this.#pace.load;
  }

  get answerSeconds(): number {
    return this.#pace.answer;
  }

  get requestsPerLoad(): number {
    return this.#pace.requestsPerLoad;
  }

  /** A request came to the pool. */
  count(isForThis: boolean): void {
    this.#pace.count(isForThis);
  }

  loaded(engine: Engine, seconds: number): void {
    this.engine = engine;
    this.state = "ready";
    if (this.#loadSeconds > 0) this.#pace.loaded(seconds / this.#loadSeconds);
    this.loads++;
  }

  answered(completions: readonly Completion[], seconds: number): void {
    this.#failures = 0;
    this.#pace.answered(seconds);
    for (const { completionTokens, seconds: own } of completions) {
      if (own <= 0) continue;
      const speed = completionTokens / own;
      this.tokensPerSecond = mean(this.tokensPerSecond || speed, speed);
    }
  }

  /** Calls in flight all end with the error of the process, which counts once. */
  failed(error: PointsmanError, now: number): void {
    if (error === this.#failure) return;
    this.#failure = error;
    this.#coolUntil = now + this.#coolDownSeconds * 2 ** Math.min(this.#failures, mostDoublings);
    this.#failures++;
  }

  /** Why the model is not to be asked now. */
  cooling(now: number): PointsmanError | undefined {
    return now < this.#coolUntil ? this.#failure : undefined;
  }

  status(waiting: number, now: number): ModelStatus {
    const { name: model, state, bytes, pinned, inFlight, loads } = this;
    const { loadSeconds, answerSeconds, tokensPerSecond } = this;
    const failure = this.cooling(now);
    return {
      model,
      state,
      bytes,
      pinned,
      waiting,
      inFlight,
      loads,
      loadSeconds,
      answerSeconds,
      tokensPerSecond,
      ...(failure && { failure }),
    };
  }
}

function mean(before: number, now: number): number {
  return before + newest * (now - before);
}

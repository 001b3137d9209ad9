import type { PointsmanError } from "../../errors.js";
import type { Completion, Engine } from "../engine.js";
import { isRemote, type PoolModel } from "../pool/pool.js";
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

/** What is guessed of loading before any was measured: starting a process, and reading from a fast disk. */
const startSeconds = 1;
const bytesPerSecond = 1e9;
/** Weight of the newest measurement in a moving mean. */
const newest = 0.3;
/** A request counts half as much after so many others: more than a burst of one kind, less than a change of traffic. */
const halfLife = 32;
const decay = 2 ** (-1 / halfLife);
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
  loadSeconds: number;
  answerSeconds = 0;
  tokensPerSecond = 0;
  /** Times that the model was loaded. */
  loads = 0;
  /** Requests for the model, each counting half as much after `halfLife` later ones for any model. */
  use = 0;
  readonly #coolDownSeconds: number;
  #failures = 0;
  #failure: PointsmanError | undefined;
  #coolUntil = 0;

  constructor(model: PoolModel, options: MemberOptions) {
    this.model = model;
    this.bytes = options.bytes;
    this.pinned = options.pinned;
    this.sequences = options.sequences;
    this.#coolDownSeconds = options.coolDownSeconds;
    this.loadSeconds = isRemote(model) ? 0 : startSeconds + options.bytes / bytesPerSecond;
  }

  get name(): string {
    return this.model.name;
  }

  /** A request came to the pool. */
  count(isForThis: boolean): void {
    this.use = this.use * decay + Number(isForThis);
  }

  loaded(engine: Engine, seconds: number): void {
    this.engine = engine;
    this.state = "ready";
    this.loadSeconds = this.loads === 0 ? seconds : mean(this.loadSeconds, seconds);
    this.loads++;
  }

  /** Another model's load was measured: better than a guess. */
  expect(secondsPerByte: number): void {
    if (this.loads === 0) this.loadSeconds = secondsPerByte * this.bytes;
  }

  answered(completions: readonly Completion[], seconds: number): void {
    this.#failures = 0;
    this.answerSeconds = mean(this.answerSeconds || seconds, seconds);
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

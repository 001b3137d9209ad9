import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { InvalidArgumentError } from "../errors.js";
import type { Completion, Engine } from "../execution/engine.js";
import { openEngine } from "../execution/open-engine.js";
import type { Pool } from "../execution/pool.js";
import { choose } from "./choose.js";
import { Holdings, type Offer } from "./holdings.js";
import { atMost, pause } from "./pause.js";
import { announce, present, renewEvery, withdraw } from "./presence.js";
import { runSchema, type WorkerState, workerSchema, workerState } from "./protocol.js";
import { Queues } from "./queues.js";
import { connect, type Redis } from "./redis.js";
import { serve } from "./serve.js";

export interface WorkOptions {
  readonly pool: Pool;
  /** Address of Redis, e.g. "redis://127.0.0.1:6379/0". */
  readonly queue: string;
  /** Only these models of the pool. Default: all whose files are here. */
  readonly models?: readonly string[];
  /** Prompts in flight at once. Default 12. */
  readonly prompts?: number;
  /** Ends the work; the jobs at hand are given back. */
  readonly signal: AbortSignal;
  /** Hears what a person at the terminal should know. */
  readonly onNote?: (note: string) => void;
}

const defaultPrompts = 12;
/** Milliseconds between two looks for work. */
const lookEvery = 1000;
/** Milliseconds that the end may take: Redis may be away. */
const endingTime = 5000;
/** Seconds over which tokens are counted. */
const rateWindow = 30;

/**
 * Takes jobs of any run for the models that this machine has, one model in memory at a time, until the signal fires.
 * @throws UnknownModelError, InvalidArgumentError; ModelFileError where not one model is usable; QueueError where
 *   Redis cannot be used at first. Later troubles are waited out.
 */
export async function work(options: WorkOptions): Promise<void> {
  const { pool, queue, models, prompts = defaultPrompts, signal, onNote = () => {} } = options;
  if (!Number.isSafeInteger(prompts) || prompts < 1)
    throw InvalidArgumentError.of("prompts", "a whole number of at least 1", prompts);
  const redis = await connect(queue, onNote);
  try {
    const holdings = await Holdings.take(pool, models, onNote);
    const names = holdings.announced.map(({ name }) => name).join(", ");
    onNote(`waits for jobs of ${names}`);
    await new WorkerLoop(redis, holdings, prompts, signal, onNote).run();
  } finally {
    redis.disconnect();
  }
}

class WorkerLoop {
  readonly #id = randomUUID();
  readonly #unusable = new Set<string>();
  readonly #rate: { readonly at: number; readonly tokens: number }[] = [];
  #state: Pick<WorkerState, "model" | "answers" | "tokens"> = {
    model: null,
    answers: 0,
    tokens: 0,
  };
  #engine: Engine | undefined;

  constructor(
    private readonly redis: Redis,
    private readonly holdings: Holdings,
    private readonly prompts: number,
    private readonly signal: AbortSignal,
    private readonly onNote: (note: string) => void,
  ) {}

  async run(): Promise<void> {
    const announcing = this.#announce();
    const working = this.#work();
    await Promise.race([working, aborted(this.signal)]);
    await atMost(endingTime, working);
    await atMost(renewEvery, announcing);
    await atMost(renewEvery, withdraw(this.redis, "worker", this.#id));
    await this.#engine?.[Symbol.asyncDispose]();
  }

  async #work(): Promise<void> {
    await using queues = new Queues(this.redis);
    while (!this.signal.aborted) {
      try {
        const offer = await this.#next(queues);
        if (offer === undefined) await pause(lookEvery, this.signal);
        else await this.#serve(offer, queues);
      } catch (error) {
        if (this.signal.aborted) return;
        this.onNote((error as Error).message);
        await pause(lookEvery, this.signal);
      }
      this.#state.model = null;
    }
  }

  async #next(queues: Queues): Promise<Offer | undefined> {
    const runs = await present(this.redis, "run", runSchema);
    const offers = this.holdings
      .offers(runs)
      .filter(({ model }) => !this.#unusable.has(model.name));
    if (offers.length === 0) return undefined;
    const workers = await present(this.redis, "worker", workerSchema);
    const choices = await Promise.all(
      offers.map(async (offer) => ({
        offer,
        model: offer.model.name,
        waiting: await queues.waiting(offer.queue),
        workers: [...workers].filter(
          ([id, state]) => id !== this.#id && state?.model === offer.model.name,
        ).length,
      })),
    );
    return choose(choices, this.#engine?.name, this.#id)?.offer;
  }

  async #serve(offer: Offer, queues: Queues): Promise<void> {
    const { name } = offer.model;
    this.#state.model = name;
    // At once: workers that start together should see each other's choice.
    await this.#say();
    const engine = await this.#load(offer);
    const healthy =
      engine !== undefined &&
      (await serve(offer, engine, {
        redis: this.redis,
        prompts: this.prompts,
        signal: this.signal,
        waiting: () => queues.waiting(offer.queue),
        onAnswers: (completions) => this.#count(completions),
        onNote: this.onNote,
      }));
    if (healthy) return;
    this.#unusable.add(name);
    this.onNote(`takes no more jobs of ${name}: it fails here. Mend it and start the worker again`);
  }

  /** One model in memory at a time: the one before has to go first. */
  async #load({ model }: Offer): Promise<Engine | undefined> {
    if (this.#engine?.name === model.name) return this.#engine;
    await this.#engine?.[Symbol.asyncDispose]();
    this.#engine = undefined;
    try {
      this.onNote(`loads ${model.name}`);
      this.#engine = await openEngine(model, { sequences: this.prompts });
    } catch (error) {
      this.onNote((error as Error).message);
    }
    return this.#engine;
  }

  #count(completions: readonly Completion[]): void {
    const tokens = completions.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
    this.#state.answers += completions.length;
    this.#state.tokens += tokens;
    this.#rate.push({ at: performance.now(), tokens });
  }

  async #announce(): Promise<void> {
    while (!this.signal.aborted) {
      await this.#say().catch(() => {});
      await pause(renewEvery, this.signal);
    }
  }

  #say(): Promise<void> {
    const since = performance.now() - rateWindow * 1000;
    while (this.#rate.length > 0 && this.#rate[0]!.at < since) this.#rate.shift();
    const state = workerState({
      host: hostname(),
      pid: process.pid,
      models: this.holdings.announced,
      ...this.#state,
      tokensPerSecond: this.#rate.reduce((sum, { tokens }) => sum + tokens, 0) / rateWindow,
    });
    return announce(this.redis, "worker", this.#id, state);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

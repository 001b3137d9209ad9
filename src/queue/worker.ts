import { randomUUID } from "node:crypto";
import { InvalidArgumentError } from "../errors.js";
import type { Pool } from "../execution/pool/pool.js";
import { choose } from "./choose.js";
import { Holdings, type Offer } from "./holdings.js";
import { atMost, pause } from "./pause.js";
import { present, withdraw } from "./presence.js";
import { runSchema, workerSchema } from "./protocol.js";
import { Pulse } from "./pulse.js";
import { Queues } from "./queues.js";
import { connect, disconnect, type Redis } from "./redis.js";
import { Resident } from "./resident.js";
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
/** Milliseconds, of Node: 25 days. */
const longest = 2 ** 31 - 1;

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
    disconnect(redis);
  }
}

class WorkerLoop {
  readonly #id = randomUUID();
  readonly #pulse: Pulse;
  readonly #resident: Resident;

  constructor(
    private readonly redis: Redis,
    private readonly holdings: Holdings,
    private readonly prompts: number,
    private readonly signal: AbortSignal,
    private readonly onNote: (note: string) => void,
  ) {
    this.#resident = new Resident(prompts, signal, onNote);
    this.#pulse = new Pulse(redis, this.#id, () =>
      holdings.announced.filter(({ name }) => !this.#resident.isUnusable(name)),
    );
  }

  async run(): Promise<void> {
    const announcing = this.#pulse.beat(this.signal);
    const working = this.#work();
    await pause(longest, this.signal);
    await atMost(endingTime, Promise.all([working, announcing]));
    await atMost(endingTime, withdraw(this.redis, "worker", this.#id));
    await this.#resident[Symbol.asyncDispose]();
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
    }
  }

  async #next(queues: Queues): Promise<Offer | undefined> {
    const runs = await present(this.redis, "run", runSchema);
    const offers = this.holdings
      .offers(runs)
      .filter(({ model }) => !this.#resident.isUnusable(model.name));
    if (offers.length === 0) return undefined;
    const workers = await present(this.redis, "worker", workerSchema);
    workers.delete(this.#id);
    const choices = await Promise.all(
      offers.map(async (offer) => ({
        offer,
        model: offer.model.name,
        waiting: await queues.waiting(offer.queue),
        workers: [...workers.values()].filter((other) => other?.model === offer.model.name).length,
      })),
    );
    return choose(choices, this.#resident.model, this.#id)?.offer;
  }

  async #serve(offer: Offer, queues: Queues): Promise<void> {
    // At once: workers that start together should see each other's choice.
    await this.#pulse.at(offer.model.name);
    const engine = await this.#resident.load(offer.model);
    const isHealthy =
      engine !== undefined &&
      (await serve(offer, engine, {
        redis: this.redis,
        prompts: this.prompts,
        signal: this.signal,
        waiting: () => queues.waiting(offer.queue),
        onAnswers: (completions) => this.#pulse.count(completions),
        onNote: this.onNote,
      }));
    await this.#resident.judge(offer.model.name, isHealthy);
    await this.#pulse.at(null);
  }
}

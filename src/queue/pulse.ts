import { hostname } from "node:os";
import type { Completion } from "../execution/engine.js";
import { Rate } from "../sampling/rate.js";
import { pause } from "./pause.js";
import { announce, renewEvery } from "./presence.js";
import { type WorkerState, workerState } from "./protocol.js";
import type { Redis } from "./redis.js";

/** What a worker lets others see of itself. */
export class Pulse {
  readonly #rate = new Rate();
  #model: string | null = null;
  #answers = 0;
  #tokens = 0;

  constructor(
    private readonly redis: Redis,
    private readonly id: string,
    private readonly models: () => WorkerState["models"],
  ) {}

  /** Renews it until the signal fires. */
  async beat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#say().catch(() => {});
      await pause(renewEvery, signal);
    }
  }

  /** The worker turns to a model, or to none. */
  async at(model: string | null): Promise<void> {
    this.#model = model;
    await this.#say();
  }

  count(completions: readonly Completion[]): void {
    this.#answers += completions.length;
    for (const { completionTokens } of completions) {
      this.#tokens += completionTokens;
      this.#rate.add(Date.now(), completionTokens);
    }
  }

  #say(): Promise<void> {
    const state = workerState({
      host: hostname(),
      pid: process.pid,
      models: this.models(),
      model: this.#model,
      answers: this.#answers,
      tokens: this.#tokens,
      tokensPerSecond: this.#rate.perSecond(Date.now())?.tokens ?? 0,
    });
    return announce(this.redis, "worker", this.id, state);
  }
}

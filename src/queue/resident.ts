import type { Engine } from "../execution/engine.js";
import type { PoolModel } from "../execution/pool/pool.js";
import { openIsolated } from "../execution/residency/open-isolated.js";
import { Spares } from "../execution/residency/spares.js";

/** A model that is broken here so often, one time after the other, is left to other workers. */
const maxBreaks = 3;

/** The one model that a worker has in memory, in a process of its own: a crash must not end the worker. */
export class Resident implements AsyncDisposable {
  readonly #breaks = new Map<string, number>();
  readonly #spares = new Spares();
  #engine: Engine | undefined;

  constructor(
    private readonly sequences: number,
    /** Ends loading. */
    private readonly signal: AbortSignal,
    private readonly onNote: (note: string) => void,
  ) {}

  get model(): string | undefined {
    return this.#engine?.name;
  }

  isUnusable(model: string): boolean {
    return (this.#breaks.get(model) ?? 0) >= maxBreaks;
  }

  /** The model before goes first. @returns undefined where it cannot be loaded. */
  async load(model: PoolModel): Promise<Engine | undefined> {
    if (this.#engine?.name === model.name) return this.#engine;
    await this.#unload();
    this.onNote(`loads ${model.name}`);
    try {
      const room = { sequences: this.sequences, spares: this.#spares, signal: this.signal };
      this.#engine = await openIsolated(model, room);
    } catch (error) {
      if (!this.signal.aborted) this.onNote((error as Error).message);
    }
    return this.#engine;
  }

  /** A broken engine is loaded again, but not for ever. */
  async judge(model: string, isHealthy: boolean): Promise<void> {
    if (isHealthy || this.signal.aborted) {
      this.#breaks.delete(model);
      return;
    }
    await this.#unload();
    this.#breaks.set(model, (this.#breaks.get(model) ?? 0) + 1);
    const end = this.isUnusable(model)
      ? "no more jobs of it are taken. Mend it and start the worker again"
      : "it is loaded again";
    this.onNote(`${model} fails here; ${end}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#spares.close();
    await this.#unload();
  }

  async #unload(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.[Symbol.asyncDispose]();
  }
}

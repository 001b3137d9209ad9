import type { EngineProcess } from "./process.js";

/**
 * Keeps a process whose model was evicted for the model that comes in its place: starting Node and llama.cpp takes
 * longer than loading a small model. One is enough, as a model is loaded when another has gone.
 */
export class Spares {
  #spare: EngineProcess | undefined;
  #isClosed = false;

  /** Whether a process would be kept. */
  get isWanted(): boolean {
    return !this.#isClosed && (this.#spare === undefined || this.#spare.isGone);
  }

  take(): EngineProcess | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare?.isGone ? undefined : spare;
  }

  /** @returns whether it is kept. */
  give(process: EngineProcess): boolean {
    if (!this.isWanted) return false;
    this.#spare = process;
    process.model = "";
    return true;
  }

  /** Keeps no more, and ends the one that is kept. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.take()?.kill();
  }
}

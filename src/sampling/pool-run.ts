import { StorageError } from "../errors.js";
import type { Engine } from "../execution/engine.js";
import { type EngineRoom, openEngine } from "../execution/open-engine.js";
import type { PoolModel } from "../execution/pool/pool.js";
import type { Question } from "../types.js";
import { askModel } from "./ask.js";
import type { RunTally } from "./status.js";
import { moreAnswers } from "./stopping.js";
import { provenanceOf } from "./store/fingerprints.js";
import type { SampleRecord } from "./store/record.js";
import type { SampleStore } from "./store/store.js";

export type OpenEngine = (model: PoolModel, room: Required<EngineRoom>) => Promise<Engine>;

export type OnStored = (records: readonly SampleRecord[]) => void;

export interface RunRoom {
  /** Models in memory at once, each with its share of the processors. */
  readonly models: number;
  /** Prompts in flight for each model. */
  readonly prompts: number;
  /** Threads that each model may use. */
  readonly threads: number;
}

interface PoolRunOptions {
  readonly questions: readonly Question[];
  readonly openEngine?: OpenEngine;
  readonly onStored?: OnStored;
  readonly signal?: AbortSignal;
  /** Called when something is safe on disk, and with a text when a model fails. */
  readonly report: (event?: string) => void;
}

/** One call of samplePool at work on its store. */
export class PoolRun {
  constructor(
    private readonly store: SampleStore,
    private readonly tally: RunTally,
    private readonly room: RunRoom,
    private readonly options: PoolRunOptions,
  ) {}

  /**
   * Asks the models what they have not answered yet, so many at once, in their order. Each is loaded once and stays
   * until it is through: there is no order with fewer swaps.
   * @returns the models that failed, and why. @throws StorageError
   */
  async ask(models: readonly PoolModel[]): Promise<ReadonlyMap<string, unknown>> {
    const failures = new Map<string, unknown>();
    const queue = models.values();
    const worker = async () => {
      for (const model of queue) {
        if (this.options.signal?.aborted) return;
        try {
          await this.#model(model);
        } catch (error) {
          if (error instanceof StorageError) throw error;
          failures.set(model.name, error);
          this.options.report(`${model.name} failed, the others go on`);
        }
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: this.room.models }, worker));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    return failures;
  }

  async #model(model: PoolModel): Promise<void> {
    const { manifest } = this.store;
    const { n, seed, stopping } = manifest;
    const have = this.store.answers(model.name);
    const left = this.options.questions.filter(
      ({ id }) => moreAnswers(have.get(id) ?? [], n, stopping) > 0,
    );
    if (left.length === 0) return;
    const prompts = Math.min(this.room.prompts, left.length);
    const { threads } = this.room;
    const { openEngine: open = openEngine, signal } = this.options;
    await using engine = await open(model, { sequences: prompts, threads });
    const provenance = provenanceOf(manifest.models[model.name]!);
    const options = { n, seed, stopping, provenance, prompts, signal };
    await askModel(engine, model, left, have, options, async (records) => {
      await this.store.append(model.name, records);
      this.options.onStored?.(records);
      for (const record of records) this.tally.add(record);
      this.options.report();
    });
  }
}

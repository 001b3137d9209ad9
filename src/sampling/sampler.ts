import { availableParallelism } from "node:os";
import {
  AbortedError,
  EngineError,
  InvalidArgumentError,
  StorageError,
  UnknownModelError,
} from "../errors.js";
import type { Engine } from "../execution/engine.js";
import { type EngineRoom, openEngine } from "../execution/open-engine.js";
import type { PoolModel } from "../execution/pool.js";
import { askModel } from "./ask.js";
import { describeRun, type RunInputs } from "./describe-run.js";
import { provenanceOf } from "./fingerprints.js";
import { loadAnswers, type SampledAnswers } from "./load-answers.js";
import type { SampleRecord } from "./record.js";
import { moreAnswers } from "./stopping.js";
import { SampleStore } from "./store.js";

export interface SamplePoolOptions extends RunInputs {
  /** Answers are kept here, and a run that was stopped goes on. */
  readonly runDirectory: string;
  /** Only these models of the pool. The others can follow in a later call. */
  readonly models?: readonly string[];
  readonly concurrency?: {
    /** Models in memory at once, each with its share of the processors. Default 2, or 1 on one processor. */
    readonly models?: number;
    /** Prompts in flight for each model. Default 12. */
    readonly prompts?: number;
  };
  readonly signal?: AbortSignal;
  /** Counts (model, question) pairs that are safe on disk; `note` says which model was at work. */
  readonly onProgress?: (done: number, total: number, note: string) => void;
  /** Gets answers of one question that are safe on disk now. */
  readonly onStored?: (records: readonly SampleRecord[]) => void;
  /** How a model is loaded. Default: openEngine. */
  readonly openEngine?: (model: PoolModel, room: Required<EngineRoom>) => Promise<Engine>;
}

const defaultPrompts = 12;
const defaultModels = 2;

/**
 * Asks models of a pool every question n times, or until the vote is over. Each model is loaded once; models that fail
 * do not keep the others from finishing.
 * @returns all answers of these models that the run directory holds at the end, extracted.
 * @throws EngineError at the end, naming each model that failed and why; AbortedError; StorageError,
 *   StoreMismatchError, StoreCorruptError; InvalidArgumentError, UnknownModelError. What was stored is kept always.
 */
export async function samplePool(options: SamplePoolOptions): Promise<{ answers: SampledAnswers }> {
  const models = chosenModels(options);
  const [atOnce] = concurrencyOf(options, models.length);
  const { runDirectory, signal } = options;
  const manifest = await describeRun(options);
  const failures = new Map<string, unknown>();
  try {
    await using store = await SampleStore.open(runDirectory, manifest, options.questions, {
      signal,
      onPause: (reason) => run.pause(reason),
    });
    const run = new Run(options, store, models);
    const queue = [...models];
    const worker = async () => {
      for (let model = queue.shift(); model !== undefined; model = queue.shift()) {
        if (signal?.aborted) return;
        try {
          await run.model(model);
        } catch (error) {
          if (error instanceof StorageError) throw error;
          failures.set(model.name, error);
          run.report(`${model.name} failed, the others go on`);
        }
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: atOnce }, worker));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  } catch (error) {
    // A full disk that is waited for, and then not any more: nobody need be told that it was full.
    throw signal?.aborted ? new AbortedError("Sampling") : error;
  }
  if (signal?.aborted) throw new AbortedError("Sampling");
  if (failures.size > 0) throw summary(failures, runDirectory);
  const all = await loadAnswers(runDirectory);
  return { answers: new Map(models.map(({ name }) => [name, all.get(name) ?? new Map()])) };
}

/** One call of samplePool at work. */
class Run {
  readonly #options: SamplePoolOptions;
  readonly #store: SampleStore;
  readonly #models: number;
  readonly #total: number;
  #done: number;

  constructor(options: SamplePoolOptions, store: SampleStore, models: readonly PoolModel[]) {
    this.#options = options;
    this.#store = store;
    this.#models = models.length;
    this.#total = models.length * options.questions.length;
    this.#done = models.reduce(
      (sum, { name }) => sum + options.questions.filter(({ id }) => this.#isDone(name, id)).length,
      0,
    );
    this.report("");
  }

  /** Asks one model what it has not answered yet. */
  async model(model: PoolModel): Promise<void> {
    const { questions, n, seed, signal } = this.#options;
    const { stopping, models: described } = this.#store.manifest;
    const left = questions.filter(({ id }) => !this.#isDone(model.name, id));
    if (left.length === 0) return;
    const [models, most] = concurrencyOf(this.#options, this.#models);
    const prompts = Math.min(most, left.length);
    const threads = Math.max(1, Math.floor(availableParallelism() / models));
    const open = this.#options.openEngine ?? openEngine;
    await using engine = await open(model, { sequences: prompts, threads });
    const provenance = provenanceOf(described[model.name]!);
    const options = { n, seed, stopping, provenance, prompts, signal };
    const have = this.#store.answers(model.name);
    await askModel(engine, model, left, have, options, async (records) => {
      await this.#store.append(model.name, records);
      this.#options.onStored?.(records);
      const last = records.at(-1)!;
      const isLast = have.get(last.question)!.length === last.index + 1;
      if (isLast && this.#isDone(model.name, last.question)) this.#done += 1;
      this.report(model.name);
    });
  }

  pause(reason: string | undefined): void {
    this.report(reason === undefined ? "goes on" : `paused: ${reason}`);
  }

  report(note: string): void {
    this.#options.onProgress?.(this.#done, this.#total, note);
  }

  #isDone(model: string, question: string): boolean {
    const { n, stopping } = this.#store.manifest;
    return moreAnswers(this.#store.answers(model).get(question) ?? [], n, stopping) === 0;
  }
}

function chosenModels({ pool, models }: SamplePoolOptions): PoolModel[] {
  const names = pool.models.map(({ name }) => name);
  const unknown = models?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UnknownModelError(unknown, names);
  if (models?.length === 0) throw InvalidArgumentError.of("models", "at least one model", models);
  return pool.models.filter(({ name }) => models === undefined || models.includes(name));
}

function concurrencyOf(
  { concurrency = {} }: SamplePoolOptions,
  models: number,
): [models: number, prompts: number] {
  const atOnce = concurrency.models ?? Math.min(defaultModels, availableParallelism());
  const prompts = concurrency.prompts ?? defaultPrompts;
  for (const [name, value] of Object.entries({ models: atOnce, prompts })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw InvalidArgumentError.of(`concurrency.${name}`, "a whole number of at least 1", value);
    }
  }
  return [Math.min(atOnce, models), prompts];
}

function summary(failures: ReadonlyMap<string, unknown>, runDirectory: string): EngineError {
  const lines = [...failures].map(
    ([name, error]) => `  ${name}: ${error instanceof Error ? error.message : error}`,
  );
  const mend = `All other answers are kept in "${runDirectory}"; mend this and run the same again to sample what is missing.`;
  return new EngineError(
    `${failures.size} of the models could not be sampled:\n${lines.join("\n")}\n${mend}`,
    {
      cause: new AggregateError(failures.values()),
    },
  );
}

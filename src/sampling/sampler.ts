import { availableParallelism } from "node:os";
import {
  AbortedError,
  EngineError,
  InvalidArgumentError,
  ModelFileError,
  StorageError,
  UnknownModelError,
} from "../errors.js";
import type { Engine } from "../execution/engine.js";
import { checkModelFile } from "../execution/model-file.js";
import { type EngineRoom, openEngine } from "../execution/open-engine.js";
import { isRemote, type LocalModel, type Pool, type PoolModel } from "../execution/pool.js";
import type { Question } from "../types.js";
import { askModel } from "./ask.js";
import { loadAnswers, type SampledAnswers } from "./load-answers.js";
import { type Manifest, type ModelManifest, questionsFingerprint } from "./manifest.js";
import { SampleStore } from "./store.js";

export interface SamplePoolOptions {
  readonly pool: Pool;
  readonly questions: readonly Question[];
  /** Answers are kept here, and a run that was stopped goes on. */
  readonly runDirectory: string;
  /** Answers of each model to each question. */
  readonly n: number;
  readonly seed: number;
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
  /** How a model is loaded. Default: openEngine. */
  readonly openEngine?: (model: PoolModel, room: Required<EngineRoom>) => Promise<Engine>;
}

const defaultPrompts = 12;
const defaultModels = 2;

/**
 * Asks models of a pool every question n times. Models that fail do not keep the others from finishing.
 * @returns all answers of these models that the run directory holds at the end, extracted.
 * @throws EngineError at the end, naming each model that failed and why; AbortedError; StorageError,
 *   StoreMismatchError, StoreCorruptError; InvalidArgumentError, UnknownModelError. What was stored is kept always.
 */
export async function samplePool(options: SamplePoolOptions): Promise<{ answers: SampledAnswers }> {
  const models = chosenModels(options);
  const { questions, n, seed, runDirectory, signal } = options;
  if (questions.length === 0)
    throw InvalidArgumentError.of("questions", "at least one question", questions);
  if (!Number.isSafeInteger(n) || n < 1)
    throw InvalidArgumentError.of("n", "a whole number of at least 1", n);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw InvalidArgumentError.of("seed", "a whole number of at least 0", seed);
  }
  const manifest: Manifest = {
    format: "pointsman-samples",
    version: 1,
    pool: options.pool.name,
    models: Object.fromEntries(
      await Promise.all(options.pool.models.map(async (m) => [m.name, await describe(m)])),
    ),
    n,
    seed,
    questions: questionsFingerprint(questions),
  };
  const failures = new Map<string, unknown>();
  {
    await using store = await SampleStore.open(
      runDirectory,
      manifest,
      new Set(questions.map(({ id }) => id)),
    );
    const run = new Run(options, store, models);
    const [atOnce] = concurrencyOf(options, models.length);
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
    this.#done = models.reduce((sum, { name }) => sum + store.done(name).size, 0);
    this.report("");
  }

  /** Asks one model what it has not answered yet. */
  async model(model: PoolModel): Promise<void> {
    const { questions, n, seed, signal } = this.#options;
    const done = this.#store.done(model.name);
    const left = questions.filter(({ id }) => !done.has(id));
    if (left.length === 0) return;
    const [models, most] = concurrencyOf(this.#options, this.#models);
    const prompts = Math.min(most, left.length);
    const threads = Math.max(1, Math.floor(availableParallelism() / models));
    const open = this.#options.openEngine ?? openEngine;
    await using engine = await open(model, { sequences: prompts, threads });
    await askModel(engine, model, left, { n, seed, prompts, signal }, async (record) => {
      await this.#store.append(model.name, record);
      this.#done += 1;
      this.report(model.name);
    });
  }

  report(note: string): void {
    this.#options.onProgress?.(this.#done, this.#total, note);
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

async function describe(model: PoolModel): Promise<ModelManifest> {
  return {
    sha256: isRemote(model) ? null : (model.sha256 ?? (await hashIfReadable(model))),
    kind: model.kind,
    template: model.template ?? null,
    stop: [...model.stop],
    contextSize: model.contextSize ?? null,
    ...model.sampling,
  };
}

/** A model file that is missing fails when it is loaded, and then only that model fails. */
async function hashIfReadable({ file }: LocalModel): Promise<string | null> {
  try {
    return await checkModelFile(file);
  } catch (error) {
    if (error instanceof ModelFileError) return null;
    throw error;
  }
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

import { availableParallelism } from "node:os";
import { AbortedError, EngineError, InvalidArgumentError, UnknownModelError } from "../errors.js";
import type { PoolModel } from "../execution/pool/pool.js";
import { type OnStored, type OpenEngine, PoolRun, type RunRoom } from "./pool-run.js";
import { type RunStatus, RunTally } from "./status.js";
import { describeRun, type RunInputs } from "./store/describe-run.js";
import { loadAnswers, type SampledAnswers } from "./store/load-answers.js";
import { SampleStore } from "./store/store.js";

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
  /** Counts what is safe on disk, of these models; `event` says that a model failed, or that a full disk is waited for. */
  readonly onProgress?: (status: RunStatus, event?: string) => void;
  /** Gets answers of one question that are safe on disk now. */
  readonly onStored?: OnStored;
  /** How a model is loaded. Default: openEngine. */
  readonly openEngine?: OpenEngine;
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
  const { questions, runDirectory, signal, onProgress } = options;
  const models = chosenModels(options);
  const names = models.map(({ name }) => name);
  const room = roomOf(options, models.length);
  const manifest = await describeRun(options);
  const tally = new RunTally(manifest, questions, names);
  const report = (event?: string) => onProgress?.(tally.status(Date.now()), event);
  let failures: ReadonlyMap<string, unknown>;
  try {
    await using store = await SampleStore.open(runDirectory, manifest, questions, {
      signal,
      onRecord: (record) => tally.add(record),
      onPause: (reason) => report(reason === undefined ? "goes on" : `paused: ${reason}`),
    });
    report();
    const run = new PoolRun(store, tally, room, { ...options, report });
    failures = await run.ask(models);
  } catch (error) {
    // A full disk was waited for, and then not any more: nobody need be told that it was full.
    throw signal?.aborted ? new AbortedError("Sampling") : error;
  }
  if (signal?.aborted) throw new AbortedError("Sampling");
  if (failures.size > 0) throw summary(failures, runDirectory);
  const all = await loadAnswers(runDirectory);
  return { answers: new Map(names.map((name) => [name, all.get(name) ?? new Map()])) };
}

/** @throws UnknownModelError, InvalidArgumentError */
export function chosenModels({
  pool,
  models,
}: Pick<SamplePoolOptions, "pool" | "models">): PoolModel[] {
  const names = pool.models.map(({ name }) => name);
  const unknown = models?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UnknownModelError(unknown, names);
  if (models?.length === 0) throw InvalidArgumentError.of("models", "at least one model", models);
  return pool.models.filter(({ name }) => models === undefined || models.includes(name));
}

/** @param count models to be asked. @throws InvalidArgumentError */
export function roomOf(
  { concurrency = {} }: Pick<SamplePoolOptions, "concurrency">,
  count: number,
): RunRoom {
  const models = concurrency.models ?? Math.min(defaultModels, availableParallelism());
  const prompts = concurrency.prompts ?? defaultPrompts;
  for (const [name, value] of Object.entries({ models, prompts })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw InvalidArgumentError.of(`concurrency.${name}`, "a whole number of at least 1", value);
    }
  }
  const atOnce = Math.min(models, count);
  return {
    models: atOnce,
    prompts,
    threads: Math.max(1, Math.floor(availableParallelism() / atOnce)),
  };
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

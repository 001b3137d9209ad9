import type { PoolModel } from "../execution/pool.js";
import type { SampledAnswers } from "../sampling/load-answers.js";
import type { SampleRecord } from "../sampling/record.js";
import { type SamplePoolOptions, samplePool } from "../sampling/sampler.js";
import { atMost, pause } from "./pause.js";
import { announce, present, renewEvery, withdraw } from "./presence.js";
import {
  type Identity,
  identityOf,
  type RunState,
  runState,
  sameIdentity,
  workerSchema,
} from "./protocol.js";
import { QueueEngine } from "./queue-engine.js";
import { connect, type Redis } from "./redis.js";
import { runId } from "./run-id.js";

export interface SampleOverQueueOptions
  extends Omit<SamplePoolOptions, "concurrency" | "openEngine" | "onStored"> {
  /** Address of Redis, e.g. "redis://127.0.0.1:6379/0". */
  readonly queue: string;
  /** Seconds after which a job of a worker that has gone silent is given to another. Default 60. */
  readonly takeover?: number;
  /** Hears what a person at the terminal should know: no worker has a model, Redis does not answer. */
  readonly onNote?: (note: string) => void;
}

/** Jobs of a model in Redis at once: enough for twenty workers, and a few megabytes. */
const jobsPerModel = 256;
const defaultTakeover = 60;

/**
 * samplePool where workers on any number of machines give the answers. This process asks, checks and stores; the run
 * directory is the truth, and Redis may lose everything. Killed and run again, it goes on.
 * @throws as samplePool; QueueError where Redis cannot be used at first.
 */
export async function sampleOverQueue(
  options: SampleOverQueueOptions,
): Promise<{ answers: SampledAnswers }> {
  const { queue, takeover = defaultTakeover, onNote = () => {}, ...sampling } = options;
  const { pool, runDirectory, onProgress } = sampling;
  await using coordinator = new Coordinator(
    await connect(queue, onNote),
    pool.name,
    runDirectory,
    takeover,
    onNote,
  );
  return await samplePool({
    ...sampling,
    concurrency: { models: pool.models.length, prompts: jobsPerModel },
    openEngine: (model) => coordinator.openEngine(model),
    onStored: (records) => coordinator.acknowledge(records),
    onProgress: (done, total, note) => {
      coordinator.progress(done, total);
      onProgress?.(done, total, note);
    },
  });
}

/** A run as workers see it. */
class Coordinator implements AsyncDisposable {
  readonly #engines = new Map<
    string,
    { readonly engine: QueueEngine; readonly identity: Identity }
  >();
  readonly #end = new AbortController();
  #progress = { done: 0, total: 0 };
  #begun: Promise<string> | undefined;
  #announcing: Promise<void> | undefined;
  #missing = "";

  constructor(
    private readonly redis: Redis,
    private readonly pool: string,
    private readonly directory: string,
    private readonly takeover: number,
    private readonly onNote: (note: string) => void,
  ) {}

  async openEngine(model: PoolModel): Promise<QueueEngine> {
    // Only now: the run directory is this process's own since its store was opened.
    this.#begun ??= runId(this.directory);
    const run = await this.#begun;
    const { redis, takeover, onNote } = this;
    const identity = await identityOf(model);
    const engine = await QueueEngine.open(model.name, { redis, run, identity, takeover, onNote });
    this.#engines.set(model.name, { engine, identity });
    this.#announcing ??= this.#announce(run);
    return engine;
  }

  acknowledge(records: readonly SampleRecord[]): void {
    const { model, seed, index } = records[0]!;
    this.#engines.get(model)?.engine.acknowledge(seed, index);
  }

  progress(done: number, total: number): void {
    this.#progress = { done, total };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    const leave = async () => {
      await this.#announcing;
      if (this.#begun !== undefined) await withdraw(this.redis, "run", await this.#begun);
    };
    await atMost(renewEvery, leave());
    this.redis.disconnect();
  }

  async #announce(run: string): Promise<void> {
    while (!this.#end.signal.aborted) {
      try {
        await announce(this.redis, "run", run, this.#state());
        await this.#lookForWorkers();
      } catch (error) {
        if (!this.#end.signal.aborted) this.onNote((error as Error).message);
      }
      await pause(renewEvery, this.#end.signal);
    }
  }

  #state(): RunState {
    const models = [...this.#engines]
      .filter(([, { engine }]) => engine.isOpen)
      .map(([name, { identity }]) => ({ name, identity }));
    return runState({ pool: this.pool, ...this.#progress, models, takeover: this.takeover });
  }

  /** A model that no worker has keeps a run waiting for ever, which must not go unsaid. */
  async #lookForWorkers(): Promise<void> {
    const workers = [...(await present(this.redis, "worker", workerSchema)).values()];
    const held = workers.flatMap((worker) => worker?.models ?? []);
    const missing = this.#state()
      .models.filter(
        ({ name, identity }) =>
          !held.some((other) => other.name === name && sameIdentity(other.identity, identity)),
      )
      .map(({ name }) => name)
      .join(", ");
    if (missing !== "" && missing !== this.#missing)
      this.onNote(`waiting for a worker that has ${missing}`);
    this.#missing = missing;
  }
}

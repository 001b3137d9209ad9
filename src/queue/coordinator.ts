import type { PoolModel } from "../execution/pool/pool.js";
import { type SamplePoolOptions, samplePool } from "../sampling/sampler.js";
import type { RunStatus } from "../sampling/status.js";
import type { SampledAnswers } from "../sampling/store/load-answers.js";
import type { SampleRecord } from "../sampling/store/record.js";
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
import { connect, disconnect, type Redis } from "./redis.js";
import { runId } from "./run-id.js";

/**
 * As for samplePool, with other defaults of `concurrency`: all models at once, and 256 prompts of each. These are the
 * jobs that Redis holds at most. `onProgress` also hears that Redis is away, or that no worker has a model.
 */
export interface SampleOverQueueOptions extends Omit<SamplePoolOptions, "openEngine" | "onStored"> {
  /** Address of Redis, e.g. "redis://127.0.0.1:6379/0". */
  readonly queue: string;
  /** Seconds after which a job of a worker that has gone silent is given to another. Default 60. */
  readonly takeover?: number;
}

/** Enough for twenty workers at one model, and a few megabytes. */
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
  const { queue, takeover = defaultTakeover, ...sampling } = options;
  const { pool, runDirectory, concurrency, onProgress } = sampling;
  let last: RunStatus | undefined;
  const onNote = (note: string) => void (last && onProgress?.(last, note));
  const redis = await connect(queue, onNote);
  await using run = new Coordinator(redis, pool.name, runDirectory, takeover, onNote);
  return await samplePool({
    ...sampling,
    concurrency: { models: pool.models.length, prompts: jobsPerModel, ...concurrency },
    openEngine: (model) => run.openEngine(model),
    onStored: (records) => run.acknowledge(records),
    onProgress: (status, event) => {
      last = status;
      run.progress(status);
      onProgress?.(status, event);
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

  progress({ done, total }: RunStatus): void {
    this.#progress = { done, total };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    const leave = async () => {
      await this.#announcing;
      if (this.#begun !== undefined) await withdraw(this.redis, "run", await this.#begun);
    };
    await atMost(renewEvery, leave());
    disconnect(this.redis);
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

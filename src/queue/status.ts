import { present } from "./presence.js";
import { queueName, type RunState, runSchema, type WorkerState, workerSchema } from "./protocol.js";
import { type JobCounts, Queues } from "./queues.js";
import { connect, disconnect } from "./redis.js";

export interface QueuedRun {
  readonly id: string;
  /** Undefined where its coordinator has gone away without a word, or is of another version. */
  readonly state: RunState | undefined;
  /** Those that are being asked. */
  readonly models: readonly {
    readonly name: string;
    readonly jobs: JobCounts;
    /** Workers at it, for this run or another. */
    readonly workers: number;
  }[];
}

export interface QueueStatus {
  readonly runs: readonly QueuedRun[];
  readonly workers: readonly WorkerState[];
}

/** How the runs on a Redis are getting on, from any machine. @throws QueueError, InvalidArgumentError */
export async function queueStatus(url: string): Promise<QueueStatus> {
  const redis = await connect(url, () => {});
  try {
    await using queues = new Queues(redis);
    const found = await present(redis, "worker", workerSchema);
    const workers = [...found.values()].filter((state) => state !== undefined);
    const models = ({ models }: RunState, id: string) =>
      models.map(async ({ name }) => ({
        name,
        jobs: await queues.counts(queueName(id, name)),
        workers: workers.filter(({ model }) => model === name).length,
      }));
    const runs = [...(await present(redis, "run", runSchema))].map(async ([id, state]) => ({
      id,
      state,
      models: state === undefined ? [] : await Promise.all(models(state, id)),
    }));
    return { runs: await Promise.all(runs), workers };
  } finally {
    disconnect(redis);
  }
}

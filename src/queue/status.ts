import { present } from "./presence.js";
import { queueName, type RunState, runSchema, type WorkerState, workerSchema } from "./protocol.js";
import { type JobCounts, Queues } from "./queues.js";
import { connect } from "./redis.js";

export interface QueuedRun {
  readonly id: string;
  /** Undefined where its coordinator has gone away without a word, or is of another version. */
  readonly state: RunState | undefined;
  /** By model that is being asked. */
  readonly jobs: ReadonlyMap<string, JobCounts>;
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
    const runs: QueuedRun[] = [];
    for (const [id, state] of await present(redis, "run", runSchema)) {
      const jobs = new Map<string, JobCounts>();
      for (const { name } of state?.models ?? [])
        jobs.set(name, await queues.counts(queueName(id, name)));
      runs.push({ id, state, jobs });
    }
    const workers = [...(await present(redis, "worker", workerSchema)).values()];
    return { runs, workers: workers.filter((state) => state !== undefined) };
  } finally {
    redis.disconnect();
  }
}

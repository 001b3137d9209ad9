import { prefix } from "./protocol.js";
import { bullmq, type Queue, type Redis } from "./redis.js";

export interface JobCounts {
  readonly waiting: number;
  readonly active: number;
  readonly failed: number;
}

/** BullMQ's queues by name, opened when they are asked for, to be looked at. */
export class Queues implements AsyncDisposable {
  readonly #open = new Map<string, Promise<Queue>>();

  constructor(private readonly redis: Redis) {}

  /** Jobs that wait for a worker, those included that wait to be tried again. */
  async waiting(name: string): Promise<number> {
    return (await this.counts(name)).waiting;
  }

  async counts(name: string): Promise<JobCounts> {
    const queue = await this.#queue(name);
    const counts = await queue.getJobCounts("wait", "delayed", "active", "failed");
    const { wait = 0, delayed = 0, active = 0, failed = 0 } = counts;
    return { waiting: wait + delayed, active, failed };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const queue of this.#open.values()) await (await queue).close();
  }

  #queue(name: string): Promise<Queue> {
    const open = async () => {
      const { Queue: BullQueue } = await bullmq();
      const options = { connection: this.redis, prefix, skipMetasUpdate: true };
      const queue = new BullQueue(name, options);
      queue.on("error", () => {});
      return queue;
    };
    const known = this.#open.get(name) ?? open();
    this.#open.set(name, known);
    return known;
  }
}

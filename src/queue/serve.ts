import { z } from "zod";
import { EngineExitError } from "../errors.js";
import type { Completion, Engine } from "../execution/engine.js";
import type { Offer } from "./holdings.js";
import { pause } from "./pause.js";
import { type JobData, jobSchema, prefix, sameIdentity } from "./protocol.js";
import { bullmq, isAway, type Job, type Redis } from "./redis.js";

/** Milliseconds between two looks whether there is work left. */
const lookEvery = 500;
/** So many failed jobs in a row say that it is not the jobs. */
const maxFailures = 3;
/** Milliseconds before BullMQ asks a Redis that went away again. */
const retryDelay = 1000;

interface ServeOptions {
  readonly redis: Redis;
  /** Jobs at once. */
  readonly prompts: number;
  /** Gives the jobs at hand back. */
  readonly signal: AbortSignal;
  /** Jobs that wait. */
  readonly waiting: () => Promise<number>;
  readonly onAnswers: (completions: readonly Completion[]) => void;
  readonly onNote: (note: string) => void;
}

/**
 * Works on the jobs of one queue.
 * @returns true when nothing waits and nothing is at hand any more, or the signal has fired; false where the engine
 *   is broken.
 */
export async function serve(offer: Offer, engine: Engine, options: ServeOptions): Promise<boolean> {
  const { Worker, WaitingError, UnrecoverableError } = await bullmq();
  const { redis, signal, onNote } = options;
  let atHand = 0;
  let failures = 0;
  const work = async (job: Job, token: string | undefined, taken: AbortSignal | undefined) => {
    const data = readJob(job.data, offer);
    if (typeof data === "string") throw new UnrecoverableError(data);
    const { prompt, n, options: settings } = data;
    atHand += 1;
    try {
      const given = taken && { signal: taken };
      const completions = await engine.sample(prompt, n, { ...settings, ...given });
      failures = 0;
      options.onAnswers(completions);
      return completions;
    } catch (error) {
      if (signal.aborted) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      if (error instanceof EngineExitError) failures = maxFailures;
      else if (!taken?.aborted) failures += 1;
      throw error;
    } finally {
      atHand -= 1;
    }
  };
  const worker = new Worker(offer.queue, work, {
    connection: redis,
    prefix,
    concurrency: options.prompts,
    lockDuration: offer.takeover * 500,
    // The coordinator does.
    skipStalledCheck: true,
    runRetryDelay: retryDelay,
  });
  worker.on("error", (error) => {
    if (!isLate(error) && !isAway(error)) onNote(`${offer.model.name}: ${error.message}`);
  });
  // Another worker has these, or nobody wants them any more.
  worker.on("lockRenewalFailed", (ids) => {
    for (const id of ids) worker.cancelJob(id);
  });
  let idle = false;
  while (!signal.aborted && !idle && failures < maxFailures) {
    await pause(lookEvery, signal);
    idle = atHand === 0 && (await options.waiting()) === 0 && atHand === 0;
  }
  const closing = worker.close();
  if (signal.aborted) worker.cancelAllJobs();
  await closing;
  return failures < maxFailures;
}

/** @returns what is wrong, in words. */
function readJob(value: unknown, { model, identity }: Offer): JobData | string {
  const parsed = jobSchema.safeParse(value);
  if (!parsed.success) return `The job is not usable: ${z.prettifyError(parsed.error)}`;
  if (parsed.data.model === model.name && sameIdentity(parsed.data.identity, identity))
    return parsed.data;
  return `The job is for another model, file or context than its queue: "${parsed.data.model}".`;
}

/** Of jobs that were taken over, and of jobs whose run has ended. */
function isLate({ message }: Error): boolean {
  return /Missing (lock|key) for job|could not renew lock/.test(message);
}

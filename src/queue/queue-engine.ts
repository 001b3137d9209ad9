import { AbortedError, EngineError } from "../errors.js";
import type { Completion, Engine, GenerateOptions, Prompt } from "../execution/engine.js";
import { checkCall } from "../execution/settings.js";
import { atMost, pause } from "./pause.js";
import {
  type Identity,
  type JobData,
  jobId,
  maxResultBytes,
  newJob,
  prefix,
  queueName,
  readResult,
} from "./protocol.js";
import { bullmq, isAway, type Queue, type Redis, type Worker } from "./redis.js";
import { Unstored } from "./unstored.js";

/** Milliseconds between two looks at what has been finished. */
const lookEvery = 200;
/** Looks between two checks that Redis still has every job: one without persistence loses them when it restarts. */
const looksPerCheck = 10;
/**
 * A job is tried so often, the pause doubling from the first one, in milliseconds. The jitter parts a job that crashes
 * its engine from those that were at hand with it.
 */
const retries = { attempts: 4, backoff: { type: "exponential", delay: 1000, jitter: 0.5 } };
/** Times that workers may go silent over a job. One that kills its workers must not go round for ever. */
const maxTakeovers = 3;
/** Milliseconds that clearing up may take: Redis may be away. */
const clearingTime = 5000;

interface Pending {
  readonly job: JobData;
  readonly signal: AbortSignal | undefined;
  readonly completions: Promise<Completion[]>;
  readonly resolve: (completions: Completion[]) => void;
  readonly reject: (error: Error) => void;
}

interface QueueEngineOptions {
  readonly redis: Redis;
  readonly run: string;
  readonly identity: Identity;
  /** Seconds after which a job of a worker that has gone silent is given to another. */
  readonly takeover: number;
  readonly onNote: (note: string) => void;
}

/**
 * A model whose answers workers elsewhere give: `sample` posts a job and waits for its result. Results stay in Redis
 * until `acknowledge`. Redis is only a way there and back: a job that it has lost is posted again, and jobs that an
 * engine of the same run has posted before are found again.
 */
export class QueueEngine implements Engine {
  readonly #pending = new Map<string, Pending>();
  readonly #unstored = new Unstored();
  readonly #heeded = new WeakSet<AbortSignal>();
  readonly #end = new AbortController();
  #lastNote = "";
  readonly #watching: Promise<void>;

  private constructor(
    readonly name: string,
    private readonly options: QueueEngineOptions,
    private readonly queue: Queue,
    private readonly takeovers: Worker,
  ) {
    this.#watching = this.#watch();
  }

  static async open(name: string, options: QueueEngineOptions): Promise<QueueEngine> {
    const { Queue, Worker } = await bullmq();
    const common = { connection: options.redis, prefix };
    const queue = new Queue(queueName(options.run, name), common);
    const note = (error: Error) => {
      if (!isAway(error)) options.onNote(`${name}: ${error.message}`);
    };
    queue.on("error", note);
    // Takes no jobs. Checks for silent workers even when no worker is left that has the model. A lock of half the
    // time and checks every quarter make the whole time the longest one.
    const takeovers = new Worker(queue.name, null, {
      ...common,
      autorun: false,
      maxStalledCount: maxTakeovers,
      stalledInterval: options.takeover * 250,
    });
    takeovers.on("error", note);
    takeovers.on("stalled", () => options.onNote(`${name}: a worker went silent, its job waits`));
    // A coordinator killed while it cleared up leaves the queue paused.
    await queue.resume();
    await takeovers.startStalledCheckTimer();
    return new QueueEngine(name, options, queue, takeovers);
  }

  /** Until it is disposed. */
  get isOpen(): boolean {
    return !this.#end.signal.aborted;
  }

  async generate(prompt: Prompt, options: GenerateOptions): Promise<Completion> {
    const [completion] = await this.sample(prompt, 1, options);
    options.onText?.(completion!.text);
    return completion!;
  }

  async sample(prompt: Prompt, n: number, options: GenerateOptions): Promise<Completion[]> {
    checkCall(prompt, n, options);
    await this.#unstored.room();
    if (options.signal?.aborted) throw new AbortedError("Generation");
    if (this.#end.signal.aborted) throw this.#disposed();
    const job = newJob(this.name, this.options.identity, prompt, n, options);
    const pending = this.#pending.get(jobId(job)) ?? this.#begin(job, options.signal);
    return pending.completions;
  }

  /** The answers that begin with this one are stored: Redis need not keep them any longer. */
  acknowledge(seed: number, first: number): void {
    const id = this.#unstored.remove(seed, first);
    // A worker that was given the job once more may hold it: then it goes when the queue goes.
    if (id !== undefined) this.queue.remove(id).catch(() => {});
  }

  /** Takes the jobs out of Redis, the results that were not acknowledged included. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#end.signal.aborted) return;
    this.#end.abort();
    this.#unstored.close();
    for (const { reject } of this.#pending.values()) reject(this.#disposed());
    const clear = async () => {
      await this.#watching;
      await this.takeovers.close();
      await this.queue.obliterate({ force: true });
      await this.queue.close();
    };
    await atMost(clearingTime, clear());
  }

  #disposed(): EngineError {
    return new EngineError(`The queue of model "${this.name}" was closed.`);
  }

  #begin(job: JobData, signal: AbortSignal | undefined): Pending {
    if (signal !== undefined) this.#heed(signal);
    const id = jobId(job);
    let settle: Pick<Pending, "resolve" | "reject"> | undefined;
    const completions = new Promise<Completion[]>((resolve, reject) => {
      settle = { resolve, reject };
    });
    const pending = { job, signal, completions, ...settle! };
    this.#pending.set(id, pending);
    completions.catch(() => {}).finally(() => this.#pending.delete(id));
    void this.#post(id, job);
    return pending;
  }

  /** Hundreds of calls share a signal, and Node warns of more than ten listeners. */
  #heed(signal: AbortSignal): void {
    if (this.#heeded.has(signal)) return;
    this.#heeded.add(signal);
    const abort = () => {
      for (const pending of this.#pending.values())
        if (pending.signal === signal) pending.reject(new AbortedError("Generation"));
    };
    signal.addEventListener("abort", abort, { once: true });
  }

  /** Posting a job that is there changes nothing. What cannot be posted now is posted at the next check. */
  async #post(id: string, job: JobData): Promise<void> {
    try {
      await this.queue.add("sample", job, { jobId: id, ...retries });
    } catch (error) {
      if (!this.#end.signal.aborted) this.#note(error);
    }
  }

  async #watch(): Promise<void> {
    for (let look = 1; !this.#end.signal.aborted; look++) {
      await pause(lookEvery, this.#end.signal);
      try {
        await this.#collect();
        if (look % looksPerCheck === 0) await this.#postLost();
      } catch (error) {
        if (!this.#end.signal.aborted) this.#note(error);
      }
    }
  }

  async #collect(): Promise<void> {
    const completed = await this.queue.getRanges(["completed"], 0, -1);
    await Promise.all(completed.map((id) => this.#take(id)));
    const failed = await this.queue.getRanges(["failed"], 0, -1);
    await Promise.all(failed.map((id) => this.#giveUp(id)));
  }

  async #take(id: string): Promise<void> {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    const bytes = await this.options.redis.hstrlen(this.queue.toKey(id), "returnvalue");
    const job = bytes > maxResultBytes ? undefined : await this.queue.getJob(id);
    // Gone meanwhile, with a Redis that forgot: it is posted again.
    if (bytes <= maxResultBytes && job === undefined) return;
    const { seed, first } = pending.job.options;
    const result =
      job === undefined
        ? `it has ${bytes} bytes, at most ${maxResultBytes} are accepted`
        : readResult(pending.job, job.returnvalue);
    if (typeof result === "string") {
      await this.queue.remove(id);
      pending.reject(new EngineError(`A worker's result is not usable: ${result}.`));
      return;
    }
    this.#unstored.add(seed, first, id, bytes);
    pending.resolve(result);
  }

  async #giveUp(id: string): Promise<void> {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    const job = await this.queue.getJob(id);
    await this.queue.remove(id);
    if (job !== undefined) pending.reject(new EngineError(reasonOf(job.failedReason)));
  }

  async #postLost(): Promise<void> {
    const lost = async ([id, { job }]: [string, Pending]) => {
      const state = await this.queue.getJobState(id);
      if (state === "unknown" && this.#pending.has(id)) await this.#post(id, job);
    };
    await Promise.all([...this.#pending].map(lost));
  }

  #note(error: unknown): void {
    const note = error instanceof Error ? error.message : String(error);
    if (note !== this.#lastNote) this.options.onNote(`${this.name}: ${note}`);
    this.#lastNote = note;
  }
}

function reasonOf(reason = "no reason is known"): string {
  if (reason.startsWith("job stalled"))
    return `Workers went silent ${maxTakeovers + 1} times over it, maybe because of it.`;
  return `Workers failed ${retries.attempts} times: ${reason.slice(0, 1000).replace(/\p{Cc}+/gu, " ")}`;
}

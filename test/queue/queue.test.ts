import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Job, Worker } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { toyPool } from "../../src/cli/paths.js";
import type { Completion } from "../../src/execution/engine.js";
import { loadPool, type Pool } from "../../src/execution/pool/pool.js";
import { queueStatus, sampleOverQueue, work } from "../../src/queue/index.js";
import { announce } from "../../src/queue/presence.js";
import {
  identityOf,
  type JobData,
  newJob,
  prefix,
  queueName,
  runState,
} from "../../src/queue/protocol.js";
import { QueueEngine } from "../../src/queue/queue-engine.js";
import { Queues } from "../../src/queue/queues.js";
import { readSamples } from "../../src/sampling/index.js";
import { question } from "../sampling/fixtures.js";
import { hasRedis, RedisServer } from "./redis-server.js";

const sha256 = "0".repeat(64);
const sampling = { temperature: 0.7, topK: 40, topP: 1, maxTokens: 32 };
/** The coordinator's machine need not have the file. */
const model = {
  name: "m",
  file: "/nowhere.gguf",
  sha256,
  kind: "base",
  shots: 0,
  stop: [],
  sampling,
} as const;
const pool: Pool = { name: "p", models: [model] };
const settings = { ...sampling, stop: [], seed: 5 };

const completion = (text: string): Completion => ({
  text,
  promptTokens: 1,
  completionTokens: 1,
  seconds: 0.1,
  finishReason: "stop",
});
const answer = ({ n }: JobData) => Array.from({ length: n }, (_, i) => completion(`${i}`));

describe.skipIf(!hasRedis)("the queue on a real Redis", () => {
  let server: RedisServer;
  let redis: Redis;
  const ends: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    server = await RedisServer.start({ keeps: false, password: "s3cret" });
    redis = new Redis(server.port, "127.0.0.1", { password: "s3cret", maxRetriesPerRequest: null });
  });
  beforeEach(async () => {
    for (const end of ends.splice(0)) await end();
    await redis.flushall();
  });
  afterAll(async () => {
    for (const end of ends.splice(0)) await end();
    redis?.disconnect();
    await server?.[Symbol.asyncDispose]();
  });

  const url = () => server.url.replace("//", "//:s3cret@");
  const engineOf = async (run: string, takeover = 60) =>
    QueueEngine.open("m", {
      redis,
      run,
      identity: await identityOf(model),
      takeover,
      onNote: () => {},
    });
  /** Somebody who works on the jobs of a run, in any way. */
  const worker = (run: string, process: (data: JobData, job: Job) => unknown, options = {}) => {
    const own = new Worker(queueName(run, "m"), async (job) => process(job.data, job), {
      connection: redis,
      prefix,
      skipStalledCheck: true,
      concurrency: 64,
      ...options,
    });
    own.on("error", () => {});
    ends.push(() => own.close(true));
    return own;
  };
  /** The run that shows up on Redis. */
  const runThere = async (): Promise<string> => {
    for (;;) {
      const { runs } = await queueStatus(url());
      if (runs[0]?.state !== undefined) return runs[0].id;
    }
  };
  const sampleAll = (ids: string[], options: object = {}) =>
    sampleOverQueue({
      pool,
      questions: ids.map((id) => question(id)),
      n: 2,
      seed: 1,
      runDirectory: mkdtempSync(join(tmpdir(), "pointsman-queue-")),
      queue: url(),
      ...options,
    });

  test("a job that fails every time is reported by model and question, the others are kept", async () => {
    const runDirectory = mkdtempSync(join(tmpdir(), "pointsman-queue-"));
    const running = sampleAll(["a", "b", "c"], { runDirectory });
    worker(await runThere(), (data) => {
      if (data.prompt === "p b") throw new Error("the GPU is \u001b[31mon fire");
      return answer(data);
    });
    await expect(running).rejects.toThrow(
      /m: Question "b": Workers failed 4 times: the GPU is {2}\[31mon fire/,
    );
    const stored: string[] = [];
    await readSamples(runDirectory, ({ question: id, index }) => stored.push(`${id}${index}`));
    expect(stored.sort()).toEqual(["a0", "a1", "c0", "c1"]);
    // Nothing of the run stays on Redis.
    expect(await redis.keys("*")).toEqual([]);
  });

  test.each([
    ["too few answers", () => [completion("7")], /1 answers instead of 2/],
    ["something else", () => ({ text: "7" }), /not usable/],
    ["negative numbers", () => [{ ...completion("7"), seconds: -1 }], /seconds/],
    ["more than is accepted", () => [completion("x".repeat(17 * 1024 * 1024))], /bytes, at most/],
  ])("a worker's result with %s is refused", async (_, result, message) => {
    await using engine = await engineOf("hostile");
    worker("hostile", result);
    await expect(engine.sample("p", 2, settings)).rejects.toThrow(message);
  });

  test("Redis holds no more jobs than prompts may be in flight", async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `q${i}`);
    const running = sampleAll(ids, { concurrency: { prompts: 4 } });
    const run = await runThere();
    let most = 0;
    await using queues = new Queues(redis);
    worker(run, async (data) => {
      const { waiting, active } = await queues.counts(queueName(run, "m"));
      most = Math.max(most, waiting + active);
      return answer(data);
    });
    const { answers } = await running;
    expect(answers.get("m")?.size).toBe(40);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  test("an engine that died leaves its results to the next one of the run", async () => {
    await using died = await engineOf("again");
    let asked = 0;
    const own = worker("again", (data) => {
      asked += 1;
      return answer(data);
    });
    const first = await died.sample("p", 2, settings);
    await own.close();
    await using next = await engineOf("again");
    expect(await next.sample("p", 2, settings)).toEqual(first);
    expect(asked).toBe(1);
    next.acknowledge(settings.seed, 0);
    await expect.poll(() => redis.exists(`${prefix}:again-m:completed`)).toBe(0);
  });

  test("an answer that comes after its job was taken over changes nothing", async () => {
    await using engine = await engineOf("late", 2);
    const late = { lockDuration: 500, skipLockRenewal: true };
    let said: () => void = () => {};
    const lateAnswer = new Promise<void>((resolve) => {
      said = resolve;
    });
    const slow = worker(
      "late",
      async (data) => {
        await lateAnswer;
        return data.n === 1 ? [completion("late")] : [];
      },
      late,
    );
    const asking = engine.sample("p", 1, settings);
    await expect.poll(async () => redis.llen(`${prefix}:late-m:active`)).toBe(1);
    void slow.pause(true);
    worker("late", () => [completion("in time")]);
    expect(await asking).toEqual([completion("in time")]);
    said();
    await slow.close();
    engine.acknowledge(settings.seed, 0);
    await expect.poll(() => redis.exists(`${prefix}:late-m:completed`)).toBe(0);
    expect(await engine.sample("other", 1, settings)).toEqual([completion("in time")]);
  });

  test("the signal ends waiting, and jobs leave Redis with the engine", async () => {
    const stop = new AbortController();
    const engine = await engineOf("stopped");
    const asking = engine.sample("p", 1, { ...settings, signal: stop.signal });
    const other = expect(engine.sample("q", 1, settings)).rejects.toThrow(/closed/);
    stop.abort();
    await expect(asking).rejects.toThrow(/stopped/);
    await engine[Symbol.asyncDispose]();
    await other;
    expect(await redis.keys(`${prefix}:stopped*`)).toEqual([]);
  });

  test("a worker refuses runs of another file by name, and jobs that are not what they should be", async () => {
    const toys = await loadPool(toyPool);
    const [sums] = toys.models;
    const identity = await identityOf(sums!);
    const state = { pool: "toy", done: 0, total: 1, takeover: 60 };
    const announceIt = (id: string, own: typeof identity) =>
      announce(
        redis,
        "run",
        id,
        runState({ ...state, models: [{ name: sums!.name, identity: own }] }),
      );
    await announceIt("other", { ...identity, sha256 });
    await announceIt("longer", { ...identity, contextSize: 4096 });
    await announceIt("right", identity);
    await redis.sadd(`${prefix}:runs`, "garbage");
    await redis.set(`${prefix}:run:garbage`, "{]");
    const good = newJob(sums!.name, identity, "Question: 1 + 1?\nAnswer:", 1, settings);
    const jobs = [
      { ...good, prompt: { evil: true } },
      { ...good, n: 1e9 },
      { ...good, identity: { ...identity, sha256 } },
      good,
    ];
    const { Queue } = await import("bullmq");
    const queue = new Queue(queueName("right", sums!.name), { connection: redis, prefix });
    ends.push(() => queue.close());
    for (const [i, data] of jobs.entries()) await queue.add("sample", data, { jobId: `job${i}` });
    const stop = new AbortController();
    const notes: string[] = [];
    const working = work({
      pool: toys,
      models: [sums!.name],
      queue: url(),
      signal: stop.signal,
      onNote: (note) => notes.push(note),
    });
    await expect.poll(() => queue.getJobState("job3"), { timeout: 60_000 }).toBe("completed");
    stop.abort();
    await working;
    expect((await queue.getFailed()).map(({ id }) => id).sort()).toEqual(["job0", "job1", "job2"]);
    expect((await queue.getJob("job2"))?.failedReason).toMatch(/another model, file or context/);
    expect(notes.join("\n")).toMatch(
      /takes no jobs of model "sums-base" of run other: sha256 8ef0/,
    );
    expect(notes.join("\n")).toMatch(/of run longer: contextSize 256 here, 4096 there/);
    expect(await redis.smembers(`${prefix}:workers`)).toEqual([]);
  });

  test("a wrong password, a Redis that is not there and no address: an error without the password", async () => {
    const failure = (queue: string) => queueStatus(queue).catch((error: Error) => error.message);
    expect(await failure(server.url.replace("//", "//:hidden@"))).toMatch(
      /^Redis at redis:.*WRONGPASS/,
    );
    expect(await failure(server.url.replace("//", "//:hidden@"))).not.toMatch(/hidden/);
    expect(await failure("redis://:hidden@127.0.0.1:1/0")).toMatch(
      /127.0.0.1:1\/0 cannot.*ECONNREFUSED/,
    );
    expect(await failure("hidden@here")).toMatch(/Expected an address/);
    expect(await failure("hidden@here")).not.toMatch(/hidden/);
  });
});

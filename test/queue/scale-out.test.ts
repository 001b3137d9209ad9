import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toyPool, toyQuestions } from "../../src/cli/paths.js";
import { loadQuestions } from "../../src/datasets/questions.js";
import { loadPool } from "../../src/execution/pool/pool.js";
import { queueStatus } from "../../src/queue/index.js";
import { samplePool } from "../../src/sampling/index.js";
import { pointsman } from "../cli/pointsman.js";
import { hasRedis, RedisServer } from "./redis-server.js";

const main = join(import.meta.dirname, "../../dist/cli/main.js");
const directory = mkdtempSync(join(tmpdir(), "pointsman-queue-"));
const models = ["sums-base", "nature-chat"];
// Some seconds of work where nothing else is going on: long enough to break in.
const limit = 100;
const n = 3;
const ofOne = limit * n;

interface Line {
  readonly model: string;
  readonly question: string;
  readonly index: number;
  readonly text: string;
}

function lines(run: string): Line[] {
  const samples = join(directory, run, "samples");
  const files = existsSync(samples) ? readdirSync(samples) : [];
  return files.flatMap((file) => {
    const text = readFileSync(join(samples, file), "utf8");
    return text
      .slice(0, text.lastIndexOf("\n") + 1)
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  });
}

/** In an order that does not depend on who came first. */
function answers(run: string, of = models): string[] {
  return lines(run)
    .filter(({ model }) => of.includes(model))
    .map(({ model, question, index, text }) => JSON.stringify([model, question, index, text]))
    .sort();
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** Some answers are stored, not all. */
async function midway(run: string): Promise<void> {
  await until("the first answers", () => lines(run).length >= ofOne / 20);
  expect(lines(run).length).toBeLessThan(ofOne);
}

describe.skipIf(!hasRedis)("three workers, real models, real Redis", () => {
  let redis: RedisServer;
  const workers: ChildProcess[] = [];

  const sample = (
    run: string,
    { takeover = 4, of = ["sums-base"], onStart = (_: ChildProcess) => {} } = {},
  ) =>
    pointsman(
      ["sample", "--questions", toyQuestions("test"), "--limit", `${limit}`, "-n", `${n}`]
        .concat(["--models", of.join(","), "--out", join(directory, run)])
        .concat(["--queue", redis.url, "--takeover", `${takeover}`]),
      { onStart },
    );

  const startWorker = () => {
    // One prompt at a time: in a batch, the company rounds otherwise and now and then turns a near-tie.
    const args = ["worker", "--queue", redis.url, "--models", models.join(","), "--prompts", "1"];
    workers.push(spawn(process.execPath, [main, ...args], { stdio: "ignore" }));
  };

  /** A worker with a job at hand: where as many jobs are at work as workers, each of them has one. */
  const busyWorker = async (): Promise<ChildProcess> => {
    let pid: number | undefined;
    await until("a busy worker", async () => {
      const { runs, workers: present } = await queueStatus(redis.url);
      const busy = runs[0]?.models.find(
        ({ jobs, workers }) => workers > 0 && jobs.active === workers,
      );
      pid = busy && present.find(({ model }) => model === busy.name)?.pid;
      return pid !== undefined;
    });
    return workers.find((child) => child.pid === pid)!;
  };

  beforeAll(async () => {
    redis = await RedisServer.start({ keeps: true });
    for (let i = 0; i < 3; i++) startWorker();
    await samplePool({
      pool: await loadPool(toyPool),
      models,
      questions: await loadQuestions(toyQuestions("test"), { limit }),
      n,
      seed: 1,
      runDirectory: join(directory, "alone"),
      concurrency: { models: 1, prompts: 1 },
    });
    expect(answers("alone")).toHaveLength(models.length * ofOne);
  });

  afterAll(async () => {
    for (const worker of workers) worker.kill("SIGKILL");
    await redis?.[Symbol.asyncDispose]();
  });

  test("a worker killed in the middle: others take its job over", async () => {
    const sampling = sample("worker", { of: models });
    await midway("worker");
    (await busyWorker()).kill("SIGKILL");
    // The run cannot end before somebody has noticed.
    const status = await pointsman(["sample", "status", "--queue", redis.url]);
    expect(status.stdout).toMatch(/pool toy, \d+\/200 votes are over/);
    expect(status.stdout).toMatch(/^[23] workers, \d+ tokens\/s$/m);
    const { code, stderr } = await sampling;
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/a worker went silent/);
    expect(answers("worker")).toEqual(answers("alone"));
  });

  test("workers asked to stop give their jobs back at once", async () => {
    // A job that it kept would keep the run waiting for longer than the test may take.
    const sampling = sample("stopped", { takeover: 3600 });
    await midway("stopped");
    const living = workers.filter(({ exitCode, signalCode }) => exitCode === null && !signalCode);
    const ends = living.map((worker) => once(worker, "exit"));
    for (const worker of living) worker.kill("SIGTERM");
    expect(await Promise.all(ends)).toEqual(living.map(() => [0, null]));
    expect(lines("stopped").length).toBeLessThan(ofOne);
    for (let i = 0; i < 3; i++) startWorker();
    const { code, stderr } = await sampling;
    expect(code, stderr).toBe(0);
    expect(answers("stopped")).toEqual(answers("alone", ["sums-base"]));
  });

  test.each([
    ["keeps its data", true],
    ["loses its data", false],
  ])("Redis killed and started again, which %s", async (_, keeps) => {
    const run = `redis-${keeps}`;
    const sampling = sample(run);
    await midway(run);
    await redis.kill();
    await redis.start({ keeps });
    const { code, stderr } = await sampling;
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/does not answer; waiting for it.*\n(.*\n)*.*is back/);
    expect(answers(run)).toEqual(answers("alone", ["sums-base"]));
  });

  test("a coordinator killed in the middle goes on when it is run again", async () => {
    const killed = await sample("coordinator", {
      onStart: (child) => void midway("coordinator").then(() => child.kill("SIGKILL")),
    });
    expect(killed.code).toBeNull();
    expect(lines("coordinator").length).toBeLessThan(ofOne);
    const { code, stderr } = await sample("coordinator");
    expect(code, stderr).toBe(0);
    expect(answers("coordinator")).toEqual(answers("alone", ["sums-base"]));
  });
});

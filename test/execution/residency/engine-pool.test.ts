import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import {
  AbortedError,
  DeadlineError,
  EngineError,
  EngineExitError,
  InvalidArgumentError,
  ModelFileError,
  OverloadedError,
  UnknownModelError,
} from "../../../src/errors.js";
import type { LocalModel, PoolModel } from "../../../src/execution/pool/pool.js";
import {
  EnginePool,
  type EnginePoolOptions,
} from "../../../src/execution/residency/engine-pool.js";
import { Member } from "../../../src/execution/residency/member.js";
import { PoolPace } from "../../../src/execution/residency/pace.js";
import { type Script, ScriptedEngine } from "../../../src/execution/scripted.js";

const sampling = { temperature: 0, topK: 0, topP: 1, maxTokens: 8 };
const model = (name: string): PoolModel => ({
  name,
  file: `/nowhere/${name}.gguf`,
  kind: "base",
  template: "Q: {prompt}",
  shots: 0,
  stop: [],
  sampling,
});
const models = ["a", "b", "c", "d"].map(model);
const seed = 1;
const opened: EnginePool[] = [];
afterEach(async () => {
  for (const pool of opened.splice(0)) await pool[Symbol.asyncDispose]();
});

/** A pool of scripted engines, each of one byte. @param loading milliseconds */
async function open(
  script: Script | Record<string, Script>,
  more: Partial<EnginePoolOptions> = {},
  loading = 0,
) {
  const log: string[] = [];
  const pool = await EnginePool.open(
    { name: "test", models },
    {
      memory: 2,
      bytes: () => 1,
      open: async ({ name }) => {
        log.push(`+${name}`);
        if (loading > 0) await new Promise((resolve) => setTimeout(resolve, loading));
        const answer = typeof script === "function" ? script : script[name]!;
        const engine = new ScriptedEngine(name, answer);
        const dispose = engine[Symbol.asyncDispose].bind(engine);
        engine[Symbol.asyncDispose] = async () => {
          log.push(`-${name}`);
          await dispose();
        };
        return engine;
      },
      ...more,
    },
  );
  opened.push(pool);
  return { pool, log };
}

/** A script that answers with the prompt when told to. */
function gate() {
  const begun: string[] = [];
  const releases: (() => void)[] = [];
  const script: Script = async ({ prompt, options }) => {
    begun.push(prompt as string);
    await new Promise<void>((resolve) => {
      releases.push(resolve);
      options.signal?.addEventListener("abort", () => resolve());
    });
    return prompt as string;
  };
  return { begun, script, release: () => releases.shift()!() };
}
const echo: Script = ({ prompt }) => prompt as string;
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("memory", () => {
  test("models come when they are asked, and those that are asked least go", async () => {
    const { pool, log } = await open(echo, {}, 20);
    for (const name of ["a", "b", "a", "c", "a", "b"]) await pool.answer([name], "x", { seed });
    expect(log).toEqual(["+a", "+b", "-b", "+c", "-c", "+b"]);
    expect(pool.status().map(({ state }) => state)).toEqual(["ready", "ready", "absent", "absent"]);
    expect(pool.status()[1]).toMatchObject({ model: "b", loads: 2, inFlight: 0, waiting: 0 });
  });

  test("the pinned stay, and preloading loads before the first request", async () => {
    const { pool, log } = await open(echo, { pinned: ["d"] });
    await pool.preload(["d", "a"]);
    expect(log).toEqual(["+d", "+a"]);
    for (const name of ["a", "a", "b", "c"]) await pool.answer([name], "x", { seed });
    expect(log).toEqual(["+d", "+a", "-a", "+b", "-b", "+c"]);
  });

  test("a model that is answering is not evicted, but takes no late requests", async () => {
    const { begun, script, release } = gate();
    const { pool, log } = await open(script, { memory: 1 });
    const first = pool.answer(["a"], "1", { seed });
    await settle();
    const other = pool.answer(["b"], "2", { seed });
    await settle();
    expect(log).toEqual(["+a"]);
    release();
    await first;
    await settle();
    expect(log).toEqual(["+a", "-a", "+b"]);
    expect(begun).toEqual(["Q: 1", "Q: 2"]);
    release();
    expect(await other).toMatchObject({ model: "b", failures: [] });
  });

  test("what can never fit is refused, and named", async () => {
    await expect(open(echo, { pinned: ["a", "b", "c"] })).rejects.toThrow(InvalidArgumentError);
    await expect(open(echo, { pinned: ["z"] })).rejects.toThrow(UnknownModelError);
    for (const bad of [{ memory: 0 }, { sequences: 1.5 }, { maxWaiting: 0 }, { loadSeconds: -1 }]) {
      await expect(open(echo, bad)).rejects.toThrow(InvalidArgumentError);
    }
    const { pool } = await open(echo, { bytes: ({ name }) => (name === "a" ? 3 : 1) });
    const answer = await pool.answer(["a", "b"], "x", { seed });
    expect(answer.model).toBe("b");
    expect(answer.failures[0]!.error.message).toMatch(/"a" needs 3 bytes but the pool has 2/);
  });
});

describe("the queue", () => {
  test("higher priority first, in order inside of it", async () => {
    const { begun, script, release } = gate();
    const { pool } = await open(script);
    const priorities = [0, 0, 5, -3, 5, 0];
    const all = priorities.map((priority, i) =>
      pool.answer(["a"], `${i}`, { seed, priority }).then(() => release()),
    );
    await settle();
    release();
    await Promise.all(all.slice(0, -1)).catch(() => {});
    await settle();
    expect(begun.map((prompt) => prompt.slice(3))).toEqual(["2", "4", "0", "1", "5", "3"]);
  });

  test("a model answers as many at once as it has sequences", async () => {
    const { begun, script, release } = gate();
    const { pool } = await open(script, { sequences: 2 });
    const all = ["1", "2", "3"].map((text) => pool.answer(["a"], text, { seed }));
    await settle();
    expect(begun).toEqual(["Q: 1", "Q: 2"]);
    expect(pool.status()[0]).toMatchObject({ inFlight: 2, waiting: 1 });
    for (let i = 0; i < 3; i++) {
      release();
      await settle();
    }
    expect(await Promise.all(all)).toHaveLength(3);
  });

  test("who waits beyond the deadline, or stops, leaves the line without having asked", async () => {
    const { begun, script, release } = gate();
    const { pool } = await open(script);
    const first = pool.answer(["a"], "1", { seed });
    await settle();
    const abort = new AbortController();
    const late = pool.answer(["a", "b"], "2", { seed, within: 0.02 });
    const stopped = pool.answer(["a"], "3", { seed, signal: abort.signal });
    abort.abort();
    await expect(stopped).rejects.toThrow(AbortedError);
    await expect(late).rejects.toThrow(DeadlineError);
    await expect(pool.answer(["a"], "4", { seed, within: 0 })).rejects.toThrow(DeadlineError);
    release();
    await first;
    expect(begun).toEqual(["Q: 1"]);
    expect(pool.status()[0]).toMatchObject({ inFlight: 0, waiting: 0 });
  });

  test("a full line refuses at once", async () => {
    const { script, release } = gate();
    const { pool } = await open(script, { maxWaiting: 2 });
    const taken = [pool.answer(["a"], "1", { seed })];
    await settle();
    taken.push(...["2", "3"].map((text) => pool.answer(["a"], text, { seed })));
    await expect(pool.answer(["b"], "4", { seed })).rejects.toThrow(OverloadedError);
    for (let i = 0; i < 3; i++) {
      release();
      await settle();
    }
    expect(await Promise.all(taken)).toHaveLength(3);
  });

  test("a request that is being answered can be stopped", async () => {
    const { script } = gate();
    const { pool } = await open(script);
    const abort = new AbortController();
    const running = pool.answer(["a", "b"], "1", { seed, signal: abort.signal });
    await settle();
    abort.abort();
    await expect(running).rejects.toThrow(AbortedError);
    expect(pool.status()[0]!.inFlight).toBe(0);
  });
});

describe("down the ranking", () => {
  const broken: Script = () => {
    throw new Error("bad weights");
  };
  const gone = (name: string) => {
    const exit = { model: name, exitCode: null, signal: "SIGKILL" as const };
    return new EngineExitError(`The process of model "${name}" was killed by SIGKILL.`, exit);
  };

  test("the next one answers, and the result says who failed and why", async () => {
    const { pool } = await open({ a: broken, b: echo });
    const told: string[] = [];
    const answer = await pool.answer([{ model: "a" }, "b"], "x", {
      seed,
      onFailure: ({ model: name }) => told.push(name),
    });
    expect(answer).toMatchObject({ model: "b", completion: { text: "Q: x" } });
    expect(answer.failures).toMatchObject([{ model: "a", skipped: false }]);
    expect(answer.failures[0]!.error.message).toContain("bad weights");
    expect(told).toEqual(["a"]);
    const samples = await pool.sample(["a", "b"], { prompt: "y" }, 3, { seed });
    expect(samples.completions.map(({ text }) => text)).toEqual(Array(3).fill("Q: y"));
  });

  test("a load that failed is remembered for a while, and tried again after it", async () => {
    const build = async (coolDownSeconds: number) => {
      const log: string[] = [];
      const { pool } = await open(echo, {
        coolDownSeconds,
        open: async ({ name }) => {
          log.push(`+${name}`);
          if (log.length === 1) throw new ModelFileError("no such file");
          return new ScriptedEngine(name, echo);
        },
      });
      const first = await pool.answer(["a", "b"], "x", { seed });
      expect(first.failures).toMatchObject([{ model: "a", skipped: false }]);
      await settle();
      return { pool, log, second: await pool.answer(["a", "b"], "x", { seed }) };
    };
    const long = await build(60);
    expect(long.second).toMatchObject({ model: "b", failures: [{ model: "a", skipped: true }] });
    expect(long.pool.status()[0]!.failure).toBeInstanceOf(ModelFileError);
    expect(long.log).toEqual(["+a", "+b"]);
    const short = await build(1e-6);
    expect(short.second).toMatchObject({ model: "a", failures: [] });
    expect(short.log).toEqual(["+a", "+b", "+a"]);
  });

  test("each failure in a row is remembered twice as long, until an answer comes", () => {
    const how = { bytes: 1, pinned: false, sequences: 1, coolDownSeconds: 5 };
    const member = new Member(models[0]!, how, new PoolPace(1));
    const failAt = (now: number) => {
      const error = new EngineError("bad");
      // Calls in flight end with the same error: it counts once.
      for (const _ of [1, 2]) member.failed(error, now);
      return (seconds: number) => member.cooling(now + seconds) === error;
    };
    const first = failAt(0);
    expect([first(4.9), first(5)]).toEqual([true, false]);
    const second = failAt(100);
    expect([second(9.9), second(10)]).toEqual([true, false]);
    for (let i = 0; i < 20; i++) failAt(200);
    const last = failAt(300);
    expect([last(319.9), last(320)]).toEqual([true, false]);
    member.answered([], 1);
    expect(failAt(1000)(5)).toBe(false);
  });

  test("where all fail, the error names each of them", async () => {
    const { pool } = await open(broken);
    const error = await pool.answer(["a", "b"], "x", { seed }).catch((e: unknown) => e as Error);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as Error).message).toMatch(/ {2}a: .*bad weights.*\n {2}b: .*bad weights/);
    expect(((error as Error).cause as AggregateError).errors).toHaveLength(2);
    await expect(pool.answer([], "x", { seed })).rejects.toThrow(InvalidArgumentError);
    await expect(pool.answer(["a", "z"], "x", { seed })).rejects.toThrow(UnknownModelError);
    for (const bad of [{ seed: -1 }, { seed, priority: 11 }, { seed, within: Number.NaN }]) {
      await expect(pool.answer(["a"], "x", bad)).rejects.toThrow(InvalidArgumentError);
    }
  });

  test("a prompt that ends two processes is not tried on a third", async () => {
    const asked: string[] = [];
    const deadly = (name: string): Script => {
      return () => {
        asked.push(name);
        throw gone(name);
      };
    };
    const { pool } = await open({ a: deadly("a"), b: deadly("b"), c: deadly("c") });
    await expect(pool.answer(["a", "b", "c"], "x", { seed })).rejects.toThrow(/no more were asked/);
    expect(asked).toEqual(["a", "b"]);
  });

  test("who waits for a model whose process ended goes on to the next one", async () => {
    let die = () => {};
    const dying: Script = () => new Promise((_, reject) => (die = () => reject(gone("a"))));
    const { pool } = await open({ a: dying, b: echo });
    const first = pool.answer(["a", "b"], "1", { seed });
    await settle();
    const second = pool.answer(["a", "b"], "2", { seed });
    die();
    for (const answer of await Promise.all([first, second])) {
      expect(answer).toMatchObject({ model: "b", failures: [{ model: "a", skipped: false }] });
    }
  });
});

test("remote models need no memory, and one that refuses is passed over", async () => {
  await using server = createServer((_, response) => response.writeHead(401).end("who are you?"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { file: _, ...rest } = model("far") as LocalModel;
  const far = { ...rest, endpoint: `http://127.0.0.1:${port}/v1`, model: "far" };
  const pool = await EnginePool.open({ name: "far", models: [far] }, { memory: 1 });
  opened.push(pool);
  await pool.preload(["far"]);
  expect(pool.status()).toMatchObject([{ state: "ready", bytes: 0 }]);
  const answer = pool.answer(["far"], "x", { seed });
  await expect(answer).rejects.toThrow(/No model of the ranking answered:\n {2}far: .*401/);
});

describe("the end", () => {
  test("draining answers those who were taken, also further down their ranking", async () => {
    const { script, release } = gate();
    const failing: Script = async () => {
      await settle();
      throw new Error("bad weights");
    };
    const { pool, log } = await open({ a: failing, b: script });
    const taken = pool.answer(["a", "b"], "1", { seed });
    const drained = pool.drain();
    await expect(pool.answer(["b"], "2", { seed })).rejects.toThrow("disposed");
    await settle();
    await settle();
    release();
    expect(await taken).toMatchObject({ model: "b" });
    await drained;
    expect(log.sort()).toEqual(["+a", "+b", "-a", "-b"]);
  });

  test("cutting ends those who wait and those who are being answered", async () => {
    const { script, release } = gate();
    const { pool, log } = await open(script);
    const all = ["1", "2"].map((text) => pool.answer(["a", "b"], text, { seed }));
    const ends = Promise.allSettled(all);
    await settle();
    const cut = pool[Symbol.asyncDispose]();
    release();
    for (const end of await ends) {
      expect(end).toMatchObject({ status: "rejected", reason: expect.any(EngineError) });
    }
    await Promise.all([cut, pool[Symbol.asyncDispose]()]);
    expect(log).toEqual(["+a", "-a"]);
  });
});

test("the load that routing reads follows the pool, without being asked for again", async () => {
  const { script, release } = gate();
  const { pool } = await open(script, { sequences: 2, bytes: () => 1e9, memory: 2e9 });
  const load = pool.load(["c", "a"]);
  expect([...load.loaded]).toEqual([0, 0]);
  expect([...load.loadSeconds]).toEqual([1.1, 1.1]);
  expect([...load.requestsPerLoad]).toEqual([1, 1]);
  expect([...load.sequences]).toEqual([2, 2]);
  const all = ["1", "2", "3"].map((text) => pool.answer(["a"], text, { seed }));
  expect([...load.waiting]).toEqual([0, 3]);
  await settle();
  expect([...load.loaded]).toEqual([0, 1]);
  expect([...load.inFlight]).toEqual([0, 2]);
  expect([...load.waiting]).toEqual([0, 1]);
  expect(load.loadSeconds[1]).toBeLessThan(1);
  // What was measured of one model says something of another.
  expect(load.loadSeconds[0]).toBeLessThan(1);
  expect(load.loadSeconds[0]).toBeGreaterThan(load.loadSeconds[1]!);
  for (let i = 0; i < 3; i++) {
    release();
    await settle();
  }
  await Promise.all(all);
  expect([...load.inFlight]).toEqual([0, 0]);
  expect(load.answerSeconds[1]).toBeGreaterThan(0.004);
  expect(load.tokensPerSecond[1]).toBeGreaterThan(1);
  expect(() => pool.load(["z"])).toThrow(UnknownModelError);
});

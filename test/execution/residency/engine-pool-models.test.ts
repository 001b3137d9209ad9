import { copyFile, mkdtemp, readFile, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EngineExitError, ModelFileError } from "../../../src/errors.js";
import type { LocalModel } from "../../../src/execution/pool/pool.js";
import { loadPool } from "../../../src/execution/pool/pool.js";
import { ChildEngine } from "../../../src/execution/residency/child-engine.js";
import { EnginePool } from "../../../src/execution/residency/engine-pool.js";

/** Seven real models, memory for two. */
describe("the toy pool with memory for two models", () => {
  const engines: ChildEngine[] = [];
  const question = "Ann has 12 pens and Bob has 30 pens. How many pens do they have in total?";
  const long = { seed: 1, settings: { temperature: 2, topK: 0, maxTokens: 200, stop: [] } };
  let answerSeconds = 60;
  let pool: EnginePool;
  let names: string[];

  beforeAll(async () => {
    const toy = await loadPool(join(import.meta.dirname, "../../../models/pool.json"));
    names = toy.models.map(({ name }) => name);
    const { sha256: _, ...first } = toy.models[0] as LocalModel;
    const cut = {
      ...first,
      name: "cut",
      file: join(await mkdtemp(join(tmpdir(), "p-")), "x.gguf"),
    };
    await copyFile(first.file, cut.file);
    await truncate(cut.file, (await stat(first.file)).size - 1000);
    pool = await EnginePool.open(
      { name: "toy and one broken", models: [...toy.models, cut] },
      {
        memory: 2,
        bytes: () => 1,
        threads: 1,
        sequences: 2,
        open: async (model, room) => {
          const engine = await ChildEngine.open(model, { ...room, answerSeconds });
          engines.push(engine);
          return engine;
        },
      },
    );
  });
  afterAll(() => pool?.[Symbol.asyncDispose]());

  const residents = () => pool.status().filter(({ state }) => state === "ready");
  const engineOf = (name: string) => engines.findLast((engine) => engine.name === name)!;

  test("all seven answer, and never more than two are in memory", async () => {
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, pool.status().filter(({ state }) => state !== "absent").length);
    }, 1);
    const all = await Promise.all(names.map((name) => pool.answer([name], question, { seed: 1 })));
    clearInterval(watch);
    expect(all.map(({ model }) => model)).toEqual(names);
    for (const { completion } of all) expect(completion.text).toMatch(/\w/);
    expect(most).toBe(2);
    expect(residents()).toHaveLength(2);
    expect(new Set(engines.map(({ pid }) => pid)).size, "processes are used again").toBeLessThan(7);
  });

  test("a model whose process is killed in the middle of its answer is passed over", async () => {
    const [first, second] = residents().map(({ model }) => model) as [string, string];
    const pieces: string[] = [];
    const { pid } = engineOf(first);
    let isKilled = false;
    const answer = await pool.answer([first, second], question, {
      ...long,
      onText: (piece) => {
        pieces.push(piece);
        if (isKilled || pieces.length < 3) return;
        isKilled = process.kill(pid!, "SIGKILL");
      },
      onFailure: () => pieces.splice(0),
    });
    expect(answer).toMatchObject({ model: second, failures: [{ model: first, skipped: false }] });
    expect(answer.failures[0]!.error).toBeInstanceOf(EngineExitError);
    expect(answer.failures[0]!.error).toMatchObject({ model: first, signal: "SIGKILL" });
    expect(pieces.join("")).toBe(answer.completion.text);
    expect((await pool.answer([first, second], question, { seed: 1 })).failures).toMatchObject([
      { model: first, skipped: true },
    ]);
  });

  test("a model that hangs is ended after its limit, one that cannot be loaded is passed over", async () => {
    const [hanging, next] = pool
      .status()
      .filter(({ state, failure }) => state === "absent" && failure === undefined)
      .map(({ model }) => model) as [string, string];
    answerSeconds = 2;
    await pool.preload([hanging]);
    answerSeconds = 60;
    process.kill(engineOf(hanging).pid!, "SIGSTOP");
    const answer = await pool.answer([hanging, "cut", next], question, { seed: 1 });
    expect(answer.model).toBe(next);
    expect(answer.failures.map(({ model, error }) => [model, error.constructor])).toEqual([
      [hanging, EngineExitError],
      ["cut", ModelFileError],
    ]);
    expect(answer.failures[0]!.error.message).toContain("no answer within 2 s");
    expect(answer.failures[1]!.error.message).toContain("truncated");
  });

  test("a process that dies while it is idle costs a load, no answer", async () => {
    const { model } = residents()[0]!;
    const engine = engineOf(model);
    process.kill(engine.pid!, "SIGKILL");
    await engine.ended;
    expect(await pool.answer([model], question, { seed: 1 })).toMatchObject({ failures: [] });
  });

  test("no process is left after the end, with answers under way", async () => {
    const { model } = residents()[0]!;
    const call = expect(pool.answer([model], question, long)).rejects.toThrow("disposed");
    await pool[Symbol.asyncDispose]();
    await call;
    for (const { pid } of engines) {
      const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      expect(text === "" || / Z /.test(text)).toBe(true);
    }
  });
});

import { copyFile, mkdtemp, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  AbortedError,
  EngineError,
  EngineUnavailableError,
  InvalidArgumentError,
  ModelFileError,
} from "../../../src/errors.js";
import type { GenerateOptions } from "../../../src/execution/engine.js";
import { LlamaEngine } from "../../../src/execution/llama/engine.js";
import { isRemote, type LocalModel, loadPool } from "../../../src/execution/pool/pool.js";
import { renderPrompt } from "../../../src/execution/prompt.js";

const pool = await loadPool(join(import.meta.dirname, "../../../models/pool.json"));
const models = pool.models.filter((model): model is LocalModel => !isRemote(model));
const question = "Ann has 12 pens and Bob has 30 pens. How many pens do they have in total?";

describe.each(
  models.filter((model, i, all) => all.findIndex(({ kind }) => kind === model.kind) === i),
)("a real $kind model", (model) => {
  let engine: LlamaEngine;
  const prompt = renderPrompt(model, { prompt: question });
  const options: GenerateOptions = {
    ...model.sampling,
    temperature: 0.8,
    stop: model.stop,
    seed: 5,
  };
  const texts = async (n: number, more: Partial<GenerateOptions> = {}) =>
    (await engine.sample(prompt, n, { ...options, ...more })).map(({ text }) => text);

  beforeAll(async () => {
    engine = await LlamaEngine.load(model, { gpu: false, sequences: 4 });
  });
  afterAll(() => engine?.[Symbol.asyncDispose]());

  test("answers greedily, the same whatever the seed", async () => {
    const greedy = await engine.generate(prompt, { ...options, temperature: 0 });
    expect(greedy.text).toMatch(/\w/);
    expect(greedy.text).not.toContain("\uFFFD");
    expect(greedy.promptTokens).toBeGreaterThan(10);
    expect(greedy.completionTokens).toBeGreaterThan(1);
    expect(greedy.seconds).toBeGreaterThan(0);
    expect(new Set(await texts(5, { temperature: 0, seed: 99 }))).toEqual(new Set([greedy.text]));
  });

  test("other seeds give other answers, the same seed the same ones", async () => {
    const hot = { temperature: 1.5, topK: 0 };
    const ten = await texts(10, hot);
    expect(new Set(ten).size).toBeGreaterThan(3);
    expect(await texts(10, hot)).toEqual(ten);
    expect(await texts(10, { ...hot, seed: 6 })).not.toEqual(ten);
  });

  test("answer i does not depend on n or on what else runs", async () => {
    const ten = await texts(10);
    expect(await texts(3)).toEqual(ten.slice(0, 3));
    const busy = await Promise.all([
      texts(10),
      texts(10, { seed: 77 }),
      texts(4),
      texts(10),
      texts(1),
      texts(10),
    ]);
    expect(busy[0]).toEqual(ten);
    expect(busy[2]).toEqual(ten.slice(0, 4));
    expect(busy[5]).toEqual(ten);
  });

  test("streams the text of the first sample", async () => {
    const pieces: string[] = [];
    const { text } = await engine.generate(prompt, {
      ...options,
      onText: (piece) => pieces.push(piece),
    });
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join("")).toBe(text);
    expect(text).toBe((await texts(1))[0]);
  });

  test("ends before a stop text and at maxTokens", async () => {
    const { text } = await engine.generate(prompt, { ...options, temperature: 0 });
    const stop = text.slice(4, 7);
    const pieces: string[] = [];
    const cut = await engine.generate(prompt, {
      ...options,
      temperature: 0,
      stop: [stop],
      onText: (p) => pieces.push(p),
    });
    expect(cut.text).toBe(text.slice(0, text.indexOf(stop)));
    expect(pieces.join("")).toBe(cut.text);
    expect(cut.finishReason).toBe("stop");
    const short = await engine.generate(prompt, { ...options, temperature: 0, maxTokens: 2 });
    expect(short).toMatchObject({ completionTokens: 2, finishReason: "length" });
    expect(text.startsWith(short.text)).toBe(true);
  });

  test("can be stopped while it runs and while it waits, and goes on after", async () => {
    const controller = new AbortController();
    const running = engine.generate(prompt, {
      ...options,
      signal: controller.signal,
      onText: () => controller.abort(),
    });
    await expect(running).rejects.toThrow(AbortedError);
    const second = new AbortController();
    const many = Array.from({ length: 9 }, () =>
      engine.sample(prompt, 10, { ...options, signal: second.signal }),
    );
    second.abort();
    for (const end of await Promise.allSettled(many)) {
      expect(end.status === "rejected" && end.reason).toBeInstanceOf(AbortedError);
    }
    expect(await texts(2)).toHaveLength(2);
  });

  test("says how long a prompt may be", async () => {
    const long = renderPrompt(model, { prompt: question.repeat(40) });
    await expect(engine.generate(long, options)).rejects.toThrow(
      /The prompt has \d+ tokens.*contextSize/,
    );
    await expect(engine.generate(long, options)).rejects.toThrow(EngineError);
  });

  test("refuses settings without a meaning", async () => {
    for (const bad of [
      { temperature: -1 },
      { topP: 0 },
      { topK: 1.5 },
      { seed: Number.NaN },
      { maxTokens: 0 },
      { stop: [""] },
    ]) {
      await expect(engine.generate(prompt, { ...options, ...bad })).rejects.toThrow(
        InvalidArgumentError,
      );
    }
  });
});

describe("loading and disposing", () => {
  const model = models[0]!;
  const options = { ...model.sampling, temperature: 1, stop: [], seed: 1 };

  test("disposing twice is safe, and ends calls in flight by name", async () => {
    const engine = await LlamaEngine.load(model, { gpu: false, sequences: 2 });
    const calls = Array.from({ length: 6 }, (_, seed) =>
      engine.sample(renderPrompt(model, { prompt: question }), 50, { ...options, seed }),
    );
    const ends = Promise.allSettled(calls);
    await Promise.all([engine[Symbol.asyncDispose](), engine[Symbol.asyncDispose]()]);
    for (const end of await ends) {
      expect(end.status === "rejected" && end.reason).toBeInstanceOf(EngineError);
    }
    await expect(engine.generate("x", options)).rejects.toThrow("was disposed");
  });

  test("a truncated file, a wrong hash and a model that llama.cpp refuses are told apart", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "pointsman-llama-")), "copy.gguf");
    const copy = async (change: Partial<LocalModel> = {}) =>
      LlamaEngine.load({ name: "copy", file, ...change }, { gpu: false });
    await copyFile(model.file, file);
    await expect(copy({ sha256: "0".repeat(64) })).rejects.toThrow(ModelFileError);
    await truncate(file, (await stat(file)).size - 1000);
    await expect(copy()).rejects.toThrow(/truncated/);
    await expect(copy({ file: import.meta.filename })).rejects.toThrow(
      /does not begin with "GGUF"/,
    );
  });

  test("says what to install where the package is missing", async () => {
    vi.resetModules();
    vi.doMock("node-llama-cpp", () => {
      throw new Error("Cannot find package");
    });
    const { openLlama } = await import("../../../src/execution/llama/library.js");
    const error = await openLlama().catch((e: unknown) => e as Error);
    vi.doUnmock("node-llama-cpp");
    expect((error as Error).name).toBe(EngineUnavailableError.name);
    expect((error as Error).message).toContain("npm install node-llama-cpp");
  });
});

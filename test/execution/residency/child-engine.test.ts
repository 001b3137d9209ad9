import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  AbortedError,
  EngineError,
  EngineExitError,
  InvalidArgumentError,
  ModelFileError,
} from "../../../src/errors.js";
import type { GenerateOptions } from "../../../src/execution/engine.js";
import { LlamaEngine } from "../../../src/execution/llama/engine.js";
import { isRemote, type LocalModel, loadPool } from "../../../src/execution/pool/pool.js";
import { renderPrompt } from "../../../src/execution/prompt.js";
import { ChildEngine } from "../../../src/execution/residency/child-engine.js";
import { Spares } from "../../../src/execution/residency/spares.js";

const root = join(import.meta.dirname, "../../..");
const pool = await loadPool(join(root, "models/pool.json"));
const model = pool.models.find((one): one is LocalModel => !isRemote(one))!;
const other = pool.models.findLast((one): one is LocalModel => !isRemote(one))!;
const prompt = renderPrompt(model, { prompt: "Ann has 12 pens and Bob has 30 pens. How many?" });
const options: GenerateOptions = { ...model.sampling, stop: model.stop, seed: 5 };
/** An answer of seconds, so that there is time to interfere. */
const long = { ...options, temperature: 2, topK: 0, maxTokens: 200, stop: [] };
const room = { threads: 1, sequences: 2 };

async function isAlive(pid: number): Promise<boolean> {
  // A process that ended but was not waited for is a zombie, "Z".
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return text !== "" && !/\) Z /.test(text);
}

async function untilGone(pid: number): Promise<void> {
  while (await isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("a model in a process of its own", () => {
  let engine: ChildEngine;
  beforeAll(async () => {
    engine = await ChildEngine.open(model, room);
  });
  afterAll(() => engine?.[Symbol.asyncDispose]());

  test("answers as it does in this process, whole, streamed and numbered", async () => {
    await using own = await LlamaEngine.load(model, { sequences: 2, modelThreads: 1 });
    const texts = async (of: ChildEngine | LlamaEngine, n: number, first: number) =>
      (await of.sample(prompt, n, { ...options, first })).map(({ text }) => text);
    expect(await texts(engine, 3, 4)).toEqual(await texts(own, 3, 4));
    const pieces: string[] = [];
    const streamed = await engine.generate(prompt, {
      ...options,
      onText: (piece) => pieces.push(piece),
    });
    const { seconds: _, ...rest } = await own.generate(prompt, options);
    expect(streamed).toMatchObject(rest);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join("")).toBe(rest.text);
  });

  test("can be stopped while it runs, and goes on after", async () => {
    const abort = new AbortController();
    const running = engine.generate(prompt, {
      ...long,
      signal: abort.signal,
      onText: () => abort.abort(),
    });
    await expect(running).rejects.toThrow(AbortedError);
    await expect(
      engine.generate(prompt, { ...options, signal: AbortSignal.abort() }),
    ).rejects.toThrow(AbortedError);
    expect((await engine.generate(prompt, options)).text).toMatch(/\w/);
  });

  test("errors keep their kind and their words", async () => {
    await expect(engine.generate(prompt, { ...options, topP: 0 })).rejects.toThrow(
      InvalidArgumentError,
    );
    const tooLong = engine.generate(`${prompt}`.repeat(40), options);
    await expect(tooLong).rejects.toThrow(/leaves no room in the \d+ tokens/);
    await expect(tooLong).rejects.toThrow(EngineError);
    await expect(tooLong).rejects.not.toThrow(EngineExitError);
    const thrown = engine.generate(prompt, {
      ...options,
      onText: () => {
        throw new Error("of the caller");
      },
    });
    await expect(thrown).rejects.toThrow("of the caller");
  });

  test("makes place for another model, and is ended where it is not wanted", async () => {
    const spares = new Spares();
    const first = await ChildEngine.open(other, { ...room, spares });
    const { pid } = first;
    const call = expect(first.generate(prompt, long)).rejects.toThrow("was disposed");
    await first[Symbol.asyncDispose]();
    await call;
    const second = await ChildEngine.open(model, { ...room, spares });
    expect(second.pid).toBe(pid);
    expect(await second.generate(prompt, options)).toMatchObject({
      text: (await engine.generate(prompt, options)).text,
    });
    await expect(first.generate(prompt, options)).rejects.toThrow(/".*" was disposed/);
    await spares.close();
    await second[Symbol.asyncDispose]();
    expect(await isAlive(pid!)).toBe(false);
  });

  test("disposing ends the process and calls in flight", async () => {
    const call = expect(engine.generate(prompt, long)).rejects.toThrow("was disposed");
    await Promise.all([engine[Symbol.asyncDispose](), engine[Symbol.asyncDispose]()]);
    await call;
    expect(await isAlive(engine.pid!)).toBe(false);
    await expect(engine.generate(prompt, options)).rejects.toThrow("was disposed");
  });
});

describe("what can go wrong", () => {
  test("a process that is killed in the middle of answers ends them by name", async () => {
    await using engine = await ChildEngine.open(model, room);
    const calls = [1, 2].map(() =>
      engine.generate(prompt, { ...long, onText: () => process.kill(engine.pid!, "SIGKILL") }),
    );
    for (const end of await Promise.allSettled(calls)) {
      expect(end).toMatchObject({
        status: "rejected",
        reason: { name: "EngineExitError", code: "ENGINE", model: model.name, signal: "SIGKILL" },
      });
    }
    await engine.ended;
    await expect(engine.generate(prompt, options)).rejects.toThrow(/was killed by SIGKILL/);
  });

  test("files that cannot be loaded, and a load that hangs or is stopped", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "pointsman-child-")), "cut.gguf");
    await copyFile(model.file, file);
    await truncate(file, (await stat(file)).size - 1000);
    const { sha256: _, ...rest } = model;
    await expect(ChildEngine.open({ ...rest, file }, room)).rejects.toThrow(ModelFileError);
    await expect(ChildEngine.open(model, { ...room, loadSeconds: 0.05 })).rejects.toThrow(
      /no answer within 0.05 s/,
    );
    const abort = new AbortController();
    const loading = ChildEngine.open(model, { ...room, signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(loading).rejects.toThrow(AbortedError);
  });

  test("a hash that was right once does not speak for another file in its place, nor for another hash", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "pointsman-child-")), "model.gguf");
    await copyFile(model.file, file);
    await (await ChildEngine.open({ ...model, file }, room))[Symbol.asyncDispose]();
    await (await ChildEngine.open({ ...model, file }, room))[Symbol.asyncDispose]();
    const wrong = { ...model, file, sha256: "0".repeat(64) };
    await expect(ChildEngine.open(wrong, room)).rejects.toThrow(ModelFileError);
    await copyFile(other.file, file);
    await expect(ChildEngine.open({ ...model, file }, room)).rejects.toThrow(/its SHA-256 is/);
  });

  test("a file that makes llama.cpp abort costs its process only, whose last words are told", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "pointsman-child-")), "heads.gguf");
    const bytes = await readFile(model.file);
    const key = "llama.attention.head_count";
    // Behind the key stand the type of its value and the value.
    bytes.writeUInt32LE(0, bytes.indexOf(key) + key.length + 4);
    await writeFile(file, bytes);
    const { sha256: _, ...rest } = model;
    const opening = ChildEngine.open({ ...rest, file }, room);
    await expect(opening).rejects.toMatchObject({ signal: "SIGABRT", model: model.name });
    await expect(opening).rejects.toThrow(/was killed by SIGABRT \(.*GGML_ASSERT/);
  });

  // A program of its own, because it has to die.
  const program = (rest: string) => `
    import { EngineProcess } from ${JSON.stringify(join(root, "dist/execution/residency/process.js"))};
    console.log(new EngineProcess().pid);
    ${rest}
  `;
  const node = (code: string) => ["--input-type=module", "--eval", code];

  test.each([0, 400])("a child %i ms old ends with a parent that is killed by -9", async (ms) => {
    const code = program("setInterval(() => {}, 1000);");
    const parent = spawn(process.execPath, node(code), { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(parent.stdout, "data");
    const pid = Number(String(line));
    expect(await isAlive(pid)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, ms));
    parent.kill("SIGKILL");
    await untilGone(pid);
  });

  test("an idle child does not keep a program alive that forgets it, and goes with it", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, node(program("")));
    await untilGone(Number(stdout));
  });
});

import { createHash } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  AbortedError,
  EngineError,
  InvalidArgumentError,
  StoreMismatchError,
  UnknownModelError,
} from "../../src/errors.js";
import type { Pool, PoolModel } from "../../src/execution/pool/pool.js";
import { type Script, ScriptedEngine } from "../../src/execution/scripted.js";
import { seedOf } from "../../src/sampling/ask.js";
import { type SamplePoolOptions, samplePool } from "../../src/sampling/sampler.js";
import type { RunStatus } from "../../src/sampling/status.js";
import { provenanceOf } from "../../src/sampling/store/fingerprints.js";
import { readRunManifest, readSamples } from "../../src/sampling/store/store.js";
import { question } from "./fixtures.js";

const model = (name: string): PoolModel => ({
  name,
  file: `/nowhere/${name}.gguf`,
  kind: "base",
  template: "Q: {prompt}",
  shots: 0,
  stop: [],
  sampling: { temperature: 1, topK: 0, topP: 1, maxTokens: 9 },
});
const pool: Pool = { name: "p", models: ["a", "b", "c"].map(model) };
const questions = Array.from({ length: 20 }, (_, i) => question(`q${i}`));
let runDirectory: string;

beforeEach(async () => {
  runDirectory = await mkdtemp(join(tmpdir(), "pointsman-sampler-"));
});

function sample(script: Script, more: Partial<SamplePoolOptions> = {}) {
  const openEngine = async ({ name }: PoolModel) => new ScriptedEngine(name, script);
  return samplePool({ pool, questions, runDirectory, n: 3, seed: 1, openEngine, ...more });
}

async function stored(): Promise<string[]> {
  const found = new Set<string>();
  await readSamples(runDirectory, ({ model, question }) => found.add(`${model} ${question}`));
  return [...found];
}

describe("samplePool", () => {
  test("asks every model every question n times and extracts the answers", async () => {
    const seen = new Set<string>();
    const { answers } = await sample(({ prompt, index, options }) => {
      seen.add(`${prompt} ${options.seed} ${index}`);
      return `The answer is ${index}.`;
    });
    expect([...answers.keys()]).toEqual(["a", "b", "c"]);
    expect(answers.get("b")!.get("q7")!.answers).toEqual(["0", "1", "2"]);
    expect(answers.get("c")!.size).toBe(20);
    expect(seen.size).toBe(3 * 20 * 3);
    expect([...seen][0]).toMatch(/^Q: p q0 \d+ 0$/);
  });

  test("progress never goes back, ends at the total, and counts what was there before", async () => {
    const steps: number[] = [];
    const onProgress = ({ done, total }: RunStatus) => {
      expect(total).toBe(60);
      steps.push(done);
    };
    await sample(() => "7", { onProgress });
    expect(steps).toEqual([...steps].sort((x, y) => x - y));
    expect([steps[0], steps.at(-1)]).toEqual([0, 60]);
    let calls = 0;
    const again: number[] = [];
    await sample(() => String(++calls), { onProgress: ({ done }) => again.push(done) });
    expect([calls, ...again]).toEqual([0, 60]);
  });

  test("a model that cannot be loaded does not keep the others from finishing", async () => {
    let broken = true;
    const openEngine = async ({ name }: PoolModel) => {
      if (name === "b" && broken) throw new EngineError("no memory for b");
      return new ScriptedEngine(name, () => "7");
    };
    const notes: (string | undefined)[] = [];
    const onProgress = (_: RunStatus, event?: string) => notes.push(event);
    const error = await sample(() => "", { openEngine, onProgress }).catch(
      (e: unknown) => e as Error,
    );
    expect(error).toBeInstanceOf(EngineError);
    expect((error as Error).message).toContain("b: no memory for b");
    expect(notes).toContain("b failed, the others go on");
    expect(await stored()).toHaveLength(40);
    broken = false;
    const { answers } = await sample(() => "", { openEngine });
    expect(answers.get("b")!.size).toBe(20);
  });

  test("a question that fails is named, and the others of that model are kept", async () => {
    const script: Script = ({ prompt }) => {
      if (String(prompt).endsWith("q3")) throw new Error("too long");
      return "7";
    };
    await expect(sample(script, { models: ["a"] })).rejects.toThrow(/a: Question "q3": .*too long/);
    expect(await stored()).toHaveLength(19);
  });

  test("a model that always fails is given up", async () => {
    let calls = 0;
    const script: Script = () => {
      calls += 1;
      throw new Error("broken");
    };
    await expect(sample(script, { models: ["a"], concurrency: { prompts: 1 } })).rejects.toThrow(
      "broken",
    );
    expect(calls).toBe(5 * 3);
  });

  test("abort keeps what is whole, and the run goes on to the same answers", async () => {
    const script: Script = async ({ index, options }) => {
      await new Promise((done) => setTimeout(done, 5));
      return String((options.seed + index) % 1000);
    };
    const controller = new AbortController();
    const onProgress = ({ done }: RunStatus) => done >= 10 && controller.abort();
    const stopped = sample(script, {
      signal: controller.signal,
      onProgress,
      concurrency: { models: 1, prompts: 2 },
    });
    await expect(stopped).rejects.toThrow(AbortedError);
    const before = (await stored()).length;
    expect(before).toBeGreaterThanOrEqual(10);
    expect(before).toBeLessThan(60);
    const resumed = await sample(script);
    runDirectory = await mkdtemp(join(tmpdir(), "pointsman-sampler-"));
    const { answers } = await sample(script);
    for (const { name } of pool.models) {
      for (const { id } of questions) {
        expect(resumed.answers.get(name)!.get(id)!.answers).toEqual(
          answers.get(name)!.get(id)!.answers,
        );
      }
    }
  });

  test("a vote that is decided is not asked further, and a run torn inside a question goes on with its next answer", async () => {
    const script: Script = ({ index, prompt }) => (String(prompt).endsWith("3") ? `${index}` : "7");
    const early = { models: ["a"], n: 5, stopping: { kind: "exact" } as const };
    const { answers } = await sample(script, early);
    expect(answers.get("a")!.get("q4")!.answers).toEqual(["7", "7", "7"]);
    expect(answers.get("a")!.get("q3")!.answers).toEqual(["0", "1", "2", "3", "4"]);
    await expect(sample(script, { ...early, stopping: { kind: "all" } })).rejects.toThrow(
      "stopping: ",
    );

    const file = join(runDirectory, "samples/a.jsonl");
    const lines = (await readFile(file, "utf8")).split("\n");
    const third = lines.findIndex((line) => /"question":"q3".*"index":2/.test(line));
    await writeFile(file, `${lines.slice(0, third).join("\n")}\n`);
    const asked: string[] = [];
    const again = await sample((request) => {
      asked.push(`${String(request.prompt).slice(5)} ${request.index}`);
      return script(request);
    }, early);
    for (const [id, { answers: now }] of again.answers.get("a")!)
      expect(now).toEqual(answers.get("a")!.get(id)!.answers);
    expect(asked).toContain("q3 2");
    expect(asked).not.toContain("q3 1");
    expect(new Set(asked).size).toBe(asked.length);
  });

  test("every answer says where it comes from, and the prompt's hash is that of its text", async () => {
    await sample(() => "7", { models: ["a"], n: 1 });
    const { models } = await readRunManifest(runDirectory);
    await readSamples(runDirectory, (record) => {
      const prompt = `Q: p ${record.question}`;
      expect(record.prompt).toBe(createHash("sha256").update(prompt).digest("hex").slice(0, 16));
      expect(record.seed).toBe(seedOf(1, "a", record.question));
      expect(record).toMatchObject({ ...provenanceOf(models.a!), index: 0, model: "a" });
    });
  });

  test("takes no more models and prompts at once than allowed", async () => {
    let [open, most, flying, mostFlying] = [0, 0, 0, 0];
    const openEngine = async ({ name }: PoolModel) => {
      most = Math.max(most, ++open);
      const engine = new ScriptedEngine(name, async () => {
        mostFlying = Math.max(mostFlying, ++flying);
        await new Promise((done) => setTimeout(done, 2));
        flying -= 1;
        return "7";
      });
      const dispose = engine[Symbol.asyncDispose].bind(engine);
      engine[Symbol.asyncDispose] = async () => {
        open -= 1;
        await dispose();
      };
      return engine;
    };
    await sample(() => "", { openEngine, n: 1, concurrency: { models: 2, prompts: 3 } });
    expect([most, mostFlying, open]).toEqual([2, 6, 0]);
  });

  test("refuses other inputs in the same directory, and arguments without a meaning", async () => {
    await sample(() => "7", { models: ["a"] });
    await expect(sample(() => "7", { seed: 2 })).rejects.toThrow(StoreMismatchError);
    await expect(sample(() => "7", { questions: questions.slice(1) })).rejects.toThrow(
      "20 there, 19 now",
    );
    await expect(sample(() => "7", { models: ["z"] })).rejects.toThrow(UnknownModelError);
    for (const bad of [
      { n: 0 },
      { seed: -1 },
      { questions: [] },
      { models: [] },
      { concurrency: { prompts: 0 } },
    ]) {
      await expect(sample(() => "7", bad)).rejects.toThrow(InvalidArgumentError);
    }
  });
});

test("seeds of models and questions do not meet", () => {
  const seeds = new Set<number>();
  for (const name of ["a", "b", "a1"])
    for (let i = 0; i < 500; i++) seeds.add(seedOf(1, name, `1${i}`));
  expect(seeds.size).toBe(1500);
  expect(seedOf(1, "a", "q")).toBe(seedOf(1, "a", "q"));
  expect(seedOf(2, "a", "q")).not.toBe(seedOf(1, "a", "q"));
});

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { GenerateOptions } from "../../../src/execution/engine.js";
import { LlamaEngine } from "../../../src/execution/llama/engine.js";
import { isRemote, type LocalModel, loadPool } from "../../../src/execution/pool/pool.js";

const pool = await loadPool(join(import.meta.dirname, "../../../models/pool.json"));
const base = pool.models.find(
  (model): model is LocalModel => !isRemote(model) && model.kind === "base",
)!;
const options: GenerateOptions = { ...base.sampling, stop: base.stop, temperature: 1, seed: 3 };
const shots = [
  "Question: Eve has 5 cups and buys 2 more. How many cups does she have?\nAnswer: 5 + 2 = 7. #### 7\n",
  "Question: Tom has 9 pens and loses 4. How many pens are left?\nAnswer: 9 - 4 = 5. #### 5\n",
].join("");
const prompts = Array.from(
  { length: 8 },
  (_, i) =>
    `${shots}Question: Ann has ${i + 3} pens and Bob has ${30 - i} pens. How many pens do they have in total?\nAnswer:`,
);
const load = (sequences: number) => LlamaEngine.load(base, { gpu: false, sequences });

/** Tokens computed meanwhile. */
async function computed(engine: LlamaEngine, work: () => Promise<unknown>) {
  const before = engine.computedTokens;
  await work();
  return engine.computedTokens - before;
}

describe("a sequence that holds the beginning of a prompt", () => {
  test("computes the rest only: a prompt once, worked examples once a sequence", async () => {
    await using engine = await load(2);
    const [prompt] = prompts as [string];
    const { promptTokens } = await engine.generate(prompt, { ...options, maxTokens: 1 });
    expect(engine.computedTokens).toBe(promptTokens);
    const one = () => engine.generate(prompt, { ...options, maxTokens: 1 });
    expect(await computed(engine, one)).toBe(1);
    const others = async () => {
      for (const other of prompts.slice(1)) {
        await engine.generate(other, { ...options, maxTokens: 1 });
      }
    };
    const suffix = promptTokens / 3;
    expect(await computed(engine, others)).toBeLessThan(promptTokens + 6 * suffix);
    expect(await computed(engine, one)).toBeLessThan(suffix);
  });

  // Rounding depends on what is computed in one go, and now and then turns a near-tie: 0 to 2 of 600 answers, as with
  // other company. A wrong beginning would turn most of them.
  test("gives the answers of a fresh engine", async () => {
    const asked = prompts.slice(0, 4);
    const fresh: string[] = [];
    for (const prompt of asked) {
      await using engine = await load(1);
      fresh.push(...(await engine.sample(prompt, 10, options)).map(({ text }) => text));
    }
    expect(new Set(fresh).size).toBeGreaterThan(20);
    await using engine = await load(2);
    const texts = asked.map(async (prompt) => {
      const head = await engine.sample(prompt, 3, options);
      const tail = await engine.sample(prompt, 7, { ...options, first: 3 });
      return [...head, ...tail].map(({ text }) => text);
    });
    const reused = (await Promise.all(texts)).flat();
    const turned = fresh.filter((text, i) => text !== reused[i]);
    expect(turned.length).toBeLessThanOrEqual(1);
  });

  test("is as good after a call that was stopped in the middle", async () => {
    await using engine = await load(1);
    const [prompt, other] = prompts as [string, string];
    const expected = await engine.sample(prompt, 5, options);
    const controller = new AbortController();
    const stopped = engine.generate(other, {
      ...options,
      signal: controller.signal,
      onText: () => controller.abort(),
    });
    await expect(stopped).rejects.toThrow("stopped");
    const again = await engine.sample(prompt, 5, options);
    expect(again.map(({ text }) => text)).toEqual(expected.map(({ text }) => text));
  });
});

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AbortedError, InvalidArgumentError } from "../../../src/errors.js";
import { LlamaEngine } from "../../../src/execution/llama/engine.js";
import { firstToken } from "../../../src/execution/llama/prefill.js";
import { isRemote, type LocalModel, loadPool } from "../../../src/execution/pool/pool.js";

describe("firstToken", () => {
  test("is ln of the odds, and Shannon's entropy", () => {
    const shares = [0.5, 0.25, 0.125, 0.125];
    const candidates = shares.map((share, token) => [token, Math.log(share)] as const);
    const { margin, entropy } = firstToken({ candidates, total: 2 });
    expect(margin).toBeCloseTo(Math.log(2), 12);
    expect(entropy).toBeCloseTo(1.75 * Math.log(2), 12);
    const part = firstToken({ candidates: candidates.slice(0, 3), total: 2 });
    expect(part.entropy).toBeCloseTo(entropy, 12);
    expect(firstToken({ candidates: [[7, 3]], total: 1 })).toEqual({ margin: 0, entropy: 0 });
  });
});

describe("prefill", () => {
  test("is kept, so that an answer computes no token of the prompt but its last", async () => {
    const pool = await loadPool(join(import.meta.dirname, "../../../models/pool.json"));
    const model = pool.models.find((each): each is LocalModel => !isRemote(each))!;
    await using engine = await LlamaEngine.load(model, { gpu: false, sequences: 2 });
    const prompt = "Question: Ann has 12 pens and Bob has 30 pens. How many in total?\nAnswer:";
    const { margin, entropy } = await engine.prefill(prompt);
    expect(margin).toBeGreaterThan(0);
    expect(entropy).toBeGreaterThan(0);
    const before = engine.computedTokens;
    const options = { ...model.sampling, temperature: 0, stop: model.stop, seed: 1 };
    const { completionTokens } = await engine.generate(prompt, options);
    expect(engine.computedTokens - before).toBe(completionTokens);
    // The likelier the first token is, the seldomer another one is drawn.
    const ones = await engine.sample(prompt, 400, { ...options, temperature: 1, maxTokens: 1 });
    const greedy = await engine.generate(prompt, { ...options, maxTokens: 1 });
    const share = ones.filter(({ text }) => text === greedy.text).length / ones.length;
    expect(share).toBeLessThan(1 / (1 + Math.exp(-margin)) + 0.1);
    await expect(engine.prefill("")).rejects.toThrow(InvalidArgumentError);
    await expect(engine.prefill(prompt, AbortSignal.abort())).rejects.toThrow(AbortedError);
  });
});

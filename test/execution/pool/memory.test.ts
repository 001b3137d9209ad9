import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { openLlama } from "../../../src/execution/llama/library.js";
import { checkPool } from "../../../src/execution/pool/check.js";
import {
  fitOf,
  type MemoryNeed,
  memoryNeed,
  sumOfNeeds,
} from "../../../src/execution/pool/memory.js";
import { inspectModel } from "../../../src/execution/pool/model-facts.js";
import { isRemote, loadPool } from "../../../src/execution/pool/pool.js";

const child = join(import.meta.dirname, "memory-child.mjs");

describe("memoryNeed", () => {
  // Small needs drown in what Node takes and gives back meanwhile: about 10 MB.
  test.each([
    ["sums-base", 32, 4096],
    ["general-chat", 128, 256],
    ["letters-chat", 64, 1024],
  ])("of %s with %i sequences of %i tokens is what a process grows by", async (...args) => {
    const [name, sequences, contextSize] = args;
    const model = (await loadPool("toy")).models.find((member) => member.name === name);
    if (model === undefined || isRemote(model)) throw new Error("the toy pool has changed");
    const llama = await openLlama({ gpu: false });
    const { insights } = await inspectModel(model.file, llama);
    const { cpu, gpu } = await memoryNeed(insights, llama, { sequences, contextSize });
    expect(gpu).toBeUndefined();
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--expose-gc",
      child,
      ...args.map(String),
    ]);
    const grown = Number(stdout.split(" ")[0]);
    expect(Math.abs(grown - cpu.ram)).toBeLessThan(10e6 + 0.1 * cpu.ram);
  });
});

test("checkPool says of a model that needs more memory than there is that it cannot run", async () => {
  const { name, models } = await loadPool("toy");
  const vast = { ...models.find((model) => model.kind === "chat")!, contextSize: 16_000_000 };
  const check = await checkPool({ name, models: [vast] }, { gpu: false, sequences: 64 });
  expect(check).toMatchObject({
    ok: false,
    models: [{ fit: "no", contextSize: 16_000_000 }],
    together: { need: { cpu: { ram: 0 } } },
  });
  expect(check.models[0]!.problems).toEqual([expect.stringContaining("more memory")]);
  expect(check.models[0]!.notes).toEqual([expect.stringContaining("256 tokens")]);
});

describe("fitOf", () => {
  const memory = (ram: number, vram: number) => ({ ram, vram });
  const room = (ram: number, vram: number) => ({
    total: memory(100, 100),
    free: memory(ram, vram),
  });
  const need: MemoryNeed = { cpu: memory(10, 0), gpu: memory(1, 9) };

  test.each([
    ["gpu", need, room(1, 9)],
    ["split", need, room(2, 8)],
    ["split", need, room(10, 0)],
    ["no", need, room(1, 8)],
    ["cpu", { cpu: memory(10, 0) }, room(10, 0)],
    ["no", { cpu: memory(10, 0) }, room(9, 50)],
  ] as const)("%s", (fit, needed, there) => {
    expect(fitOf(needed, there)).toBe(fit);
  });

  test("of several is that of their sum", () => {
    const two = sumOfNeeds([need, need]);
    expect(two).toEqual({ cpu: memory(20, 0), gpu: memory(2, 18) });
    expect(fitOf(two, room(5, 17))).toBe("split");
    expect(sumOfNeeds([need, { cpu: memory(1, 0) }]).gpu).toBeUndefined();
    expect(sumOfNeeds([])).toEqual({ cpu: memory(0, 0) });
  });
});

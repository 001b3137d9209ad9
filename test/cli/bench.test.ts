import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MultiLabelClassifier } from "../../src/models/multi-label.js";
import { fitRouter } from "../../src/router/fit.js";
import { twoSkillWorld } from "../worlds.js";
import { pointsman } from "./pointsman.js";

const directory = mkdtempSync(join(tmpdir(), "pointsman-cli-bench-"));
const router = join(directory, "router.safetensors");
const prompts = join(directory, "prompts.jsonl");

beforeAll(async () => {
  const world = twoSkillWorld(200);
  await (await fitRouter(world, { estimator: new MultiLabelClassifier() })).save(router);
  writeFileSync(prompts, world.prompts.map((prompt) => JSON.stringify({ prompt })).join("\n"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const bench = (...args: string[]) => pointsman(["bench", "--router", router, ...args]);

const ascending = ({ p50, p90, p99, p999 }: Record<string, number>) =>
  0 <= p50! && p50! <= p90! && p90! <= p99! && p99! <= p999!;

describe("bench", () => {
  test("measures a router on its user's prompts", async () => {
    const { code, stdout, stderr } = await bench("--prompts", prompts, "--threads", "2", "--json");
    expect(stderr + code).toBe("0");
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ models: 3, prompts: 200 });
    expect(report.stages.map(({ stage }: { stage: string }) => stage)).toEqual([
      "string copy",
      "words",
      "hashing",
      "gather and scores",
      "policy",
    ]);
    for (const times of [...report.stages, report.warm, report.cold])
      expect(times).toSatisfy(ascending);
    // Not a timed test: a cold call cannot be free, and a rate is a rate of something.
    expect(report.cold.p50).toBeGreaterThan(0);
    expect(report.throughput.map(({ threads }: { threads: number }) => threads)).toEqual([1, 2]);
    for (const { promptsPerSecond } of report.throughput)
      expect(promptsPerSecond).toBeGreaterThan(0);
    expect(report.batches.promptsPerSecond).toBeGreaterThan(0);
    expect(report.batches.late.p50).toBeLessThanOrEqual(report.batches.late.max);
  });

  test("prints a table, of prompts in a text file too", async () => {
    const text = join(directory, "prompts.txt");
    writeFileSync(text, "What is 2 + 2?\n\nWho wrote it?\n");
    const { code, stdout } = await bench("--prompts", text, "--threads", "1");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 prompts \(mean 14 characters\), 3 models, /);
    expect(stdout).toMatch(/^route\(\), warm( +\d+){4}$/m);
    expect(stdout).toMatch(/^1 thread +\d+\.\d\d M prompts\/s +1\.00x$/m);
  });

  test.each([
    [
      "a missing router",
      ["--router", "none.safetensors", "--prompts", prompts],
      4,
      /"none.safetensors": it does not exist/,
    ],
    ["missing prompts", ["--prompts", "none.jsonl"], 4, /"none.jsonl": it does not exist/],
    ["no threads", ["--prompts", prompts, "--threads", "0"], 2, /whole number from 1 to 1024/],
  ])("refuses %s", async (_, args, expected, message) => {
    const { code, stderr, stdout } = await bench(...args);
    expect([code, stdout]).toEqual([expected, ""]);
    expect(stderr).toMatch(message);
  });
});

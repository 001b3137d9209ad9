import { execFileSync, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readSamples } from "../../src/sampling/store.js";

const root = join(import.meta.dirname, "../..");
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pointsman-kill-"));
});

describe("kill -9", () => {
  const built = join(root, "node_modules/.cache", `pointsman-store-test-${process.pid}`);

  beforeAll(async () => {
    await mkdir(built, { recursive: true });
    await writeFile(join(built, "package.json"), '{"type":"module"}');
    const options = ["--noEmit", "false", "--rootDir", root, "--outDir", built, "--ignoreConfig"];
    const language = [
      "--module",
      "nodenext",
      "--target",
      "es2022",
      "--lib",
      "es2023,esnext.disposable",
      "--types",
      "node",
      "--skipLibCheck",
    ];
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    execFileSync(
      process.execPath,
      [tsc, ...options, ...language, join(import.meta.dirname, "store-writer.ts")],
      { cwd: root },
    );
  });
  afterAll(() => rm(built, { recursive: true, force: true }));

  /** @returns what was acknowledged before the process was killed, or ended. */
  async function writeUntilKilled(count: number, milliseconds: number): Promise<string[]> {
    const script = join(built, "test/sampling/store-writer.js");
    const child = spawn(process.execPath, [script, directory, String(count)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      if (lines.push(line) === 1) setTimeout(() => child.kill("SIGKILL"), milliseconds);
    }
    return lines;
  }

  test("at any moment loses nothing that was acknowledged and stores nothing twice", async () => {
    const count = 600;
    const acknowledged = new Set<string>();
    let killed = 0;
    for (let round = 0; !acknowledged.has("end"); round++) {
      expect(round).toBeLessThan(50);
      const fresh = await writeUntilKilled(count, round < 6 ? 43 * round : 60_000);
      for (const line of fresh) {
        expect(acknowledged.has(line)).toBe(false);
        acknowledged.add(line);
      }
      if (!fresh.includes("end")) killed += 1;
      // readSamples throws where a question is there twice or a line is damaged.
      const stored = new Set<string>();
      await readSamples(directory, ({ model, question }) => stored.add(`${model} ${question}`));
      for (const line of acknowledged) if (line !== "end") expect(stored).toContain(line);
    }
    expect(killed).toBeGreaterThan(3);
    expect(acknowledged.size).toBe(2 * count + 1);
  }, 60_000);
});

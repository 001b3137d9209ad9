import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AbortedError, StorageError } from "../../../src/errors.js";
import { ScriptedEngine } from "../../../src/execution/scripted.js";
import { samplePool } from "../../../src/sampling/sampler.js";
import { readSamples, SampleStore } from "../../../src/sampling/store/store.js";
import { manifest, question, record } from "../fixtures.js";

const questions = Array.from({ length: 40 }, (_, i) => question(`q${i}`));
const long = "x".repeat(20_000);
let directory: string;

/** A full disk needs one that is small enough to fill. */
function tinyDisk(path: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function stored(): Promise<string[]> {
  const found: string[] = [];
  await readSamples(directory, ({ question }) => found.push(question));
  return found;
}

const ballast = () => join(directory, "ballast");

beforeEach(async ({ skip }) => {
  directory = await mkdtemp(join(tmpdir(), "pointsman-full-"));
  if (!tinyDisk(directory)) return skip("no right to mount a small file system here");
  await writeFile(ballast(), Buffer.alloc(256 * 1024));
});

afterEach(() => {
  execFileSync("umount", [directory]);
});

describe("a full disk (needs the right to mount)", () => {
  test("pauses, says so, and goes on when there is space, with nothing lost and nothing twice", async () => {
    const notes: (string | undefined)[] = [];
    const onPause = (reason: string | undefined) => {
      notes.push(reason);
      if (reason !== undefined) void rm(ballast(), { force: true });
    };
    const few = questions.slice(0, 16);
    {
      await using store = await SampleStore.open(directory, manifest(), few, { onPause });
      for (const { id } of few) await store.append("a", [record(id, long)]);
    }
    expect(notes).toEqual([expect.stringContaining("the disk is full"), undefined]);
    expect(await stored()).toEqual(few.map(({ id }) => id));
    expect((await readFile(join(directory, "samples/a.jsonl"))).at(-1)).toBe(10);
  });

  test("ends cleanly when it is aborted while it waits: what was acknowledged is there, and no more", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const onPause = () => setTimeout(() => controller.abort(), 50);
    const acknowledged: string[] = [];
    let failure: unknown;
    {
      const options = { signal, onPause };
      await using store = await SampleStore.open(directory, manifest(), questions, options);
      for (const { id } of questions) {
        try {
          await store.append("a", [record(id, long)]);
          acknowledged.push(id);
        } catch (error) {
          failure ??= error;
        }
      }
    }
    expect(failure).toBeInstanceOf(StorageError);
    expect((failure as Error).message).toContain("the disk is full");
    expect(acknowledged.length).toBeGreaterThan(3);
    expect(await stored()).toEqual(acknowledged);
    expect((await readFile(join(directory, "samples/a.jsonl"))).at(-1)).toBe(10);
  });

  test("makes sampling wait instead of failing, and Ctrl-C ends it", async () => {
    const controller = new AbortController();
    const notes = new Set<string>();
    const model = {
      name: "a",
      file: "/nowhere/a.gguf",
      kind: "base" as const,
      shots: 0,
      stop: [],
      sampling: { temperature: 1, topK: 0, topP: 1, maxTokens: 9 },
    };
    const sampling = (signal?: AbortSignal) =>
      samplePool({
        pool: { name: "p", models: [model] },
        questions: questions.slice(0, 16),
        runDirectory: directory,
        n: 1,
        seed: 1,
        openEngine: async ({ name }) => new ScriptedEngine(name, () => long),
        onProgress: (_, event = "") => {
          notes.add(event);
          if (event.startsWith("paused")) controller.abort();
        },
        ...(signal && { signal }),
      });
    await expect(sampling(controller.signal)).rejects.toThrow(AbortedError);
    expect([...notes].some((note) => /^paused: .*the disk is full/.test(note))).toBe(true);
    await rm(ballast());
    const { answers } = await sampling();
    expect(answers.get("a")!.size).toBe(16);
    expect(new Set(await stored()).size).toBe(16);
  });
});

import { execFileSync, spawn } from "node:child_process";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { StorageError, StoreCorruptError, StoreMismatchError } from "../../src/errors.js";
import type { Manifest } from "../../src/sampling/manifest.js";
import { readSamples, SampleStore } from "../../src/sampling/store.js";
import { manifest, record } from "./fixtures.js";

const root = join(import.meta.dirname, "../..");
const ids = new Set(["q0", "q1", "q2"]);
let directory: string;
const samples = () => join(directory, "samples/a.jsonl");

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pointsman-store-"));
});

async function fill(...records: string[]) {
  await using store = await SampleStore.open(directory, manifest(), ids);
  await Promise.all(records.map((id) => store.append("a", record(id))));
}

async function held(model = "a"): Promise<string[]> {
  const found: string[] = [];
  await readSamples(directory, (name, { question }) => name === model && found.push(question));
  return found;
}

const refusal = async (wanted: Manifest = manifest()) => {
  const error = await SampleStore.open(directory, wanted, ids).then(
    async (store) => store[Symbol.asyncDispose](),
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Error;
};

describe("SampleStore", () => {
  test("goes on where it was", async () => {
    await fill("q0", "q2");
    await using store = await SampleStore.open(directory, manifest(), ids);
    expect([...store.done("a")]).toEqual(["q0", "q2"]);
    expect([...store.done("b")]).toEqual([]);
    await store.append("a", record("q1"));
    expect(await held()).toEqual(["q0", "q2", "q1"]);
  });

  test("a last line torn at any byte is cut off, and what was before it stays", async () => {
    await fill("q0", "q1");
    const whole = await readFile(samples());
    const first = whole.indexOf(10) + 1;
    for (let length = first; length < whole.length; length++) {
      await writeFile(samples(), whole.subarray(0, length));
      expect(await held()).toEqual(["q0"]);
      await using store = await SampleStore.open(directory, manifest(), ids);
      expect([...store.done("a")]).toEqual(["q0"]);
      expect(await readFile(samples())).toEqual(whole.subarray(0, first));
    }
    await fill("q1");
    expect(await readFile(samples())).toEqual(whole);
  });

  test.each([
    ["text that is not JSON", "oops\n", "the line is not JSON"],
    ["a missing field", '{"question":"q1","seed":1}\n', "answers"],
    [
      "another count of answers",
      `${JSON.stringify({ ...record("q1"), answers: [] })}\n`,
      "expected 1 answers but found 0",
    ],
    ["a question twice", `${JSON.stringify(record("q0"))}\n`, "already answered"],
    ["a question of another run", `${JSON.stringify(record("q9"))}\n`, "not one of the run"],
    ["bytes that are not UTF-8", Buffer.from([0xff, 10]), "not valid UTF-8"],
    ["an empty line", "\n", "the line is not JSON"],
  ])("refuses %s, naming file and line", async (_, bytes, words) => {
    await fill("q0");
    await appendFile(samples(), bytes);
    const error = await refusal();
    expect(error).toBeInstanceOf(StoreCorruptError);
    expect(error.message).toContain(`${samples()}:2: `);
    expect(error.message).toContain(words);
    expect(await readdir(directory)).toEqual(["manifest.json", "samples"]);
  });

  test.each([
    ["seed", { seed: 2 }, "seed: 1 there, 2 now"],
    ["n", { n: 3 }, "n: 1 there, 3 now"],
    ["pool", { pool: "other" }, "pool: test there, other now"],
    ["questions", { questions: { count: 3, sha256: "1" } }, "other reference answers"],
    ["models", { models: manifest(["a"]).models }, 'model "b": there, but not in the pool now'],
    [
      "settings",
      { models: { ...manifest().models, a: { ...manifest().models.a!, topK: 5 } } },
      'model "a", topK: 40 there, 5 now',
    ],
  ])("refuses another %s, naming the difference", async (_, change, words) => {
    await fill("q0");
    const error = await refusal({ ...manifest(), ...change });
    expect(error).toBeInstanceOf(StoreMismatchError);
    expect(error.message).toContain(words);
  });

  test("learns the hash of a model that was missing, and then holds to it", async () => {
    const hashed = (sha256: string) => ({
      ...manifest(),
      models: { ...manifest().models, a: { ...manifest().models.a!, sha256 } },
    });
    await fill("q0");
    await (await SampleStore.open(directory, hashed("11"), ids))[Symbol.asyncDispose]();
    await fill("q1");
    expect((await refusal(hashed("22"))).message).toContain(
      'model "a", sha256: "11" there, "22" now',
    );
  });

  test("refuses a manifest that is no manifest", async () => {
    await writeFile(join(directory, "manifest.json"), '{"format":"other"}');
    expect(await refusal()).toBeInstanceOf(StoreCorruptError);
  });

  test("is for one user at a time, and not locked by the dead", async () => {
    {
      await using _ = await SampleStore.open(directory, manifest(), ids);
      const error = await refusal();
      expect(error).toBeInstanceOf(StorageError);
      expect(error.message).toContain("in use by this process");
    }
    const name = (pid: number, start: number) =>
      `lock-${pid}-${start}-00000000-0000-0000-0000-000000000000`;
    await writeFile(join(directory, name(2 ** 22 + 7, 1)), "");
    // A living process that got the number of a dead one: another time of start.
    if (process.platform === "linux") await writeFile(join(directory, name(process.pid, 1)), "");
    await fill("q0");
    expect(await readdir(directory)).toEqual(["manifest.json", "samples"]);
    await writeFile(join(directory, name(process.ppid, 0)), "");
    expect((await refusal()).message).toContain(`in use by process ${process.ppid}`);
  });

  test("names a directory that cannot be made", async () => {
    await writeFile(join(directory, "file"), "");
    const error = await SampleStore.open(join(directory, "file/run"), manifest(), ids).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(StorageError);
    expect((error as Error).message).toContain("not a directory");
  });
});

/** A full disk needs one that is small enough to fill. */
function tinyDisk(path: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("a full disk loses nothing that was acknowledged (needs the right to mount)", async ({
  skip,
}) => {
  if (!tinyDisk(directory)) return skip("no right to mount a small file system here");
  try {
    const many = new Set(Array.from({ length: 40 }, (_, i) => `q${i}`));
    const acknowledged: string[] = [];
    const store = await SampleStore.open(directory, manifest(), many);
    let failure: unknown;
    for (const id of many) {
      try {
        await store.append("a", record(id, "x".repeat(20_000)));
        acknowledged.push(id);
      } catch (error) {
        failure = error;
        break;
      }
    }
    expect(failure).toBeInstanceOf(StorageError);
    expect((failure as Error).message).toContain("the disk is full");
    await expect(store.append("a", record("q39"))).rejects.toThrow("the disk is full");
    await store[Symbol.asyncDispose]();
    expect(acknowledged.length).toBeGreaterThan(3);
    expect(await held()).toEqual(acknowledged);
    expect((await readFile(samples())).at(-1)).toBe(10);
  } finally {
    execFileSync("umount", [directory]);
  }
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
      await readSamples(directory, (model, { question }) => stored.add(`${model} ${question}`));
      for (const line of acknowledged) if (line !== "end") expect(stored).toContain(line);
    }
    expect(killed).toBeGreaterThan(3);
    expect(await held("a")).toHaveLength(count);
    expect(await held("b")).toHaveLength(count);
  }, 60_000);
});

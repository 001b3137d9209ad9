import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  StorageError,
  StoreCorruptError,
  StoreMismatchError,
  UnknownModelError,
} from "../../../src/errors.js";
import { loadAnswers } from "../../../src/sampling/store/load-answers.js";
import type { Manifest } from "../../../src/sampling/store/manifest.js";
import type { SampleRecord } from "../../../src/sampling/store/record.js";
import { readQuestions } from "../../../src/sampling/store/run-questions.js";
import { readSamples, SampleStore } from "../../../src/sampling/store/store.js";
import { manifest, question, record } from "../fixtures.js";

const questions = ["q0", "q1", "q2"].map((id) => question(id));
let directory: string;
const samples = () => join(directory, "samples/a.jsonl");

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pointsman-store-"));
});

async function fill(...records: string[]) {
  await using store = await SampleStore.open(directory, manifest(), questions);
  await Promise.all(records.map((id) => store.append("a", [record(id)])));
}

async function held(model = "a"): Promise<string[]> {
  const found: string[] = [];
  await readSamples(directory, (r) => r.model === model && found.push(r.question));
  return found;
}

const line = (change: Partial<SampleRecord>) =>
  `${JSON.stringify({ ...record("q0"), ...change })}\n`;

const refusal = async (wanted: Manifest = manifest()) => {
  const error = await SampleStore.open(directory, wanted, questions).then(
    async (store) => store[Symbol.asyncDispose](),
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Error;
};

describe("SampleStore", () => {
  test("goes on where it was", async () => {
    await fill("q0", "q2");
    await using store = await SampleStore.open(directory, manifest(), questions);
    expect([...store.answers("a").keys()]).toEqual(["q0", "q2"]);
    expect([...store.answers("b").keys()]).toEqual([]);
    await store.append("a", [record("q1")]);
    expect(await held()).toEqual(["q0", "q2", "q1"]);
  });

  test("a last line torn at any byte is cut off, and what was before it stays", async () => {
    await fill("q0", "q1");
    const whole = await readFile(samples());
    const first = whole.indexOf(10) + 1;
    for (let length = first; length < whole.length; length++) {
      await writeFile(samples(), whole.subarray(0, length));
      expect(await held()).toEqual(["q0"]);
      await using store = await SampleStore.open(directory, manifest(), questions);
      expect([...store.answers("a").keys()]).toEqual(["q0"]);
      expect(await readFile(samples())).toEqual(whole.subarray(0, first));
    }
    await fill("q1");
    expect(await readFile(samples())).toEqual(whole);
  });

  test.each([
    ["text that is not JSON", "oops\n", "the line is not JSON"],
    ["a missing field", '{"model":"a","question":"q1"}\n', "index"],
    [
      "an answer too many",
      line({ index: 1 }),
      'answer 1 of question "q0" is more than the run\'s 1',
    ],
    ["an answer twice", line({}), 'answer 0 of question "q0" is already there'],
    ["a question of another run", line({ question: "q9" }), "not one of the run"],
    ["an answer of another model", line({ model: "b" }), 'an answer of model "b"'],
    ["other settings", line({ settings: "0".repeat(16) }), "sampled with other settings"],
    ["a hash that is none", line({ prompt: "xyz" }), "prompt: expected 16 hexadecimal digits"],
    ["bytes that are not UTF-8", Buffer.from([0xff, 10]), "not valid UTF-8"],
    ["an empty line", "\n", "the line is not JSON"],
  ])("refuses %s, naming file and line", async (_, bytes, words) => {
    await fill("q0");
    await appendFile(samples(), bytes);
    const error = await refusal();
    expect(error).toBeInstanceOf(StoreCorruptError);
    expect(error.message).toContain(`${samples()}:2: `);
    expect(error.message).toContain(words);
    expect(await readdir(directory)).toEqual(["manifest.json", "questions.jsonl", "samples"]);
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
    [
      "stopping rule",
      { stopping: { kind: "exact" as const } },
      'stopping: {"kind":"all"} there, {"kind":"exact"} now',
    ],
  ])("refuses another %s, naming the difference", async (_, change, words) => {
    await fill("q0");
    const error = await refusal({ ...manifest(), ...change });
    expect(error).toBeInstanceOf(StoreMismatchError);
    expect(error.message).toContain(words);
    expect(error.message.split("\n  ")).toHaveLength(2);
  });

  test.each([
    ["shots", { shots: 4, prompts: "1" }, "shots: 0 there, 4 now"],
    ["template", { template: "{prompt}", prompts: "1" }, 'template: null there, "{prompt}" now'],
    ["endpoint", { endpoint: "http://a" }, 'endpoint: null there, "http://a" now'],
    ["style", { prompts: "1" }, "prompts: written in another way by another version"],
  ])("refuses another %s of a model, naming it alone", async (_, change, words) => {
    await fill("q0");
    const models = { ...manifest().models, a: { ...manifest().models.a!, ...change } };
    const { message } = await refusal({ ...manifest(), models });
    expect(message).toContain(`model "a", ${words}`);
    expect(message.split("\n  ")).toHaveLength(2);
  });

  test("does not touch a questions.jsonl that is not its own", async () => {
    const file = join(directory, "questions.jsonl");
    await writeFile(file, "mine\n");
    expect((await refusal()).message).toContain("is already there");
    expect(await readFile(file, "utf8")).toBe("mine\n");
    await rm(file);
    await fill("q0");
    expect((await readQuestions(directory)).map(({ id }) => id)).toEqual(["q0", "q1", "q2"]);
  });

  test.each([
    [1, "one line a question"],
    [3, "Update Pointsman"],
  ])("refuses a store of version %i, saying what to do", async (version, words) => {
    await fill("q0");
    await writeFile(join(directory, "manifest.json"), JSON.stringify({ ...manifest(), version }));
    const error = await refusal();
    expect(error).toBeInstanceOf(StoreMismatchError);
    expect(error.message).toContain(words);
    await expect(held()).rejects.toThrow(words);
  });

  test("takes answers in their order only, all of a call or none", async () => {
    await using store = await SampleStore.open(directory, manifest(["a", "b"], 3), questions);
    await store.append("a", [record("q0"), record("q0", "7", 1), record("q1")]);
    for (const [wrong, words] of [
      [record("q0", "7", 1), "already there"],
      [record("q1", "7", 2), 'answer 1 of question "q1" is missing'],
      [record("q0", "7", 0, "b"), 'an answer of model "b"'],
      [record("q9"), "not one of the run"],
    ] as const) {
      await expect(store.append("a", [record("q2"), wrong])).rejects.toThrow(words);
    }
    await expect(store.append("z", [record("q0")])).rejects.toThrow(UnknownModelError);
    await store.append("a", [record("q0", "8", 2)]);
    expect(store.answers("a")).toEqual(
      new Map([
        ["q0", ["7", "7", "7"]],
        ["q1", ["7"]],
      ]),
    );
    expect(await held()).toEqual(["q0", "q0", "q1", "q0"]);
    const sets = (await loadAnswers(directory, ({ text }) => text)).get("a")!;
    expect(sets.get("q0")).toEqual({
      answers: ["7", "7", "8"],
      seconds: 0.5,
      promptTokens: 1,
      completionTokens: 1,
    });
  });

  test("learns the hash of a model that was missing, and then holds to it", async () => {
    const hashed = (sha256: string) => ({
      ...manifest(),
      models: { ...manifest().models, a: { ...manifest().models.a!, sha256 } },
    });
    await fill("q0");
    await (await SampleStore.open(directory, hashed("11"), questions))[Symbol.asyncDispose]();
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
      await using _ = await SampleStore.open(directory, manifest(), questions);
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
    expect(await readdir(directory)).toEqual(["manifest.json", "questions.jsonl", "samples"]);
    await writeFile(join(directory, name(process.ppid, 0)), "");
    expect((await refusal()).message).toContain(`in use by process ${process.ppid}`);
  });

  test("names a directory that cannot be made", async () => {
    await writeFile(join(directory, "file"), "");
    const error = await SampleStore.open(join(directory, "file/run"), manifest(), questions).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(StorageError);
    expect((error as Error).message).toContain("not a directory");
  });
});

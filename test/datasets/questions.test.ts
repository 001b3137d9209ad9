import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { loadQuestions } from "../../src/datasets/questions.js";
import {
  InputFileError,
  InvalidArgumentError,
  NoLabelsError,
  StorageError,
} from "../../src/errors.js";

const file = join(await mkdtemp(join(tmpdir(), "pointsman-questions-")), "questions.jsonl");
const row = (id: string, gold = "7", more = {}) => ({ id, prompt: `prompt ${id}`, gold, ...more });

async function load(rows: readonly unknown[], options = {}) {
  await writeFile(
    file,
    rows.map((value) => `${typeof value === "string" ? value : JSON.stringify(value)}\n`).join(""),
  );
  return loadQuestions(file, options);
}

describe("loadQuestions", () => {
  test("tells the kind of answer by the reference answer", async () => {
    const golds = ["B", "(J)", "7", "1,000", "-$12.50", "25%", ".5"];
    const kinds = (await load(golds.map((gold, i) => row(String(i), gold)))).map(
      ({ answer }) => answer,
    );
    expect(kinds).toEqual(["letter", "letter", "number", "number", "number", "number", "number"]);
  });

  test("keeps known fields and leaves out others", async () => {
    const known = { source: "s", task: "t", subject: "u", split: "test" };
    expect(await load([row("a", "7", { ...known, solution: "..." })])).toEqual([
      { id: "a", prompt: "prompt a", gold: "7", answer: "number", ...known },
    ]);
  });

  test("reads gzipped files", async () => {
    await writeFile(file, gzipSync(JSON.stringify(row("a"))));
    expect(await loadQuestions(file)).toHaveLength(1);
  });

  test("limit counts within the split", async () => {
    const rows = [..."abcdef"].map((id, i) => row(id, "7", { split: i % 2 ? "test" : "train" }));
    expect((await load(rows, { split: "test", limit: 2 })).map(({ id }) => id)).toEqual(["b", "d"]);
  });

  test.each([
    ["no gold", [row("a"), { id: "b", prompt: "p" }], `${file}:2: field "gold"`],
    ["an empty prompt", [{ ...row("a"), prompt: "" }], `${file}:1: field "prompt"`],
    ["a gold that is neither", [row("a", "Paris")], 'received "Paris"'],
    ["a letter beyond J", [row("a", "K")], 'received "K"'],
    ["a gold of the other kind", [row("a", "B", { answer: "number" })], "expected a number"],
    [
      "an id used twice",
      [row("a"), row("b"), row("a")],
      `${file}:3: the id "a" was used in line 1`,
    ],
    ["bad JSON", [row("a"), "{"], `${file}:2:`],
    ["a row that is no object", ["[]"], `${file}:1: the row`],
    [
      "a line that is too long",
      [row("a", "7", { more: "x".repeat(9 * 1024 * 1024) })],
      `${file}:1:`,
    ],
  ])("refuses %s, naming the line", async (_, rows, words) => {
    const error = await load(rows).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(InputFileError);
    expect((error as Error).message).toContain(words);
  });

  test("refuses a file without questions, or without those of the split", async () => {
    await expect(load([])).rejects.toThrow(NoLabelsError);
    await expect(load([row("a", "7", { split: "train" })], { split: "dev" })).rejects.toThrow(
      "Splits there: train",
    );
  });

  test("refuses a bad limit and a missing file", async () => {
    await expect(load([row("a")], { limit: 0 })).rejects.toThrow(InvalidArgumentError);
    await expect(loadQuestions(`${file}.none`)).rejects.toThrow(StorageError);
  });
});

import { existsSync } from "node:fs";
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
    const golds = {
      letter: ["B", "(J)"],
      number: ["7", "1,000", "-$12.50", "25%", ".5"],
      boolean: ["Yes", "no", "TRUE", "False."],
      text: ["K", "Paris", "No, that's wrong.", "3 stars", "$", "B or C"],
    };
    for (const [kind, texts] of Object.entries(golds)) {
      const questions = await load(texts.map((gold, i) => row(String(i), gold)));
      expect(questions.map(({ answer }) => answer)).toEqual(texts.map(() => kind));
    }
  });

  test("a question without a reference answer has the kind that it says, or text", async () => {
    const rows = [
      { id: "a", prompt: "p" },
      { ...row("b"), gold: null, answer: "number" },
    ];
    expect(await load(rows)).toEqual([
      { id: "a", prompt: "p", answer: "text" },
      { id: "b", prompt: "prompt b", answer: "number" },
    ]);
  });

  test("keeps how a text is scored, and cuts off end-of-text marks", async () => {
    const more = { answer: "text", scorer: "rouge-l", references: ["8<|endoftext|>\n"] };
    expect(await load([row("a", "7<|endoftext|>", more)])).toEqual([
      { ...row("a"), ...more, references: ["8"] },
    ]);
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
    ["a gold that is no text", [row("a"), { ...row("b"), gold: 7 }], `${file}:2: field "gold"`],
    ["an empty gold", [row("a", " <|endoftext|>")], 'field "gold": expected some text'],
    ["an empty prompt", [{ ...row("a"), prompt: "" }], `${file}:1: field "prompt"`],
    ["a letter beyond J", [row("a", "K", { answer: "letter" })], 'received "K"'],
    ["an unclear yes", [row("a", "Perhaps", { answer: "boolean" })], "expected yes, no,"],
    ["an unknown scorer", [row("a", "x", { scorer: "rouge" })], 'field "scorer"'],
    ["a scorer of numbers", [row("a", "7", { scorer: "f1" })], "only text answers have it"],
    ["references of letters", [row("a", "B", { references: ["C"] })], 'field "references"'],
    [
      "a scorer without anything to score with",
      [{ id: "a", prompt: "p", scorer: "bleu" }],
      'field "gold": expected a reference answer to score with',
    ],
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

/** Question sets kept beside the repository; see SOURCES.md there. */
const shared = join(import.meta.dirname, "../../../shared/data/questions");

describe.skipIf(!existsSync(shared))(
  "public questions (skipped where ../shared/data is absent)",
  () => {
    test("questions of other domains load, most of them as free text", async () => {
      const questions = await loadQuestions(join(shared, "other_domains.jsonl.gz"));
      const count = (kind: string) => questions.filter(({ answer }) => answer === kind).length;
      expect(questions).toHaveLength(744);
      // A hundred questions whether two sentences mean the same, and a true-or-false one.
      expect([count("text"), count("boolean"), count("letter"), count("number")]).toEqual([
        642, 101, 1, 0,
      ]);
      expect(questions.some(({ gold }) => gold?.includes("<|endoftext|>"))).toBe(false);
    });
  },
);

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, test } from "vitest";
import { loadGsm8k } from "../../src/datasets/gsm8k.js";
import { readJsonLines } from "../../src/datasets/jsonl.js";
import { loadMmlu } from "../../src/datasets/mmlu.js";
import { loadQuestions } from "../../src/datasets/questions.js";
import { InputFileError, InvalidArgumentError, StorageError } from "../../src/errors.js";

const root = await mkdtemp(join(tmpdir(), "pointsman-benchmarks-"));
afterAll(() => rm(root, { recursive: true }));
let folders = 0;

type Files = Record<string, string | Uint8Array>;

async function folder(files: Files): Promise<string> {
  const path = join(root, String(folders++));
  await mkdir(path);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return path;
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );
const partial = { partial: true, splits: "full" } as const;

const solved = (question: string, gold: string) => ({
  question,
  answer: `It is <<1+1=2>>2.\n#### ${gold}`,
});
const jsonl = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const numbered = (count: number) =>
  Array.from({ length: count }, (_, at) => solved(`question ${at}`, String(at)));
const columns = (rows: readonly Record<string, unknown>[], only = Object.keys(rows[0]!)) =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: only.map((name) => ({ name, data: rows.map((row) => row[name]) })),
    }),
  );

describe("GSM8K", () => {
  test("is read from JSON lines, gzipped ones and Parquet, each the same", async () => {
    const rows = [solved("How many?", "1,600"), solved('How, "many"\nmore?', "-2.5")];
    const forms: Files[] = [
      { "train.jsonl": jsonl(rows) },
      { "grade_school_math/data/train.jsonl": jsonl(rows) },
      { "train.jsonl.gz": gzipSync(jsonl(rows)) },
      { "main/train-00000-of-00001.parquet": columns(rows) },
      {
        "train-00000-of-00002.parquet": columns(rows.slice(0, 1)),
        "train-00001-of-00002.parquet": columns(rows.slice(1)),
      },
    ];
    for (const files of forms) {
      const from = { source: "gsm8k", task: "gsm8k", split: "train", answer: "number" };
      expect(await loadGsm8k(await folder(files), partial)).toEqual([
        { id: "gsm8k/train/0", prompt: rows[0]!.question, gold: "1,600", ...from },
        { id: "gsm8k/train/1", prompt: rows[1]!.question, gold: "-2.5", ...from },
      ]);
    }
  });

  test("whole, it is counted, and a tenth of the training questions is drawn by seed", async () => {
    const path = await folder({
      "train.jsonl": jsonl(numbered(7473)),
      "test.jsonl": jsonl(numbered(1319)),
    });
    const splitsOf = async (seed: number) =>
      (await loadGsm8k(path, { seed })).map(({ split }) => split);
    const splits = await splitsOf(1);
    const count = (split: string) => splits.filter((one) => one === split).length;
    expect(["train", "validation", "test"].map(count)).toEqual([6726, 747, 1319]);
    expect(await splitsOf(1)).toEqual(splits);
    expect(await splitsOf(2)).not.toEqual(splits);
    const full = await loadGsm8k(path, { splits: "full" });
    expect(new Set(full.map(({ split }) => split))).toEqual(new Set(["train", "test"]));
    expect(new Set(full.map(({ id }) => id)).size).toBe(8792);
  });

  test("that is cut off is refused, unless a partial copy is asked for", async () => {
    const path = await folder({ "test.jsonl": jsonl(numbered(1318)) });
    const error = await failure(loadGsm8k(path));
    expect(error).toBeInstanceOf(InputFileError);
    expect(error.message).toContain('expected 1319 questions of split "test" but found 1318');
    expect(await loadGsm8k(path, partial)).toHaveLength(1318);
  });

  test.each<[string, Files, string]>([
    [
      "a row without solution",
      { "test.jsonl": jsonl([{ question: "q" }]) },
      'test.jsonl:1: field "answer"',
    ],
    [
      "a solution without ####",
      { "test.jsonl": jsonl([{ question: "q", answer: "7" }]) },
      '"#### "',
    ],
    [
      "a gold that is no number",
      { "test.jsonl": jsonl([solved("a", "1"), solved("q", "B")]) },
      'test.jsonl:2: field "answer"',
    ],
    ["an empty question", { "test.jsonl": jsonl([solved(" ", "1")]) }, 'field "question"'],
    ["a NUL", { "test.jsonl": jsonl([solved("a\0b", "1")]) }, "without NUL"],
    [
      "UTF-16",
      { "test.jsonl": Buffer.from(jsonl([solved("a", "1")]), "utf16le") },
      "test.jsonl:1:",
    ],
    [
      "a Parquet file without a column",
      { "test.parquet": columns([solved("a", "1")], ["question"]) },
      'no column "answer"',
    ],
    ["bytes that are no Parquet", { "test.parquet": "PAR1 or not" }, "cannot be read as Parquet"],
    [
      "a question that is a number",
      { "test.parquet": columns([{ question: 7, answer: "#### 7" }]) },
      'field "question"',
    ],
    ["two formats at once", { "test.jsonl": "", "train.parquet": "" }, "Parquet and other files"],
    ["a folder of something else", { "readme.txt": "" }, "Expected train.jsonl"],
  ])("refuses %s", async (_, files, words) => {
    const error = await failure(loadGsm8k(await folder(files), partial));
    expect(error).toBeInstanceOf(InputFileError);
    expect(error.message).toContain(words);
  });

  test("refuses what is not there, and bad options", async () => {
    expect(await failure(loadGsm8k(join(root, "none")))).toBeInstanceOf(StorageError);
    const splits = "half" as "full";
    expect(await failure(loadGsm8k(root, { splits }))).toBeInstanceOf(InvalidArgumentError);
    expect(await failure(loadGsm8k(root, { seed: -1 }))).toBeInstanceOf(InvalidArgumentError);
  });
});

const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const csv = (rows: readonly (readonly string[])[]) =>
  rows.map((row) => `${row.map(quote).join(",")}\n`).join("");
const letters = ["A", "B", "C", "D"];

/** Any question that the official files could hold: quotes, commas and line breaks, but blanks at no end. */
const text = fc
  .string({ minLength: 1, maxLength: 30, unit: fc.constantFrom(..."abc ,\"'\n()Aé∑") })
  .map((value) => value.trim())
  .filter((value) => value !== "");
const choice = fc.record({
  question: text,
  choices: fc.tuple(text, text, text, text),
  answer: fc.integer({ min: 0, max: 3 }),
});

describe("MMLU", () => {
  test("any questions come out of the CSV folder and of Parquet alike", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(choice, { minLength: 1, maxLength: 40 }), async (rows) => {
        const cells = rows.map((row) => [row.question, ...row.choices, letters[row.answer]!]);
        const asCsv = await folder({ "data/val/astronomy_val.csv": csv(cells) });
        const table = rows.map((row) => ({ ...row, subject: "astronomy" }));
        const asParquet = await folder({ "all/validation-00000-of-00001.parquet": columns(table) });
        const loaded = await loadMmlu(asCsv, partial);
        expect(await loadMmlu(asParquet, partial)).toEqual(loaded);
        expect(loaded).toEqual(
          rows.map(({ question, choices, answer }, at) => ({
            id: `mmlu/val/astronomy/${at}`,
            prompt: [question, ...choices.map((one, i) => `(${letters[i]}) ${one}`)].join("\n"),
            gold: letters[answer],
            answer: "letter",
            source: "mmlu",
            task: "mmlu",
            subject: "astronomy",
            split: "val",
          })),
        );
      }),
      { numRuns: 2 },
    );
  }, 30_000);

  test("whole, it is counted, and its splits take the paper's roles", async () => {
    const subjects = Array.from({ length: 57 }, (_, at) => `subject_${at}`);
    const files: Files = {};
    for (const [split, total] of Object.entries({ dev: 285, val: 1531, test: 14_042 })) {
      subjects.forEach((subject, at) => {
        const own = Math.floor(total / 57) + (at < total % 57 ? 1 : 0);
        const row = ["q", "w", "x", "y", "z", "C"];
        files[`${split}/${subject}_${split}.csv`] = csv(Array.from({ length: own }, () => row));
      });
    }
    const path = await folder(files);
    const splits = (await loadMmlu(path)).map(({ split }) => split);
    const count = (split: string) => splits.filter((one) => one === split).length;
    expect(["train", "validation", "test"].map(count)).toEqual([14_042, 285, 1531]);
    const other = await folder({ ...files, "dev/subject_0_dev.csv": "" });
    expect((await failure(loadMmlu(other))).message).toContain("expected 285 questions");
    const fewer = { ...files };
    for (const split of ["dev", "val", "test"]) {
      const moved = fewer[`${split}/subject_56_${split}.csv`]!;
      fewer[`${split}/subject_0_${split}.csv`] += moved as string;
      delete fewer[`${split}/subject_56_${split}.csv`];
    }
    expect((await failure(loadMmlu(await folder(fewer)))).message).toContain(
      "57 subjects but found 56",
    );
  });

  const good = ["q", "w", "x", "y", "z", "A"];
  const one = { question: "q", subject: "law", choices: ["w", "x", "y", "z"], answer: 1 };
  test.each<[string, Files, string]>([
    [
      "three options",
      { "test/law_test.csv": csv([good, ["q", "x", "y", "z", "A"]]) },
      "law_test.csv:2: expected 6 cells",
    ],
    [
      "a letter beyond D",
      { "test/law_test.csv": csv([[...good.slice(0, 5), "E"]]) },
      'field "answer": expected A, B, C or D',
    ],
    [
      "an empty option",
      { "test/law_test.csv": csv([["q", "w", " ", "y", "z", "A"]]) },
      'law_test.csv:1: field "choices.1"',
    ],
    [
      "a NUL in a question",
      { "test/law_test.csv": csv([["q\0", ...good.slice(1)]]) },
      "without NUL",
    ],
    ["a quote that does not end", { "test/law_test.csv": '"q,w,x,y,z,A\n' }, "is no CSV"],
    ["bytes that are not UTF-8", { "test/law_test.csv": Buffer.from([0x71, 0xff, 0x2c]) }, "UTF-8"],
    [
      "an answer 4 in Parquet",
      { "test.parquet": columns([one, { ...one, answer: 4 }]) },
      'test.parquet:2: field "answer": expected 0, 1, 2 or 3',
    ],
    [
      "three options in Parquet",
      { "test.parquet": columns([{ ...one, choices: ["w", "x", "y"] }]) },
      "expected 4 options",
    ],
    [
      "Parquet without choices",
      { "test.parquet": columns([one], ["question", "subject", "answer"]) },
      'no column "choices"',
    ],
    [
      "a subject that is a path",
      { "test.parquet": columns([{ ...one, subject: "../law" }]) },
      'field "subject"',
    ],
    ["a folder of something else", { "test/readme.txt": "" }, "Expected folders dev, val and test"],
  ])("refuses %s", async (_, files, words) => {
    const error = await failure(loadMmlu(await folder(files), partial));
    expect(error).toBeInstanceOf(InputFileError);
    expect(error.message).toContain(words);
  });
});

/** Questions beside the repository; see SOURCES.md there. */
const data = join(import.meta.dirname, "../../../shared/data/questions");

describe.skipIf(!existsSync(data))(
  "real questions (skipped where ../shared/data is absent)",
  () => {
    test("all files load", async () => {
      const sizes = { gsm8k: 8792, mmlu: 15_858, other_domains: 744 };
      for (const [name, size] of Object.entries(sizes))
        expect(await loadQuestions(join(data, `${name}.jsonl.gz`))).toHaveLength(size);
    });

    test("brought into the official forms they come back", async () => {
      const files: Record<string, string> = {};
      for await (const { value } of readJsonLines(join(data, "gsm8k.jsonl.gz"))) {
        const { split, prompt, solution = "", gold } = value as Record<string, string>;
        const row = { question: prompt, answer: `${solution}\n#### ${gold}` };
        files[`${split}.jsonl`] = `${files[`${split}.jsonl`] ?? ""}${JSON.stringify(row)}\n`;
      }
      const gsm8k = await loadGsm8k(await folder(files), { splits: "full" });
      const wanted = await loadQuestions(join(data, "gsm8k.jsonl.gz"));
      const key = ({ id, prompt, gold }: { id: string; prompt: string; gold?: string }) =>
        [id, prompt, gold].join("\n");
      expect(new Set(gsm8k.map(key))).toEqual(new Set(wanted.map(key)));
    });

    test("MMLU too", async () => {
      const rows = new Map<string, string[][]>();
      const wanted = await loadQuestions(join(data, "mmlu.jsonl.gz"));
      for (const { prompt, subject, split, gold } of wanted) {
        const [, ...cells] = /^(.*)\nA\. (.*)\nB\. (.*)\nC\. (.*)\nD\. (.*)$/s.exec(prompt)!;
        const file = `${split}/${subject}_${split}.csv`;
        rows.set(file, [...(rows.get(file) ?? []), [...cells, gold!]]);
      }
      const files = Object.fromEntries([...rows].map(([file, own]) => [file, csv(own)]));
      const mmlu = await loadMmlu(await folder(files), { splits: "full" });
      expect(new Set(mmlu.map(({ id }) => id))).toEqual(new Set(wanted.map(({ id }) => id)));
      const golds = new Map(wanted.map(({ id, gold }) => [id, gold]));
      expect(mmlu.filter(({ id, gold }) => golds.get(id) !== gold)).toEqual([]);
    }, 60_000);
  },
);

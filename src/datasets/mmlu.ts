import { join } from "node:path";
import { z } from "zod";
import { InputFileError } from "../errors.js";
import type { Question } from "../types.js";
import {
  type BenchmarkOptions,
  checkBenchmarkOptions,
  checkCounts,
  findSplitFiles,
  kindOf,
  namedColumns,
  namesIn,
  officialRow,
} from "./benchmark.js";
import { readCsvRecords } from "./csv.js";
import { type JsonLine, lineError } from "./jsonl.js";
import { readParquetRows } from "./parquet.js";
import { questionText } from "./question-row.js";

const counts = { dev: 285, val: 1531, test: 14_042 };
const subjectCount = 57;
const letters = ["A", "B", "C", "D"] as const;
const expected =
  "folders dev, val and test of CSV files such as test/astronomy_test.csv, or Parquet files such as test-00000-of-00001.parquet";
const csvName = /^(?<subject>[a-z0-9_]+)_(?<split>dev|val|test)\.csv$/i;
const parquetName = /^(dev|val|validation|test)(?:-\d+-of-\d+)?\.parquet$/i;

/**
 * The official splits in their roles in the paper's protocol: it tests on about 1,530 questions, as many as there are
 * for validation, so those are the test set, the large set is for training, and the small one for validation.
 */
const paperSplit: Record<string, string> = { dev: "validation", val: "test", test: "train" };

const rowSchema = z.object({
  question: questionText,
  subject: z.string().regex(/^[a-z0-9_]+$/i, { error: "expected the name of a subject" }),
  choices: z
    .array(questionText, { error: "expected a list of options" })
    .length(letters.length, { error: `expected ${letters.length} options` }),
  answer: z
    .int({ error: "expected 0, 1, 2 or 3" })
    .min(0)
    .max(3, { error: "expected 0, 1, 2 or 3" }),
});

/**
 * MMLU (Hendrycks et al., 2021) in its official forms: a folder of CSV files `dev|val|test/<subject>_<split>.csv` without
 * header (question, four options, letter), or Parquet of question, subject, choices and answer (0..3). Ids are
 * "mmlu/test/astronomy/0" and so on, by the row of a subject.
 * @param path the folder (its subfolders data and all are looked into), or one file.
 * @returns 285 questions of split "dev", 1,531 of "val" and 14,042 of "test", of 57 subjects each; for "paper" they are
 *   "validation", "test" and "train". A split that is not there is left out. Nothing is drawn at random.
 * @throws InputFileError naming file, row and field, or for another count; InvalidArgumentError, StorageError.
 */
export async function loadMmlu(path: string, options: BenchmarkOptions = {}): Promise<Question[]> {
  const { splits } = checkBenchmarkOptions(options);
  const questions: Question[] = [];
  const rows = new Map<string, number>();
  for await (const { split, row } of readAll(path)) {
    const of = `${split}/${row.subject}`;
    const index = rows.get(of) ?? 0;
    rows.set(of, index + 1);
    const from = { source: "mmlu", task: "mmlu", subject: row.subject };
    questions.push({
      id: `mmlu/${of}/${index}`,
      prompt: mmluPrompt(row.question, row.choices),
      gold: letters[row.answer]!,
      answer: "letter",
      ...from,
      split,
    });
  }
  if (!options.partial) checkWhole(path, questions);
  if (splits === "full") return questions;
  return questions.map((question) => ({ ...question, split: paperSplit[question.split!]! }));
}

/** The question, and a line for each option: "(A) ...". */
function mmluPrompt(question: string, choices: readonly string[]): string {
  const options = choices.map((choice, at) => `(${letters[at]}) ${choice.trim()}`);
  return [question.trim(), ...options].join("\n");
}

interface SplitRow {
  readonly split: string;
  readonly row: z.infer<typeof rowSchema>;
}

async function* readAll(path: string): AsyncGenerator<SplitRow> {
  const csv = await findCsv(path);
  if (csv.length > 0) {
    for (const { file, split, subject } of csv)
      for await (const { line, value } of readCsvRows(file, subject))
        yield { split, row: officialRow(file, line, rowSchema, value) };
    return;
  }
  const splitOf = (name: string) =>
    parquetName.exec(name)?.[1]?.toLowerCase().replace("validation", "val");
  const folders = ["", "all", "data"];
  const order = Object.keys(counts);
  for (const { file, split } of await findSplitFiles(path, folders, splitOf, order, expected))
    for await (const { line, value } of readParquet(file))
      yield { split, row: officialRow(file, line, rowSchema, value) };
}

interface CsvFile {
  readonly file: string;
  readonly split: string;
  readonly subject: string;
}

/** In the folders dev, val and test below the path or its folder "data"; none where there is no such file. */
async function findCsv(path: string): Promise<CsvFile[]> {
  const csvFile = (file: string, name: string): CsvFile[] => {
    const { subject, split } = csvName.exec(name)?.groups ?? {};
    return subject === undefined ? [] : [{ file, split: split!.toLowerCase(), subject }];
  };
  if ((await kindOf(path)) === "file") return csvFile(path, path.split(/[/\\]/).at(-1)!);
  for (const root of [path, join(path, "data")]) {
    const found: CsvFile[] = [];
    for (const split of Object.keys(counts)) {
      for (const name of await namesIn(join(root, split))) {
        const files = csvFile(join(root, split, name), name);
        found.push(...files.filter((file) => file.split === split));
      }
    }
    if (found.length > 0) return found;
  }
  return [];
}

async function* readCsvRows(file: string, subject: string): AsyncGenerator<JsonLine> {
  for await (const { line, cells } of readCsvRecords(file)) {
    if (cells.length !== letters.length + 2) {
      const reason = `expected 6 cells (question, ${letters.length} options, letter) but found ${cells.length}.`;
      throw lineError(file, line, reason);
    }
    const letter = cells.at(-1)!.trim();
    const answer = (letters as readonly string[]).indexOf(letter);
    if (answer < 0)
      throw lineError(
        file,
        line,
        `field "answer": expected A, B, C or D but received "${letter}".`,
      );
    yield { line, value: { question: cells[0], subject, choices: cells.slice(1, -1), answer } };
  }
}

async function* readParquet(file: string): AsyncGenerator<JsonLine> {
  const wanted = ["question", "subject", "choices", "answer"];
  const choose = (names: readonly string[]) => namedColumns(file, names, wanted);
  for await (const { line, cells } of readParquetRows(file, choose)) {
    const [question, subject, choices, answer] = cells;
    yield { line, value: { question, subject, choices, answer } };
  }
}

function checkWhole(path: string, questions: readonly Question[]): void {
  checkCounts(path, questions, counts);
  const subjects = new Set(questions.map(({ subject }) => subject)).size;
  if (subjects === subjectCount) return;
  throw new InputFileError(
    `${path}: expected ${subjectCount} subjects but found ${subjects}. Fetch the files again, or allow a partial copy (--partial).`,
  );
}

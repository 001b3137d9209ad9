import { z } from "zod";
import { random, shuffle } from "../random.js";
import type { Question } from "../types.js";
import {
  type BenchmarkOptions,
  checkBenchmarkOptions,
  checkCounts,
  findSplitFiles,
  namedColumns,
  officialRow,
  type SplitFile,
} from "./benchmark.js";
import { readJsonLines } from "./jsonl.js";
import { readParquetRows } from "./parquet.js";
import { kindOf, questionText } from "./question-row.js";

const counts = { train: 7473, test: 1319 };
/** Share of the training questions that become validation questions; the paper names none. */
const validationShare = 0.1;
const expected =
  "train.jsonl and test.jsonl, or the same as .parquet (train-00000-of-00001.parquet, ...)";
const fileName = /^(train|test)(?:-\d+-of-\d+\.parquet|\.parquet|\.jsonl|\.jsonl\.gz)$/i;

const rowSchema = z.object({
  question: questionText,
  answer: z
    .string({ error: "expected a worked solution" })
    .transform((solution) => /####(?<gold>[^\n]*)\s*$/.exec(solution)?.groups?.gold?.trim() ?? "")
    .refine((gold) => kindOf(gold) === "number", {
      error: 'expected a worked solution that ends in "#### " and a number',
    }),
});

/**
 * GSM8K (Cobbe et al., 2021) in its official forms: JSON lines or Parquet of `{ question, answer: "... #### 72" }`, one file
 * a split. Ids are "gsm8k/train/0" and so on, by the row.
 * @param path folder of the files (its subfolders main, data and grade_school_math/data are looked into), or one of them.
 * @returns 7,473 questions for training, for "paper" with a tenth of them, drawn by seed, as split "validation"; and 1,319
 *   of split "test". A file that is not there is left out.
 * @throws InputFileError naming file, row and field, or for another count; InvalidArgumentError, StorageError.
 */
export async function loadGsm8k(path: string, options: BenchmarkOptions = {}): Promise<Question[]> {
  const { splits, seed } = checkBenchmarkOptions(options);
  const folders = ["", "main", "data", "grade_school_math/data"];
  const splitOf = (name: string) => fileName.exec(name)?.[1]?.toLowerCase();
  const files = await findSplitFiles(path, folders, splitOf, Object.keys(counts), expected);
  const questions: Question[] = [];
  const rows = new Map<string, number>();
  for (const file of files) {
    for await (const { prompt, gold } of readRows(file)) {
      const row = rows.get(file.split) ?? 0;
      rows.set(file.split, row + 1);
      const id = `gsm8k/${file.split}/${row}`;
      const from = { source: "gsm8k", task: "gsm8k", split: file.split };
      questions.push({ id, prompt, gold, answer: "number", ...from });
    }
  }
  if (!options.partial) checkCounts(path, questions, counts);
  return splits === "paper" ? withValidation(questions, seed) : questions;
}

async function* readRows({ file }: SplitFile): AsyncGenerator<{ prompt: string; gold: string }> {
  for await (const { line, value } of /\.parquet$/i.test(file)
    ? readColumns(file)
    : readJsonLines(file)) {
    const { question, answer } = officialRow(file, line, rowSchema, value);
    yield { prompt: question, gold: answer };
  }
}

async function* readColumns(file: string) {
  const choose = (names: readonly string[]) => namedColumns(file, names, ["question", "answer"]);
  for await (const { line, cells } of readParquetRows(file, choose))
    yield { line, value: { question: cells[0], answer: cells[1] } };
}

function withValidation(questions: readonly Question[], seed: number): Question[] {
  const train = questions.filter(({ split }) => split === "train").map(({ id }) => id);
  const size = Math.round(validationShare * train.length);
  const drawn = new Set(shuffle(train, random(seed)).slice(0, size));
  return questions.map((question) =>
    drawn.has(question.id) ? { ...question, split: "validation" } : question,
  );
}

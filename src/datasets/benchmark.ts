import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { InputFileError, InvalidArgumentError, storageError } from "../errors.js";
import type { Question } from "../types.js";
import { lineError } from "./jsonl.js";

export interface BenchmarkOptions {
  /**
   * "paper", the default: `split` is "train", "validation" or "test" as in the paper's protocol; "full": as the
   * benchmark's authors have it.
   */
  readonly splits?: "paper" | "full";
  /** Of what is drawn at random for the paper's splits. Default 1. */
  readonly seed?: number;
  /** Accepts a copy that does not hold as many questions as the official one. */
  readonly partial?: boolean;
}

/** A file of a benchmark, and the split that its name says. */
export interface SplitFile {
  readonly file: string;
  readonly split: string;
}

/**
 * Finds the files of a benchmark: those of the first of `folders` below `path` that has any, or `path` itself where it
 * is a file.
 * @param splitOf the split that a file name says, or undefined where it is no file of the benchmark.
 * @param order of the splits.
 * @throws InputFileError where there is none, or a split is there in two formats; StorageError.
 */
export async function findSplitFiles(
  path: string,
  folders: readonly string[],
  splitOf: (name: string) => string | undefined,
  order: readonly string[],
  expected: string,
): Promise<SplitFile[]> {
  const problem = (reason: string) => new InputFileError(`${path}: ${reason}.`);
  if ((await kindOf(path)) === "file") {
    const split = splitOf(path.split(/[/\\]/).at(-1)!);
    if (split === undefined)
      throw problem(`the name of the file says no split. Expected ${expected}`);
    return [{ file: path, split }];
  }
  for (const folder of folders) {
    const found = (await namesIn(join(path, folder))).flatMap((name): SplitFile[] => {
      const split = splitOf(name);
      return split === undefined ? [] : [{ file: join(path, folder, name), split }];
    });
    const formats = new Set(found.map(({ file }) => /\.parquet$/i.test(file)));
    if (formats.size > 1)
      throw problem("holds Parquet and other files. Name the folder or file to read");
    if (found.length > 0)
      return found.sort((a, b) => order.indexOf(a.split) - order.indexOf(b.split));
  }
  throw problem(`no file of the benchmark is there. Expected ${expected}`);
}

/** Names of the files and folders in a folder, sorted; none where it is not there. @throws StorageError */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw storageError("read", folder, error);
  }
}

/** @throws StorageError where nothing is there. */
export async function kindOf(path: string): Promise<"file" | "folder"> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (error) {
    throw storageError("read", path, error);
  }
}

/** The columns of these names. @throws InputFileError for one that is missing. */
export function namedColumns(file: string, names: readonly string[], wanted: readonly string[]) {
  const missing = wanted.find((name) => !names.includes(name));
  if (missing !== undefined) {
    const reason = `there is no column "${missing}". Expected ${wanted.join(", ")}`;
    throw new InputFileError(`${file}: ${reason}; found ${names.slice(0, 20).join(", ")}.`);
  }
  return wanted.map((name) => ({ name }));
}

/**
 * @param counts questions of each official split.
 * @throws InputFileError where a split has another number of questions.
 */
export function checkCounts(
  path: string,
  questions: readonly Question[],
  counts: Readonly<Record<string, number>>,
): void {
  for (const split of new Set(questions.map((question) => question.split!))) {
    const found = questions.filter((question) => question.split === split).length;
    if (found === counts[split]) continue;
    throw new InputFileError(
      `${path}: expected ${counts[split]} questions of split "${split}" but found ${found}. ` +
        "Fetch the files again, or allow a partial copy (--partial).",
    );
  }
}

/** A row of an official file, checked. @throws InputFileError naming file, row and field. */
export function officialRow<Row>(
  file: string,
  line: number,
  schema: z.ZodType<Row>,
  value: unknown,
): Row {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const field = path.length === 0 ? "the row" : `field "${path.join(".")}"`;
  throw lineError(file, line, `${field}: ${message}.`, parsed.error);
}

/** @throws InvalidArgumentError */
export function checkBenchmarkOptions({ splits = "paper", seed = 1 }: BenchmarkOptions) {
  if (splits !== "paper" && splits !== "full")
    throw InvalidArgumentError.of("splits", '"paper" or "full"', splits);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw InvalidArgumentError.of("seed", "a whole number of at least 0", seed);
  return { splits, seed };
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadQuestions } from "../../datasets/questions.js";
import { StoreMismatchError, storageError } from "../../errors.js";
import { writeFileAtomic } from "../../files.js";
import type { Question } from "../../types.js";

const questionsFile = (directory: string) => join(directory, "questions.jsonl");

/** The text of questions.jsonl. */
export function questionLines(questions: readonly Question[]): string {
  return questions.map((question) => `${JSON.stringify(question)}\n`).join("");
}

/**
 * Keeps the questions in the run directory, so that a run is whole by itself.
 * @throws StoreMismatchError where a file of that name holds something else, StorageError
 */
export async function keepQuestions(
  directory: string,
  questions: readonly Question[],
): Promise<void> {
  const file = questionsFile(directory);
  const lines = questionLines(questions);
  const there = await readIfThere(file);
  if (there === undefined) return writeFileAtomic(file, lines);
  if (there !== lines)
    throw new StoreMismatchError(
      `"${file}" is already there and does not hold the questions of this run. Choose another run directory.`,
    );
}

/** The questions of a run. @throws InputFileError, StorageError */
export function readQuestions(directory: string): Promise<Question[]> {
  return loadQuestions(questionsFile(directory));
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw storageError("read", file, error);
  }
}

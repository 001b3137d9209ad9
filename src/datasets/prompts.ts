import { NoLabelsError } from "../errors.js";
import { lineError, readJsonLines, readTextLines } from "./jsonl.js";

/**
 * Reads prompts: of a `.jsonl` or `.jsonl.gz` file the text field `prompt` of each row, of any other file each line
 * that is not blank, plain or gzipped.
 * @throws InputFileError naming file, line and reason; NoLabelsError where there is no prompt; StorageError.
 */
export async function loadPrompts(file: string): Promise<string[]> {
  const prompts: string[] = [];
  if (/\.jsonl(\.gz)?$/.test(file)) {
    for await (const { line, value } of readJsonLines(file)) {
      const { prompt } = (value ?? {}) as { prompt?: unknown };
      if (typeof prompt !== "string") {
        throw lineError(file, line, 'expected a row with a text field "prompt".');
      }
      prompts.push(prompt);
    }
  } else {
    for await (const text of readTextLines(file)) if (text.trim() !== "") prompts.push(text);
  }
  if (prompts.length === 0) throw new NoLabelsError(`"${file}" holds no prompt.`);
  return prompts;
}

import { readFile, stat } from "node:fs/promises";
import type { Document } from "yaml";
import { InputFileError, storageError } from "../errors.js";

/** A pool of 1,024 models takes about half of this. */
const maxPoolBytes = 1024 * 1024;

/** References to anchors, their nested copies counted; each model may well repeat a few settings. */
const maxAliases = 10_000;

/** The text of a pool file, and its document, which keeps comments for an edit. */
export interface PoolText {
  readonly document: Document;
  /** Plain objects, lists, texts and numbers; not yet checked. */
  readonly value: unknown;
}

/**
 * Reads a pool file. JSON is read as YAML, which it is a part of: that finds duplicate keys, too.
 * @throws InputFileError where it is too large, not YAML, or a bomb of aliases; StorageError.
 */
export async function readPoolFile(file: string): Promise<PoolText> {
  return parsePool(await readText(file), file);
}

/** @param file named in errors. @throws InputFileError */
export async function parsePool(text: string, file: string): Promise<PoolText> {
  const { parseDocument } = await import("yaml");
  try {
    const document = parseDocument(text, { merge: true });
    const wrong = [...document.errors, ...document.warnings];
    if (wrong.length > 0) throw wrong[0];
    return { document, value: document.toJS({ maxAliasCount: maxAliases }) };
  } catch (cause) {
    // Deep nesting ends in a RangeError, too many aliases in a ReferenceError.
    const reason =
      cause instanceof RangeError ? "it is nested too deeply" : firstLine((cause as Error).message);
    throw new InputFileError(`Pool file "${file}" is not YAML or JSON: ${reason}.`, { cause });
  }
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > maxPoolBytes) {
      throw new InputFileError(
        `Pool file "${file}" has ${size} bytes, at most ${maxPoolBytes} are accepted.`,
      );
    }
    return (await readFile(file, "utf8")).replace(/^\uFEFF/, "");
  } catch (error) {
    throw error instanceof InputFileError ? error : storageError("read", file, error);
  }
}

function firstLine(message: string): string {
  return message.split("\n")[0]!.replace(/[.:]$/, "");
}

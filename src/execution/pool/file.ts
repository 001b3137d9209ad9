import { readFile, stat } from "node:fs/promises";
import type { Document } from "yaml";
import { InputFileError, storageError } from "../../errors.js";

/** Some 800 models. Parsing takes time that grows faster than the text. */
const maxPoolBytes = 256 * 1024;

/** References to anchors, their nested copies counted; each model may well repeat a few settings. */
const maxAliases = 10_000;

/** Brackets in brackets. A pool needs five. */
const maxNesting = 64;
/** Spaces and signs in front of a line's text: no less than the levels that it is nested in. */
const maxIndent = 200;

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
  const { Lexer, parseDocument } = await import("yaml");
  try {
    if (isDeep(new Lexer().lex(text))) throw new Error("it is nested too deeply");
    const document = parseDocument(text, { merge: true });
    const wrong = [...document.errors, ...document.warnings];
    if (wrong.length > 0) throw wrong[0];
    return { document, value: document.toJS({ maxAliasCount: maxAliases }) };
  } catch (cause) {
    const reason = (cause as Error).message.split("\n")[0]!.replace(/[.:]$/, "");
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

/** The parser calls itself for each level, and at thousands of levels Node does not survive it. */
function isDeep(lexemes: Iterable<string>): boolean {
  let brackets = 0;
  let indent = 0;
  for (const lexeme of lexemes) {
    if (lexeme === "[" || lexeme === "{") brackets++;
    else if (lexeme === "]" || lexeme === "}") brackets--;
    else if (/^[ \t]+$/.test(lexeme)) indent += lexeme.length;
    else if (lexeme === "-" || lexeme === "?" || lexeme === ":") indent++;
    else if (/^\r?\n$/.test(lexeme)) indent = 0;
    if (brackets > maxNesting || indent > maxIndent) return true;
  }
  return false;
}

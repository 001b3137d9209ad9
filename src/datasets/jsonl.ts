import { InputFileError } from "../errors.js";
import { readBytes } from "./unzip.js";

/** No honest row is longer: a prompt with a hundred answers is far below a megabyte. */
export const maxRowBytes = 8 * 1024 * 1024;
const newline = 0x0a;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

export interface JsonLine {
  /** Counted from 1, blank lines included. Where a format has no lines: the row. */
  readonly line: number;
  readonly value: unknown;
}

/** An InputFileError that says where: `file:line: reason`. */
export function lineError(file: string, line: number, reason: string, cause?: unknown) {
  return new InputFileError(`${file}:${line}: ${reason}`, { cause });
}

/**
 * Reads a file of one JSON value a line, plain or gzipped (told apart by its first bytes), without
 * holding more than a line of it. Blank lines are skipped, a byte order mark is tolerated.
 * @param onBadLine takes a line that is not UTF-8 or not JSON, and reading goes on; without it such a line throws.
 * @throws InputFileError for a bad line, a line over 8 MiB, or a damaged gzip stream; StorageError where
 *   the file cannot be read.
 */
export async function* readJsonLines(
  file: string,
  onBadLine?: (error: InputFileError) => void,
): AsyncGenerator<JsonLine> {
  let line = 0;
  for await (const bytes of readLines(file)) {
    line += 1;
    let value: unknown;
    try {
      const text = decode(file, line, bytes);
      if (text.trim() === "") continue;
      value = parse(file, line, text);
    } catch (error) {
      if (onBadLine === undefined || !(error instanceof InputFileError)) throw error;
      onBadLine(error);
      continue;
    }
    yield { line, value };
  }
}

/** The lines of a text file, plain or gzipped, without their line breaks. @throws as `readJsonLines`. */
export async function* readTextLines(file: string): AsyncGenerator<string> {
  let line = 0;
  for await (const bytes of readLines(file)) {
    line += 1;
    yield decode(file, line, bytes).replace(/\r$/, "");
  }
}

function decode(file: string, line: number, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw lineError(file, line, "the line is not valid UTF-8. Save the file as UTF-8.", cause);
  }
}

function parse(file: string, line: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    const reason = `the line is not JSON (${detail}). Write one JSON value a line.`;
    throw lineError(file, line, reason, cause);
  }
}

/** The lines of a file without their line breaks; the last one need not end in a line break. */
async function* readLines(file: string): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let held = 0;
  let line = 1;
  const hold = (part: Buffer) => {
    held += part.length;
    if (held > maxRowBytes) {
      const reason = `the line is longer than ${maxRowBytes} bytes. Write one JSON value a line.`;
      throw lineError(file, line, reason);
    }
    parts.push(part);
  };
  for await (const chunk of readBytes(file)) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      hold(chunk.subarray(start, end));
      yield withoutMark(Buffer.concat(parts), line);
      parts = [];
      held = 0;
      line += 1;
      start = end + 1;
    }
    hold(chunk.subarray(start));
  }
  if (held > 0) yield withoutMark(Buffer.concat(parts), line);
}

function withoutMark(bytes: Buffer, line: number): Buffer {
  return line === 1 && bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes;
}

import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { ModelFileError } from "../../errors.js";
import { expectedFileBytes, GgufError, MoreBytesNeeded } from "./gguf.js";

const firstRead = 1024 * 1024;
/** Vocabularies of 250,000 tokens with merges take about 16 MiB. */
const maxHeaderBytes = 128 * 1024 * 1024;
const hashChunk = 4 * 1024 * 1024;

/** "path, size, time of last change" -> SHA-256, so that a large file is read once in a process. */
const hashes = new Map<string, string>();

/**
 * Looks at a model file before it is given to llama.cpp, whose own messages do not name what is wrong. Reads the header,
 * and where a hash is expected the whole file, once in a process.
 * @param sha256 hexadecimal, from the pool file; undefined = any.
 * @throws ModelFileError where the file is missing, unreadable, not GGUF, truncated, or another one than expected.
 */
export function checkModelFile(path: string, sha256?: string): Promise<void> {
  return withModelFile(path, async (file, stats) => {
    if (sha256 !== undefined) expectHash(path, await hashOf(file, path, stats), sha256);
  });
}

/** @returns the SHA-256 of a model file, hexadecimal. @throws ModelFileError, as `checkModelFile`. */
export function hashModelFile(path: string, sha256?: string): Promise<string> {
  return withModelFile(path, async (file, stats) => {
    const actual = await hashOf(file, path, stats);
    if (sha256 !== undefined) expectHash(path, actual, sha256);
    return actual;
  });
}

function expectHash(path: string, actual: string, sha256: string): void {
  if (actual === sha256.toLowerCase()) return;
  throw unusable(
    path,
    `its SHA-256 is ${actual} but the pool file says ${sha256.toLowerCase()}`,
    "Fetch the model again, or correct the pool file if the model was replaced on purpose.",
  );
}

async function withModelFile<T>(
  path: string,
  work: (file: FileHandle, stats: Stats) => Promise<T>,
): Promise<T> {
  const file = await openFile(path);
  try {
    const stats = await file.stat();
    if (!stats.isFile())
      throw unusable(path, "it is not a regular file", "Give the path of a .gguf file.");
    await checkHeader(file, path, stats.size);
    return await work(file, stats);
  } catch (error) {
    if (error instanceof ModelFileError) throw error;
    throw unusable(path, wording(error), "Check the disk and the permissions of the file.", error);
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw unusable(
        path,
        "it does not exist",
        "Put the file there or correct the path in the pool file.",
        error,
      );
    }
    if (code === "EACCES" || code === "EPERM") {
      throw unusable(path, "permission denied", "Make the file readable for this user.", error);
    }
    throw unusable(path, wording(error), "Check the disk and the path.", error);
  }
}

async function checkHeader(file: FileHandle, path: string, size: number): Promise<void> {
  for (let length = firstRead; ; length *= 4) {
    const bytes = await readBegin(file, Math.min(length, size));
    try {
      const expected = expectedFileBytes(bytes);
      if (size < expected) {
        const reason = `it has ${size} bytes but its header promises ${expected}: it is truncated`;
        throw unusable(path, reason, "Fetch or copy it again.");
      }
      return;
    } catch (error) {
      if (error instanceof GgufError) {
        throw unusable(path, error.message, "Only GGUF files of llama.cpp can be run.", error);
      }
      if (!(error instanceof MoreBytesNeeded)) throw error;
      if (bytes.length >= size) {
        const reason = `it ends inside its header, after ${size} bytes: it is truncated or damaged`;
        throw unusable(path, reason, "Fetch or copy it again.", error);
      }
      if (length >= maxHeaderBytes) {
        const reason = `its header is longer than ${maxHeaderBytes} bytes: it is damaged`;
        throw unusable(path, reason, "Fetch or copy it again.", error);
      }
    }
  }
}

/** A file may shrink while it is read, so fewer bytes may come. */
async function readBegin(file: FileHandle, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
  return buffer.subarray(0, bytesRead);
}

/** Tells a file from what it was before it was changed, and from other files. */
export function fileKey(path: string, { ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [path, ino, size, mtimeMs, ctimeMs].join("\0");
}

async function hashOf(file: FileHandle, path: string, stats: Stats): Promise<string> {
  const key = fileKey(path, stats);
  const known = hashes.get(key);
  if (known !== undefined) return known;
  const hash = createHash("sha256");
  const chunk = Buffer.allocUnsafe(hashChunk);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) break;
    hash.update(chunk.subarray(0, bytesRead));
    at += bytesRead;
  }
  const digest = hash.digest("hex");
  hashes.set(key, digest);
  return digest;
}

function unusable(path: string, reason: string, mend: string, cause?: unknown): ModelFileError {
  return new ModelFileError(`Cannot use model file "${path}": ${reason}. ${mend}`, { cause });
}

function wording(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

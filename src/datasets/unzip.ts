import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { InputFileError, PointsmanError, storageError } from "../errors.js";

const gzipMagic = [0x1f, 0x8b] as const;
/** A file that unzips to more than this is not one of ours, but made to fill the memory. */
const maxUnzippedBytes = 2 ** 30;

/**
 * The bytes of a file, plain or gzipped (told apart by its first bytes), a chunk at a time.
 * @throws InputFileError for a damaged gzip stream, or one that unzips to more than 1 GiB; StorageError where the file
 *   cannot be read.
 */
export async function* readBytes(file: string): AsyncGenerator<Buffer> {
  const chunks = readChunks(file);
  let head: Buffer = Buffer.alloc(0);
  while (head.length < gzipMagic.length) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const whole = prepend(head, chunks);
  yield* gzipMagic.every((byte, at) => head[at] === byte) ? unzip(file, whole) : whole;
}

async function* unzip(file: string, zipped: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // The callback has nothing to do: every failure also ends the loop below.
  pipeline(Readable.from(zipped), gunzip, () => {});
  let bytes = 0;
  try {
    for await (const chunk of gunzip) {
      bytes += chunk.length;
      if (bytes > maxUnzippedBytes) {
        const mend = "Split it into several files.";
        throw new InputFileError(`${file}: unzips to more than ${maxUnzippedBytes} bytes. ${mend}`);
      }
      yield chunk as Buffer;
    }
  } catch (cause) {
    if (cause instanceof PointsmanError) throw cause;
    const detail = cause instanceof Error ? cause.message : String(cause);
    const mend = "The file is damaged or was cut off; fetch or write it again.";
    throw new InputFileError(`${file}: cannot be unzipped (${detail}). ${mend}`, { cause });
  }
}

async function* prepend(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}

async function* readChunks(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Buffer;
  } catch (cause) {
    throw storageError("read", file, cause);
  }
}

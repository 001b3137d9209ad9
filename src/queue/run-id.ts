import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { StoreCorruptError, storageError } from "../errors.js";
import { writeFileAtomic } from "../files.js";

const schema = z.strictObject({ run: z.uuid() });

/**
 * The name of a run directory in Redis, made up once: a coordinator that was killed finds its jobs again.
 * @throws StorageError, StoreCorruptError
 */
export async function runId(directory: string): Promise<string> {
  const file = join(directory, "queue.json");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw storageError("read", file, error);
    const run = randomUUID();
    await writeFileAtomic(file, `${JSON.stringify({ run })}\n`);
    return run;
  }
  try {
    return schema.parse(JSON.parse(text)).run;
  } catch (cause) {
    throw new StoreCorruptError(
      `"${file}" does not name a run. Delete the file: the run then goes on under a new name.`,
      { cause },
    );
  }
}

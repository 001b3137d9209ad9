import { open } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { NoLabelsError, StoreCorruptError, storageError, UnknownModelError } from "../errors.js";
import { makeDirectory } from "../files.js";
import { Journal, readJournal } from "./journal.js";
import { DirectoryLock } from "./lock.js";
import { type Manifest, readManifest, reconcile, writeManifest } from "./manifest.js";

const answerSchema = z.strictObject({
  text: z.string(),
  /** Extracted from the text; null where it holds none. */
  answer: z.string().nullable(),
  promptTokens: z.int().min(0),
  completionTokens: z.int().min(0),
  seconds: z.number().min(0),
  finishReason: z.enum(["stop", "length"]),
});

const recordSchema = z.strictObject({
  question: z.string(),
  /** Answer i was drawn with (seed, i). */
  seed: z.int().min(0),
  answers: z.array(answerSchema),
});

/** All answers of one model to one question; one line of its file. */
export type SampleRecord = z.infer<typeof recordSchema>;

const manifestFile = (directory: string) => join(directory, "manifest.json");
const samplesDirectory = (directory: string) => join(directory, "samples");
/** Model names may hold characters that file names may not. */
const samplesFile = (directory: string, model: string) =>
  join(samplesDirectory(directory), `${encodeURIComponent(model)}.jsonl`);

/**
 * A run directory: `manifest.json` and `samples/<model>.jsonl`, one line for a question with all its answers. What
 * `append` has acknowledged stays; a run that was stopped in any way goes on where it was. One user at a time.
 */
export class SampleStore implements AsyncDisposable {
  readonly #lock: DirectoryLock;
  readonly #journals: ReadonlyMap<string, Journal>;
  readonly #done: ReadonlyMap<string, Set<string>>;

  private constructor(
    lock: DirectoryLock,
    journals: Map<string, Journal>,
    done: Map<string, Set<string>>,
  ) {
    this.#lock = lock;
    this.#journals = journals;
    this.#done = done;
  }

  /**
   * Creates the directory, or takes up the run that is there.
   * @param questions ids of the questions of the run.
   * @throws StoreMismatchError, StoreCorruptError, StorageError (also where another process uses the directory).
   */
  static async open(
    directory: string,
    wanted: Manifest,
    questions: ReadonlySet<string>,
  ): Promise<SampleStore> {
    try {
      await makeDirectory(samplesDirectory(directory));
    } catch (error) {
      throw storageError("create", directory, error);
    }
    const lock = DirectoryLock.acquire(directory);
    const journals = new Map<string, Journal>();
    const done = new Map<string, Set<string>>();
    try {
      const stored = await readManifest(manifestFile(directory));
      const manifest = stored === undefined ? wanted : reconcile(directory, stored, wanted);
      if (JSON.stringify(manifest) !== JSON.stringify(stored))
        await writeManifest(manifestFile(directory), manifest);
      for (const model of Object.keys(manifest.models)) {
        const ids = new Set<string>();
        const path = samplesFile(directory, model);
        const onLine = (line: string, number: number) => {
          ids.add(parseRecord(path, number, line, manifest.n, questions, ids).question);
        };
        journals.set(model, await Journal.open(path, onLine));
        done.set(model, ids);
      }
      await syncDirectory(samplesDirectory(directory));
      return new SampleStore(lock, journals, done);
    } catch (error) {
      await Promise.allSettled([...journals.values()].map((journal) => journal.close()));
      lock.release();
      throw error;
    }
  }

  /** Ids of the questions that a model has answered for good. */
  done(model: string): ReadonlySet<string> {
    return this.#of(this.#done, model);
  }

  /** @returns when the record is safe on disk. @throws StorageError */
  async append(model: string, record: SampleRecord): Promise<void> {
    await this.#of(this.#journals, model).append(JSON.stringify(record));
    this.#done.get(model)!.add(record.question);
  }

  /** Writes what is waiting and gives the directory free. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#journals.values()].map((journal) => journal.close()));
    this.#lock.release();
  }

  #of<T>(map: ReadonlyMap<string, T>, model: string): T {
    const found = map.get(model);
    if (found === undefined) throw new UnknownModelError(model, [...map.keys()]);
    return found;
  }
}

/**
 * Reads what is stored in a run directory, also while a run is going on there.
 * @param onRecord gets each record; records of a model come in the order in which they were stored.
 * @throws NoLabelsError where there is no run, StoreCorruptError, StorageError.
 */
export async function readSamples(
  directory: string,
  onRecord: (model: string, record: SampleRecord) => void,
): Promise<Manifest> {
  const manifest = await readManifest(manifestFile(directory));
  if (manifest === undefined)
    throw new NoLabelsError(`"${directory}" holds no run: it has no manifest.json.`);
  for (const model of Object.keys(manifest.models)) {
    const ids = new Set<string>();
    const path = samplesFile(directory, model);
    await readJournal(path, (line, number) => {
      const record = parseRecord(path, number, line, manifest.n, undefined, ids);
      ids.add(record.question);
      onRecord(model, record);
    });
  }
  return manifest;
}

/** A new file is safe only when its directory is too. Systems that cannot sync a directory do not need it. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function parseRecord(
  path: string,
  number: number,
  line: string,
  n: number,
  questions: ReadonlySet<string> | undefined,
  seen: ReadonlySet<string>,
): SampleRecord {
  const corrupt = (reason: string, cause?: unknown) => {
    const mend =
      "The line was not written by this run; restore the file, or delete the line to have it sampled again.";
    return new StoreCorruptError(`${path}:${number}: ${reason}. ${mend}`, { cause });
  };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw corrupt(`the line is not JSON (${(cause as Error).message})`, cause);
  }
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw corrupt(`${issue.path.join(".") || "the line"}: ${issue.message}`, parsed.error);
  }
  const { question, answers } = parsed.data;
  if (answers.length !== n) throw corrupt(`expected ${n} answers but found ${answers.length}`);
  if (seen.has(question))
    throw corrupt(`question "${question}" was already answered in an earlier line`);
  if (questions?.has(question) === false)
    throw corrupt(`question "${question}" is not one of the run`);
  return parsed.data;
}

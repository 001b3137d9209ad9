import { open } from "node:fs/promises";
import { join } from "node:path";
import { NoLabelsError, storageError, UnknownModelError } from "../../errors.js";
import { makeDirectory } from "../../files.js";
import type { Question } from "../../types.js";
import type { Answer } from "../votes.js";
import { AnswerLists } from "./answer-lists.js";
import { Journal, type JournalOptions, readJournal } from "./journal.js";
import { DirectoryLock } from "./lock.js";
import { type Manifest, readManifest, writeManifest } from "./manifest.js";
import { reconcile } from "./reconcile.js";
import type { SampleRecord } from "./record.js";
import { keepQuestions } from "./run-questions.js";

const manifestFile = (directory: string) => join(directory, "manifest.json");
const samplesDirectory = (directory: string) => join(directory, "samples");
/** Model names may hold characters that file names may not. */
const samplesFile = (directory: string, model: string) =>
  join(samplesDirectory(directory), `${encodeURIComponent(model)}.jsonl`);

export interface StoreOptions extends JournalOptions {
  /** Gets what is there already, as readSamples does. */
  readonly onRecord?: (record: SampleRecord) => void;
}

/**
 * A run directory: `manifest.json`, `questions.jsonl` and `samples/<model>.jsonl`, one line for an answer. What `append`
 * has acknowledged stays; a run that was stopped in any way goes on with the next answer. One user at a time.
 */
export class SampleStore implements AsyncDisposable {
  /** The one of the directory: hashes that were not known at first are filled in. */
  readonly manifest: Manifest;
  readonly #lock: DirectoryLock;
  readonly #journals: ReadonlyMap<string, Journal>;
  readonly #answers: ReadonlyMap<string, AnswerLists>;

  private constructor(
    manifest: Manifest,
    lock: DirectoryLock,
    journals: ReadonlyMap<string, Journal>,
    answers: ReadonlyMap<string, AnswerLists>,
  ) {
    this.manifest = manifest;
    this.#lock = lock;
    this.#journals = journals;
    this.#answers = answers;
  }

  /**
   * Creates the directory, or takes up the run that is there.
   * @param wanted see describeRun.
   * @param questions those of the run, kept there as questions.jsonl.
   * @throws StoreMismatchError, StoreCorruptError, StorageError (also where another process uses the directory).
   */
  static async open(
    directory: string,
    wanted: Manifest,
    questions: readonly Question[],
    options: StoreOptions = {},
  ): Promise<SampleStore> {
    try {
      await makeDirectory(samplesDirectory(directory));
    } catch (error) {
      throw storageError("create", directory, error);
    }
    const lock = DirectoryLock.acquire(directory);
    const journals = new Map<string, Journal>();
    const answers = new Map<string, AnswerLists>();
    try {
      const manifest = await takeUp(directory, wanted, questions);
      const ids = new Set(questions.map(({ id }) => id));
      for (const model of Object.keys(manifest.models)) {
        const path = samplesFile(directory, model);
        const lists = new AnswerLists(path, model, manifest, ids);
        const onLine = (line: string, number: number) => {
          const record = lists.read(line, number);
          options.onRecord?.(record);
        };
        journals.set(model, await Journal.open(path, onLine, options));
        answers.set(model, lists);
      }
      await syncDirectory(samplesDirectory(directory));
      await syncDirectory(directory);
      return new SampleStore(manifest, lock, journals, answers);
    } catch (error) {
      await Promise.allSettled([...journals.values()].map((journal) => journal.close()));
      lock.release();
      throw error;
    }
  }

  /** A model's answers by question id, those that `append` was given included; answer i at place i. */
  answers(model: string): ReadonlyMap<string, readonly Answer[]> {
    return this.#of(this.#answers, model).lists;
  }

  /**
   * Adds answers of a model, of one question or of several; those of a question in order, without a gap.
   * @returns when all are safe on disk.
   * @throws InvalidArgumentError where an answer is already there or one before it is not, and then none is added;
   *   StorageError
   */
  async append(model: string, records: readonly SampleRecord[]): Promise<void> {
    const journal = this.#of(this.#journals, model);
    this.#of(this.#answers, model).add(records);
    await journal.append(records.map((record) => JSON.stringify(record)).join("\n"));
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

/** @throws NoLabelsError where there is no run, StoreCorruptError, StoreMismatchError, StorageError. */
export async function readRunManifest(directory: string): Promise<Manifest> {
  const manifest = await readManifest(manifestFile(directory));
  if (manifest !== undefined) return manifest;
  throw new NoLabelsError(`"${directory}" holds no run: it has no manifest.json.`);
}

/**
 * Reads what is stored in a run directory, also while a run is going on there.
 * @param onRecord gets each answer; those of a model come in the order in which they were stored.
 * @throws NoLabelsError where there is no run, StoreCorruptError, StoreMismatchError, StorageError.
 */
export async function readSamples(
  directory: string,
  onRecord: (record: SampleRecord) => void,
): Promise<Manifest> {
  const manifest = await readRunManifest(directory);
  for (const model of Object.keys(manifest.models)) {
    const path = samplesFile(directory, model);
    const lists = new AnswerLists(path, model, manifest);
    await readJournal(path, (line, number) => onRecord(lists.read(line, number)));
  }
  return manifest;
}

/** Writes the manifest last: a directory that has one is whole. */
async function takeUp(
  directory: string,
  wanted: Manifest,
  questions: readonly Question[],
): Promise<Manifest> {
  const file = manifestFile(directory);
  const stored = await readManifest(file);
  const manifest = stored === undefined ? wanted : reconcile(directory, stored, wanted);
  await keepQuestions(directory, questions);
  if (JSON.stringify(manifest) !== JSON.stringify(stored)) await writeManifest(file, manifest);
  return manifest;
}

/** A new file is safe only when its directory is too. Systems that cannot sync a directory do not need it. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

import type { Question } from "../types.js";
import { Rate } from "./rate.js";
import { DirectoryLock } from "./store/lock.js";
import type { Manifest } from "./store/manifest.js";
import type { SampleRecord } from "./store/record.js";
import { readQuestions } from "./store/run-questions.js";
import { readRunManifest, readSamples } from "./store/store.js";
import { type ModelStatus, ModelTally, secondsFor } from "./tally.js";

/** How far a run is. */
export interface RunStatus {
  /** Pairs of model and question whose vote is over, and how many there are to be. */
  readonly done: number;
  readonly total: number;
  /** Questions of the run, and answers to each, at most. */
  readonly questions: number;
  readonly n: number;
  /** Of all models together, over the last minute; null where it shows none. */
  readonly tokensPerSecond: number | null;
  /** For the answers left of all models, at the speed of the last minute; null where there is none. */
  readonly secondsLeft: number | null;
  readonly models: readonly ModelStatus[];
}

/** A run in a directory, whether or not it is going on. */
export interface StoredStatus extends RunStatus {
  /** The process that is at work there, or null. */
  readonly pid: number | null;
}

/** Counts a run's answers as they come. */
export class RunTally {
  readonly #models = new Map<string, ModelTally>();
  readonly #rate = new Rate();

  /** @param models only these are counted. */
  constructor(
    private readonly manifest: Manifest,
    questions: readonly Question[],
    models: readonly string[],
  ) {
    // Free texts have no majority to be right or wrong; they are scored when they are labelled.
    const closed = questions.filter(({ answer }) => answer !== "text");
    const byId = new Map(closed.map((question) => [question.id, question]));
    for (const name of models) this.#models.set(name, new ModelTally(name, manifest, byId));
  }

  add(record: SampleRecord): void {
    const model = this.#models.get(record.model);
    if (model === undefined) return;
    model.add(record);
    this.#rate.add(Date.parse(record.time), record.completionTokens);
  }

  /** @param now milliseconds since 1970, undefined where nobody is at work. */
  status(now: number | undefined): RunStatus {
    const { n, questions } = this.manifest;
    const models = [...this.#models.values()].map((model) => model.status(now));
    const rate = this.#rate.perSecond(now);
    const sum = (value: (model: ModelStatus) => number) =>
      models.reduce((total, model) => total + value(model), 0);
    return {
      done: sum((model) => model.questions),
      total: models.length * questions.count,
      questions: questions.count,
      n,
      tokensPerSecond: rate?.tokens ?? null,
      secondsLeft: secondsFor(
        sum((model) => model.answersLeft),
        rate?.answers,
      ),
      models,
    };
  }
}

/**
 * How far the run of a directory is, also while it goes on. Everything stored is read, some hundred MB a second.
 * @throws as readSamples.
 */
export async function sampleStatus(directory: string): Promise<StoredStatus> {
  const manifest = await readRunManifest(directory);
  const tally = new RunTally(
    manifest,
    await readQuestions(directory),
    Object.keys(manifest.models),
  );
  await readSamples(directory, (record) => tally.add(record));
  const pid = DirectoryLock.holder(directory) ?? null;
  return { ...tally.status(pid === null ? undefined : Date.now()), pid };
}

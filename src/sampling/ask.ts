import { createHash } from "node:crypto";
import { EngineError, PointsmanError, StorageError } from "../errors.js";
import type { Engine } from "../execution/engine.js";
import type { PoolModel } from "../execution/pool/pool.js";
import { renderPrompt } from "../execution/prompt.js";
import type { Question } from "../types.js";
import { extractAnswer } from "./extraction/answers.js";
import { moreAnswers, type StoppingRule } from "./stopping.js";
import { type Provenance, promptHash } from "./store/fingerprints.js";
import type { SampleRecord } from "./store/record.js";
import type { Answer } from "./votes.js";

export interface AskOptions {
  /** Answers to each question, at most. */
  readonly n: number;
  /** Seed of the run. */
  readonly seed: number;
  readonly stopping: StoppingRule;
  readonly provenance: Provenance;
  readonly signal?: AbortSignal | undefined;
}

/** Keeps answers of one question. @returns when they are safe. */
export type KeepRecords = (records: readonly SampleRecord[]) => Promise<void>;

/** A model that fails on so many questions is given up. */
const maxFailures = 5;
/** Asking goes on while so many questions wait to be stored, and no more: it must pause when storing does. */
const maxWaiting = 256;

/**
 * Asks one model questions, several at once, each until its vote is over. A question that fails does not keep the
 * others from being asked.
 * @param have answers by question id that need not be asked again.
 * @param prompts questions in flight at once.
 * @param keep asking goes on while it is at work.
 * @returns when everything is kept, or the signal has fired: what was not whole by then is dropped.
 * @throws StorageError at once; EngineError at the end, for the first question that failed.
 */
export async function askModel(
  engine: Engine,
  model: PoolModel,
  questions: readonly Question[],
  have: ReadonlyMap<string, readonly Answer[]>,
  options: AskOptions & { readonly prompts: number },
  keep: KeepRecords,
): Promise<void> {
  const left = questions.values();
  const failed: unknown[] = [];
  const waiting = new Set<Promise<void>>();
  const keepLater = (records: readonly SampleRecord[]) => {
    // Not awaited: a record waits up to 200 ms for its batch to be synced.
    const kept = keep(records).catch((error) => void failed.push(error));
    waiting.add(kept);
    kept.then(() => waiting.delete(kept));
  };
  const asker = async () => {
    for (const question of left) {
      while (waiting.size >= maxWaiting) await Promise.race(waiting);
      if (failed.length >= maxFailures || failed.some(isStorage) || options.signal?.aborted) return;
      try {
        for await (const records of askQuestion(
          engine,
          model,
          question,
          have.get(question.id),
          options,
        ))
          keepLater(records);
      } catch (error) {
        if (options.signal?.aborted) return;
        failed.push(withQuestion(question, error));
      }
    }
  };
  await Promise.all(Array.from({ length: options.prompts }, asker));
  await Promise.all(waiting);
  if (failed.length > 0) throw failed.find(isStorage) ?? failed[0];
}

/**
 * Asks one question until its vote is over.
 * @param have answers 0, 1, ... that are already there.
 * @returns the records of each round, those that follow.
 * @throws EngineError, AbortedError
 */
async function* askQuestion(
  engine: Engine,
  model: PoolModel,
  question: Question,
  have: readonly Answer[] = [],
  { n, seed, stopping, provenance, signal }: AskOptions,
): AsyncGenerator<SampleRecord[]> {
  const prompt = renderPrompt(model, question);
  const own = seedOf(seed, model.name, question.id);
  const hash = promptHash(prompt);
  const answers = [...have];
  for (
    let more = moreAnswers(answers, n, stopping);
    more > 0;
    more = moreAnswers(answers, n, stopping)
  ) {
    const first = answers.length;
    const completions = await engine.sample(prompt, more, {
      ...model.sampling,
      stop: model.stop,
      seed: own,
      first,
      ...(signal && { signal }),
    });
    const records = completions.map(
      (completion, i): SampleRecord => ({
        model: model.name,
        question: question.id,
        index: first + i,
        seed: own,
        prompt: hash,
        ...provenance,
        text: completion.text,
        answer: extractAnswer(question, completion.text),
        promptTokens: completion.promptTokens,
        completionTokens: completion.completionTokens,
        seconds: completion.seconds,
        finishReason: completion.finishReason,
        time: new Date().toISOString(),
      }),
    );
    answers.push(...records.map(({ answer }) => answer));
    yield records;
  }
}

/**
 * The seed of a model's answers to a question, 48 bits of a hash. Answer i is drawn with (this, i), so that every
 * (model, question, answer) has random numbers of its own.
 */
export function seedOf(seed: number, model: string, question: string): number {
  const digest = createHash("sha256")
    .update(JSON.stringify([seed, model, question]))
    .digest();
  return digest.readUIntBE(0, 6);
}

function isStorage(error: unknown): boolean {
  return error instanceof StorageError;
}

function withQuestion(question: Question, error: unknown): unknown {
  if (error instanceof StorageError || !(error instanceof PointsmanError)) return error;
  return new EngineError(`Question "${question.id}": ${error.message}`, { cause: error });
}

import { createHash } from "node:crypto";
import { EngineError, PointsmanError, StorageError } from "../errors.js";
import type { Engine } from "../execution/engine.js";
import type { PoolModel } from "../execution/pool.js";
import { renderPrompt } from "../execution/prompt.js";
import type { Question } from "../types.js";
import { extractAnswer } from "./answers.js";
import type { SampleRecord } from "./store.js";

export interface AskOptions {
  /** Answers to each question. */
  readonly n: number;
  /** Seed of the run. */
  readonly seed: number;
  /** Questions in flight at once. */
  readonly prompts: number;
  readonly signal: AbortSignal | undefined;
}

/** A model that fails on so many questions is given up. */
const maxFailures = 5;

/**
 * Asks one model questions, several at once. A question that fails does not keep the others from being asked.
 * @param store keeps a record; asking goes on meanwhile.
 * @returns when everything is stored, or the signal has fired: what was not whole by then is dropped.
 * @throws StorageError at once; EngineError at the end, for the first question that failed.
 */
export async function askModel(
  engine: Engine,
  model: PoolModel,
  questions: readonly Question[],
  options: AskOptions,
  store: (record: SampleRecord) => Promise<void>,
): Promise<void> {
  const left = [...questions];
  const failed: unknown[] = [];
  const stored: Promise<void>[] = [];
  const asker = async () => {
    for (let question = left.shift(); question !== undefined; question = left.shift()) {
      if (failed.length >= maxFailures || options.signal?.aborted) return;
      try {
        // Not awaited: a record waits up to 200 ms for its batch to be synced.
        const storing = store(await ask(engine, model, question, options));
        storing.catch((error) => failed.push(error));
        stored.push(storing);
      } catch (error) {
        if (options.signal?.aborted) return;
        failed.push(withQuestion(question, error));
      }
    }
  };
  await Promise.all(Array.from({ length: options.prompts }, asker));
  await Promise.all(stored);
  if (failed.length > 0) throw failed[0];
}

async function ask(
  engine: Engine,
  model: PoolModel,
  question: Question,
  { n, seed, signal }: AskOptions,
): Promise<SampleRecord> {
  const own = seedOf(seed, model.name, question.id);
  const completions = await engine.sample(renderPrompt(model, question), n, {
    ...model.sampling,
    stop: model.stop,
    seed: own,
    ...(signal && { signal }),
  });
  const answers = completions.map((completion) => ({
    ...completion,
    answer: extractAnswer(question, completion.text),
  }));
  return { question: question.id, seed: own, answers };
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

function withQuestion(question: Question, error: unknown): unknown {
  if (error instanceof StorageError || !(error instanceof PointsmanError)) return error;
  return new EngineError(`Question "${question.id}": ${error.message}`, { cause: error });
}

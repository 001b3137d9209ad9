import { compareAll, type Judge } from "../../scorers/judge.js";
import { scorerOf } from "../../scorers/score.js";
import type { Question } from "../../types.js";
import type { SampledAnswers } from "../store/load-answers.js";
import { representative } from "./marks.js";

export interface JudgeSamplesOptions {
  /** Questions at once. Default 4. */
  readonly concurrency?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Scores of a judge, as `labelAnswers` takes them: question id -> model -> 0..1. */
export type Judged = ReadonlyMap<string, ReadonlyMap<string, number>>;

/**
 * Has a judge compare the models' answers to the questions that are to be judged (text with the scorer "judge", or
 * without a reference answer): of each model the medoid of its answers, each against each, in both orders. With m
 * models that is at most m (m - 1) calls a question; equal answers are compared once. Models without a usable answer
 * score 0.
 * @throws EngineError, AbortedError
 */
export async function judgeSamples(
  judge: Judge,
  questions: readonly Question[],
  sampled: SampledAnswers,
  { concurrency = 4, onProgress }: JudgeSamplesOptions = {},
): Promise<Judged> {
  const left = questions.filter((q) => q.answer === "text" && scorerOf(q) === "judge");
  const total = left.length;
  const scores = new Map<string, ReadonlyMap<string, number>>();
  const worker = async () => {
    for (let question = left.shift(); question !== undefined; question = left.shift()) {
      scores.set(question.id, await judgeOne(judge, question, sampled));
      onProgress?.(scores.size, total);
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, worker));
  } finally {
    left.length = 0;
  }
  return scores;
}

async function judgeOne(
  judge: Judge,
  question: Question,
  sampled: SampledAnswers,
): Promise<Map<string, number>> {
  const answers = [...sampled].flatMap(([model, sets]) => {
    const set = sets.get(question.id);
    return set === undefined ? [] : [{ model, answer: representative(question, set.answers) }];
  });
  const distinct = [...new Set(answers.flatMap(({ answer }) => answer ?? []))];
  const wins = await compareAll(judge, question.prompt, distinct);
  return new Map(
    answers.map(({ model, answer }) => [
      model,
      answer === null ? 0 : wins[distinct.indexOf(answer)]!,
    ]),
  );
}

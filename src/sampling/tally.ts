import type { Question } from "../types.js";
import { hasReference, markAnswers } from "./labels/marks.js";
import { Rate } from "./rate.js";
import { moreAnswers } from "./stopping.js";
import type { Manifest } from "./store/manifest.js";
import type { SampleRecord } from "./store/record.js";
import type { Answer } from "./votes.js";

/** How far one model is. */
export interface ModelStatus {
  readonly name: string;
  /** Questions whose vote is over. */
  readonly questions: number;
  /** Answers stored. */
  readonly answers: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Answers that the model ended, and those that were cut off at the most tokens. */
  readonly finishReasons: { readonly stop: number; readonly length: number };
  /** Share of answers that could be extracted; null before the first. */
  readonly usable: number | null;
  /** Share right by majority vote, of finished questions with a reference answer, free texts left out; null without any. */
  readonly accuracy: number | null;
  /** Drawn tokens a second over the last minute; null where it shows none. */
  readonly tokensPerSecond: number | null;
  /** Still to be asked for; an estimate where votes end early. */
  readonly answersLeft: number;
  /** At the speed of the last minute; null where there is none. */
  readonly secondsLeft: number | null;
}

/** Counts a model's answers as they come; the answers to a question in their order. */
export class ModelTally {
  /** Answers to questions whose vote was not over when it was last looked at. */
  readonly #open = new Map<string, Answer[]>();
  readonly #touched = new Set<string>();
  readonly #rate = new Rate();
  readonly #finishReasons = { stop: 0, length: 0 };
  #questions = 0;
  #answers = 0;
  #answersOfDone = 0;
  #promptTokens = 0;
  #completionTokens = 0;
  #usable = 0;
  #judged = 0;
  #right = 0;

  constructor(
    private readonly name: string,
    private readonly manifest: Manifest,
    /** Those to be marked, by id. */
    private readonly questions: ReadonlyMap<string, Question>,
  ) {}

  add(record: SampleRecord): void {
    const list = this.#open.get(record.question);
    if (list === undefined) this.#open.set(record.question, [record.answer]);
    else list.push(record.answer);
    this.#touched.add(record.question);
    this.#answers += 1;
    this.#promptTokens += record.promptTokens;
    this.#completionTokens += record.completionTokens;
    this.#finishReasons[record.finishReason] += 1;
    if (record.answer !== null) this.#usable += 1;
    this.#rate.add(Date.parse(record.time), record.completionTokens);
    if (record.index + 1 === this.manifest.n) this.#settle(record.question);
  }

  /** @param now milliseconds since 1970, undefined where nobody is at work. */
  status(now: number | undefined): ModelStatus {
    for (const question of this.#touched) this.#settle(question);
    const answersLeft = this.#answersLeft();
    const rate = this.#rate.perSecond(answersLeft === 0 ? undefined : now);
    return {
      name: this.name,
      questions: this.#questions,
      answers: this.#answers,
      promptTokens: this.#promptTokens,
      completionTokens: this.#completionTokens,
      finishReasons: { ...this.#finishReasons },
      usable: share(this.#usable, this.#answers),
      accuracy: share(this.#right, this.#judged),
      tokensPerSecond: rate?.tokens ?? null,
      answersLeft,
      secondsLeft: secondsFor(answersLeft, rate?.answers),
    };
  }

  #settle(question: string): void {
    this.#touched.delete(question);
    const answers = this.#open.get(question)!;
    if (moreAnswers(answers, this.manifest.n, this.manifest.stopping) > 0) return;
    this.#open.delete(question);
    this.#questions += 1;
    this.#answersOfDone += answers.length;
    const asked = this.questions.get(question);
    if (asked === undefined || !hasReference(asked)) return;
    this.#judged += 1;
    this.#right += markAnswers(asked, answers).majority;
  }

  /** Where votes end early, as many a question as so far. */
  #answersLeft(): number {
    const { n, questions } = this.manifest;
    if (this.#questions === questions.count) return 0;
    const each = this.#questions === 0 ? n : this.#answersOfDone / this.#questions;
    return Math.max(1, Math.round(each * questions.count) - this.#answers);
  }
}

/** Null where there is no speed to go by. */
export function secondsFor(answers: number, perSecond: number | undefined): number | null {
  if (answers === 0) return 0;
  return perSecond === undefined ? null : answers / perSecond;
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

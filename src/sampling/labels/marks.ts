import { scorerOf, scorers } from "../../scorers/score.js";
import type { Question } from "../../types.js";
import { canonicalGold } from "../extraction/answers.js";
import { type Answer, majorityVote } from "../votes.js";
import { medoid } from "./medoid.js";

/** What the answers of one model to one question are worth, each in 0..1. */
export interface Marks {
  /** Of each answer, unusable ones 0; null = not known. */
  readonly answers: readonly (number | null)[];
  /** Mean over the answers: the soft label. */
  readonly mean: number;
  /** Of the answer that stands for all: the most frequent one, of free texts the medoid. */
  readonly majority: number;
}

/** Whether answers can be marked against a reference without a judge. */
export function hasReference(question: Question): boolean {
  return question.gold !== undefined && !(isText(question) && scorerOf(question) === "judge");
}

/**
 * Marks answers against references: equality of the canonical forms, of free texts the question's scorer ("f1" where
 * that is a judge).
 * @param references the first one counts for kinds other than text. Default: the question's own.
 */
export function markAnswers(
  question: Question,
  answers: readonly Answer[],
  references: readonly string[] = referencesOf(question),
): Marks {
  const marks = new Map<Answer, number>([[null, 0]]);
  const markOf = (answer: Answer) => {
    let mark = marks.get(answer);
    if (mark === undefined) {
      mark = score(question, answer!, references);
      marks.set(answer, mark);
    }
    return mark;
  };
  const all = answers.map(markOf);
  const mean = all.reduce((sum, mark) => sum + mark, 0) / all.length;
  return { answers: all, mean, majority: markOf(representative(question, answers)) };
}

/** The answer that stands for all of a model's: the most frequent one, of free texts the medoid; null without any. */
export function representative(
  question: Pick<Question, "answer">,
  answers: readonly Answer[],
): Answer {
  return isText(question) ? medoid(answers) : majorityVote(answers);
}

function score(question: Question, answer: string, references: readonly string[]): number {
  if (!isText(question)) return Number(answer === references[0]);
  const scorer = scorerOf(question);
  return Math.min(1, scorers[scorer === "judge" ? "f1" : scorer](answer, references));
}

function referencesOf(question: Question): string[] {
  const gold = canonicalGold(question);
  return [...(gold === null ? [] : [gold]), ...(question.references ?? [])];
}

function isText({ answer }: Pick<Question, "answer">): boolean {
  return answer === "text";
}

import { NoLabelsError } from "../../errors.js";
import type { Question } from "../../types.js";
import { canonicalGold } from "../extraction/answers.js";
import type { AnswerSet, SampledAnswers } from "../store/load-answers.js";
import { consensusOf } from "./consensus.js";
import type { Marked } from "./label-row.js";
import type { LabelOptions } from "./labels.js";
import { hasReference, type Marks, markAnswers, representative } from "./marks.js";

/** Marks the answers of a model to a question; undefined where there is nothing to mark them by. */
export type Marker = (
  question: Question,
  model: string,
  set: AnswerSet,
) => Omit<Marked, "set"> | undefined;

/**
 * How answers are marked: by a judge's score where there is one, else against the question's own reference, else
 * against what the other viable models agree on.
 * @throws NoLabelsError, when it marks, for a reference answer that holds none of its kind.
 */
export function markerOf(
  questions: readonly Question[],
  sampled: SampledAnswers,
  viable: readonly string[],
  { judged, consensus }: LabelOptions,
): Marker {
  const open = questions.filter((question) => !hasReference(question) && !judged?.has(question.id));
  const agreed = consensus ? consensusOf(open, sampled, viable) : undefined;
  return (question, model, { answers }) => {
    const scores = judged?.get(question.id);
    if (scores !== undefined) {
      const score = scores.get(model);
      return score === undefined
        ? undefined
        : { label: "judge", marks: byJudge(question, answers, score) };
    }
    if (hasReference(question)) {
      checkGold(question);
      return { label: "gold", marks: markAnswers(question, answers) };
    }
    const reference = agreed?.get(question.id)?.get(model);
    if (reference === undefined) return undefined;
    return { label: "consensus", marks: markAnswers(question, answers, [reference]) };
  };
}

/** A judge saw the answer that stands for all. */
function byJudge(question: Question, answers: AnswerSet["answers"], score: number): Marks {
  const judged = representative(question, answers);
  return {
    answers: answers.map((answer) => (answer === null ? 0 : answer === judged ? score : null)),
    mean: score,
    majority: score,
  };
}

function checkGold(question: Question): void {
  if (canonicalGold(question) === null)
    throw new NoLabelsError(
      `Question "${question.id}" has no usable reference answer: "${question.gold}".`,
    );
}

import type { Question } from "../../types.js";
import { hasReference, markAnswers } from "../labels/marks.js";
import type { SampledAnswers } from "../store/load-answers.js";

/** What another extraction does to the answers of one model, over the questions with a reference answer. */
export interface ExtractionComparison {
  readonly name: string;
  readonly answers: number;
  /** Share of answers that differ, those that only one of them could read included. */
  readonly differ: number;
  /** Share of questions whose majority answer is right, by either extraction. */
  readonly majority: readonly [number, number];
  /** Share of answers that are usable, by either extraction. */
  readonly usable: readonly [number, number];
}

/** Compares two extractions of the same run, model by model. */
export function compareExtraction(
  questions: readonly Question[],
  first: SampledAnswers,
  second: SampledAnswers,
): ExtractionComparison[] {
  const marked = questions.filter(hasReference);
  return [...first].map(([name, sets]) => {
    const sums = { questions: 0, answers: 0, differ: 0, right: [0, 0], usable: [0, 0] };
    for (const question of marked) {
      const lists = [sets.get(question.id), second.get(name)?.get(question.id)].map(
        (set) => set?.answers ?? [],
      );
      if (lists.some((list) => list.length === 0)) continue;
      sums.questions += 1;
      sums.answers += lists[0]!.length;
      sums.differ += lists[0]!.filter((answer, at) => answer !== lists[1]![at]).length;
      lists.forEach((list, at) => {
        sums.right[at]! += markAnswers(question, list).majority;
        sums.usable[at]! += list.filter((answer) => answer !== null).length;
      });
    }
    const share = (sum: number, of: number) => (of === 0 ? 0 : sum / of);
    return {
      name,
      answers: sums.answers,
      differ: share(sums.differ, sums.answers),
      majority: [share(sums.right[0]!, sums.questions), share(sums.right[1]!, sums.questions)],
      usable: [share(sums.usable[0]!, sums.answers), share(sums.usable[1]!, sums.answers)],
    };
  });
}

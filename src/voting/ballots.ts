import { canonical } from "../datasets/answers.js";
import { InvalidArgumentError } from "../errors.js";
import type { Outcomes } from "../types.js";
import { VoteTally } from "./tally.js";

/** What the models answered to one prompt, and which answers are right. */
export interface Ballot {
  /** [model][slot]: canonical answers, null = unusable; an empty list where the model was not asked. */
  readonly answers: readonly (readonly (string | null)[])[];
  /** Mark in 0..1 of each distinct answer; one without an entry is not known. */
  readonly marks: ReadonlyMap<string, number>;
}

/**
 * The answers of each prompt. Whether an answer is right is what `answerMarks` says of it; else the mark of a model
 * whose majority answer it is (scored as its benchmark asks); else equality with the reference answer.
 * @throws InvalidArgumentError where the outcomes hold no answers.
 */
export function ballotsOf(outcomes: Outcomes): Ballot[] {
  if (outcomes.answers === undefined) {
    const mend = "Votes need what the models answered: the field samples of an outcomes file.";
    throw InvalidArgumentError.of("outcomes.answers", "the answers of each model", undefined, mend);
  }
  return outcomes.answers.map((lists, row) => {
    const answers = outcomes.models.map((_, model) =>
      (lists[model] ?? []).map((answer) => (answer === null ? null : canonical(answer))),
    );
    return { answers, marks: marksOf(outcomes, row, answers) };
  });
}

/** The largest number of answers that each model gave to a prompt. */
export function slotCounts(ballots: readonly Ballot[], models: number): number[] {
  return Array.from({ length: models }, (_, model) =>
    ballots.reduce((most, { answers }) => Math.max(most, answers[model]!.length), 0),
  );
}

/** One vote each; ties go to the answer seen first. */
export function majority(answers: readonly (string | null)[]): string | null {
  const tally = new VoteTally(answers.length);
  for (const answer of answers) tally.add(answer, 1);
  return tally.leader;
}

function marksOf(outcomes: Outcomes, row: number, answers: Ballot["answers"]): Map<string, number> {
  const marks = new Map<string, number>();
  const raise = (answer: string, mark: number) =>
    marks.set(answer, Math.max(mark, marks.get(answer) ?? 0));
  answers.forEach((list, model) => {
    list.forEach((answer, slot) => {
      const mark = outcomes.answerMarks?.[row]?.[model]?.[slot] ?? undefined;
      if (answer !== null && mark !== undefined) raise(answer, mark);
    });
  });
  const marked = new Set(marks.keys());
  answers.forEach((list, model) => {
    const winner = majority(list);
    const mark = outcomes.marks[row * outcomes.models.length + model]!;
    if (winner !== null && !marked.has(winner) && (mark === 0 || mark === 1)) raise(winner, mark);
  });
  const gold = outcomes.golds[row];
  if (gold === undefined) return marks;
  for (const answer of answers.flat()) {
    if (answer !== null && !marks.has(answer))
      marks.set(answer, Number(answer === canonical(gold)));
  }
  return marks;
}

import { canonical } from "../datasets/answers.js";
import type { Outcomes } from "../types.js";
import type { Marks } from "./yardsticks.js";

/** The answers of one prompt, each different one as a number. */
export interface Ballot {
  /** Numbers of each model's usable answers in their order; undefined where none were kept. */
  readonly answers: readonly (Uint32Array | undefined)[];
  /** Mark of each different answer; NaN = not known. */
  readonly marks: Float64Array;
}

/**
 * Several models jointly: the most frequent of all their extracted answers, ties to the one seen first in pool order.
 * Unusable answers do not vote; a row without a usable one is wrong. Whether the winner is right is what `answerMarks`
 * says of an equal answer of any model; else the mark of a model with the same majority answer (it was scored as its
 * benchmark asks); else equality with the reference answer. NaN where none of them is there, or no answers were kept.
 * @param members model indices in ascending order. Default: all models.
 */
export function jointMarks(outcomes: Outcomes, members?: readonly number[]): Marks {
  return voteMarks(ballots(outcomes), members ?? [...outcomes.models.keys()]);
}

/** The answers of each prompt, counted once for any number of votes. */
export function ballots(outcomes: Outcomes): Ballot[] {
  return outcomes.prompts.map((_, row) => ballot(outcomes, row));
}

export function voteMarks(rows: readonly Ballot[], members: readonly number[]): Marks {
  return voteMarksOf(rows, () => members);
}

/** The same with members of each row's own. */
export function voteMarksOf(
  rows: readonly Ballot[],
  membersOf: (row: number) => readonly number[],
): Marks {
  const most = rows.reduce((largest, { marks }) => Math.max(largest, marks.length), 0);
  const votes = new Int32Array(most);
  return Float64Array.from(rows, ({ answers, marks }, row) => {
    const members = membersOf(row);
    if (members.every((member) => answers[member] === undefined)) return Number.NaN;
    const winner = mostFrequent(answers, members, votes);
    return winner === undefined ? 0 : marks[winner]!;
  });
}

/** @param votes scratch space, all 0 before and after. */
function mostFrequent(
  answers: Ballot["answers"],
  members: readonly number[],
  votes: Int32Array,
): number | undefined {
  const seen: number[] = [];
  for (const member of members) {
    for (const answer of answers[member] ?? []) {
      if (votes[answer] === 0) seen.push(answer);
      votes[answer]! += 1;
    }
  }
  let winner: number | undefined;
  let most = 0;
  for (const answer of seen) {
    if (votes[answer]! > most) {
      winner = answer;
      most = votes[answer]!;
    }
    votes[answer] = 0;
  }
  return winner;
}

function ballot({ models, marks, answers, answerMarks, golds }: Outcomes, row: number): Ballot {
  const numbers = new Map<string, number>();
  const known: number[] = [];
  const lists = models.map((_, model) =>
    answers?.[row]?.[model]?.map((answer, at) => {
      if (answer === null) return undefined;
      const form = canonical(answer);
      const number = numbers.get(form) ?? numbers.size;
      numbers.set(form, number);
      const mark = answerMarks?.[row]?.[model]?.[at];
      if (mark !== undefined && mark !== null) known[number] ??= mark;
      return number;
    }),
  );
  const usable = lists.map(
    (list) => list && Uint32Array.from(list.filter((number) => number !== undefined)),
  );
  const votes = new Int32Array(numbers.size);
  models.forEach((_, model) => {
    const mark = marks[row * models.length + model]!;
    const own = mostFrequent(usable, [model], votes);
    if (own !== undefined && (mark === 0 || mark === 1)) known[own] ??= mark;
  });
  const gold = golds[row];
  const byGold = (form: string) =>
    gold === undefined ? Number.NaN : Number(canonical(gold) === form);
  const forms = [...numbers.keys()];
  return {
    answers: usable,
    marks: Float64Array.from(forms, (form, at) => known[at] ?? byGold(form)),
  };
}

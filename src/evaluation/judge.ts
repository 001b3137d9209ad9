import { InvalidArgumentError } from "../errors.js";
import type { Outcomes } from "../types.js";
import { jointMarks } from "./joint.js";
import type { NamedSet } from "./sets.js";
import type { Column, RowKind } from "./table.js";
import {
  chosenMarks,
  clusterBoundMarks,
  expectedOracleMarks,
  type Marks,
  oracleMarks,
  randomMarks,
  singleMarks,
  upperBoundMarks,
} from "./yardsticks.js";

/** A fitted router seen from outside. Reads prompts and, where there are some, their embeddings; never the marks. */
export interface FittedChooser {
  readonly name: string;
  readonly kind: RowKind;
  /** @returns model index for each prompt; -1 = no model is asked, which counts as wrong and costs nothing. */
  choose(test: Outcomes): Int32Array;
  /**
   * @returns P(right), [prompts x models], where the router has them: adds a row for the classifier upper bound and a
   * report by model.
   */
  probabilities?(test: Outcomes): Float32Array;
  /** @returns cluster of each prompt, where the router has clusters: adds a row for the cluster upper bound. */
  clusters?(test: Outcomes): Int32Array;
  /** Mean seconds that `choose` took for a prompt, where measured; read after `choose`. */
  readonly routingSeconds?: number;
}

/** What asking several models came to, one value a prompt; NaN = not known. */
export interface Votes {
  readonly marks: Marks;
  /** Answers asked for. */
  readonly answers?: Float64Array | undefined;
  readonly seconds?: Float64Array | undefined;
  readonly prices?: Float64Array | undefined;
}

/** A fitted way of making one answer of several. Judges itself, for no single model's mark is its own. */
export interface FittedVoter {
  readonly name: string;
  readonly kind: RowKind;
  vote(test: Outcomes): Votes;
}

export type Participant = FittedChooser | FittedVoter;

/**
 * Every row of the table on one test set: single models in pool order, random, the participants, their upper bounds, sets
 * of models jointly, all jointly, oracles.
 * @throws InvalidArgumentError where a chooser returns the wrong number of values, or no model's index.
 */
export function judge(
  test: Outcomes,
  participants: readonly Participant[],
  sets: readonly NamedSet[] = [],
): Column[] {
  const everyModel = [...test.models.keys()];
  const singles = test.models.map(
    (name, model): Column => ({
      name,
      kind: "single",
      marks: singleMarks(test, model),
      ...spent(test, (matrix) => singleMarks(matrix, model)),
    }),
  );
  const random: Column = {
    name: "random",
    kind: "random",
    marks: randomMarks(test),
    ...spent(test, randomMarks),
  };
  return [
    ...singles,
    random,
    ...participants.map((one) =>
      "vote" in one ? votedColumn(test, one) : chosenColumn(test, one),
    ),
    ...participants.flatMap((one) => ("vote" in one ? [] : bounds(test, one))),
    ...sets.map((set) => setColumn(test, set)),
    setColumn(test, { name: "all jointly", members: everyModel }),
    { name: "expected oracle", kind: "expected-oracle", marks: expectedOracleMarks(test) },
    { name: "oracle", kind: "oracle", marks: oracleMarks(test) },
  ];
}

/** The row of a set of models that are all asked and vote. */
export function setColumn(test: Outcomes, { name, members }: NamedSet): Column {
  const marks = jointMarks(test, members);
  return { name, kind: "joint", marks, ...setCosts(test, () => members), members };
}

/** What a set of models of each row's own costs together. */
export function setCosts(test: Outcomes, membersOf: (row: number) => readonly number[]) {
  const { length: width } = test.models;
  return spent(test, ({ marks }) =>
    Float64Array.from(test.prompts, (_, row) =>
      membersOf(row).reduce((sum, model) => sum + marks[row * width + model]!, 0),
    ),
  );
}

type Matrix = Pick<Outcomes, "models" | "marks">;

/** Seconds, prices and numbers of answers of each row, where they are known. */
function spent({ models, seconds, prices, answers }: Outcomes, of: (matrix: Matrix) => Marks) {
  const counts = answers && answerCounts(answers, models.length);
  return {
    seconds: seconds && of({ models, marks: seconds }),
    prices: prices && of({ models, marks: prices }),
    answers: counts && of({ models, marks: counts }),
  };
}

/** [prompts x models]; NaN where a model's answers were not kept. */
function answerCounts(answers: NonNullable<Outcomes["answers"]>, models: number): Float32Array {
  return Float32Array.from({ length: answers.length * models }, (_, cell) => {
    return answers[Math.floor(cell / models)]![cell % models]?.length ?? Number.NaN;
  });
}

function chosenColumn(test: Outcomes, chooser: FittedChooser): Column {
  const choices = choicesOf(chooser, test);
  const routing = chooser.routingSeconds;
  const { seconds, ...others } = spent(test, (matrix) => chosenMarks(matrix, choices));
  return {
    name: chooser.name,
    kind: chooser.kind,
    marks: chosenMarks(test, choices),
    seconds: seconds?.map((model) => model + (routing ?? 0)),
    ...others,
    choices,
    routing,
    probabilities: probabilitiesOf(chooser, test),
  };
}

function votedColumn(test: Outcomes, voter: FittedVoter): Column {
  const { name, kind } = voter;
  const votes = voter.vote(test);
  const expected = `${test.prompts.length} values`;
  for (const [field, values] of Object.entries(votes) as [string, Float64Array | undefined][]) {
    if (values === undefined || values.length === test.prompts.length) continue;
    throw InvalidArgumentError.of(`${field} of "${name}"`, expected, values.length);
  }
  return { name, kind, ...votes };
}

function bounds(test: Outcomes, chooser: FittedChooser): Column[] {
  const bound = (what: string, marks: Marks): Column => ({
    name: `${what} of ${chooser.name}`,
    kind: "upper-bound",
    marks,
  });
  const scores = probabilitiesOf(chooser, test);
  const labels = chooser.clusters?.(test);
  return [
    ...(scores ? [bound("upper bound", upperBoundMarks(test, scores))] : []),
    ...(labels ? [bound("cluster bound", clusterBoundMarks(test, labels))] : []),
  ];
}

function choicesOf(chooser: FittedChooser, test: Outcomes): Int32Array {
  const { prompts, models } = test;
  const choices = chooser.choose(test);
  const wrong = choices.find((choice) => !(choice >= -1 && choice < models.length));
  if (choices.length !== prompts.length || wrong !== undefined) {
    const expected = `${prompts.length} model indices from 0 to ${models.length - 1}, or -1 for none,`;
    const received = wrong ?? `${choices.length} of them`;
    throw InvalidArgumentError.of(`choose() of "${chooser.name}"`, expected, received);
  }
  return choices;
}

function probabilitiesOf(chooser: FittedChooser, test: Outcomes) {
  const { prompts, models } = test;
  const scores = chooser.probabilities?.(test);
  const size = prompts.length * models.length;
  if (scores !== undefined && (scores.length !== size || scores.some(Number.isNaN))) {
    const expected = `${size} numbers (prompts x models)`;
    throw InvalidArgumentError.of(`probabilities() of "${chooser.name}"`, expected, scores);
  }
  return scores;
}

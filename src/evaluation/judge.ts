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

/** A fitted router seen from outside. */
export interface FittedChooser {
  readonly name: string;
  readonly kind: RowKind;
  /** @returns model index for each prompt. */
  choose(prompts: readonly string[]): Int32Array;
  /**
   * @returns P(right), [prompts x models], where the router has them: adds a row for the classifier upper bound and a
   * report by model.
   */
  probabilities?(prompts: readonly string[]): Float32Array;
  /** @returns cluster of each prompt, where the router has clusters: adds a row for the cluster upper bound. */
  clusters?(prompts: readonly string[]): Int32Array;
  /** Mean seconds that `choose` took for a prompt, where measured; read after `choose`. */
  readonly routingSeconds?: number;
}

/**
 * Every row of the table on one test set: single models in pool order, random, the choosers, their upper bounds, sets
 * of models jointly, all jointly, oracles.
 * @throws InvalidArgumentError where a chooser returns the wrong number of values, or no model's index.
 */
export function judge(
  test: Outcomes,
  choosers: readonly FittedChooser[],
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
    ...choosers.map((chooser) => chosenColumn(test, chooser)),
    ...choosers.flatMap((chooser) => bounds(test, chooser)),
    ...sets.map((set) => setColumn(test, set)),
    setColumn(test, { name: "all jointly", members: everyModel }),
    { name: "expected oracle", kind: "expected-oracle", marks: expectedOracleMarks(test) },
    { name: "oracle", kind: "oracle", marks: oracleMarks(test) },
  ];
}

/** The row of a set of models that are all asked and vote. */
export function setColumn(test: Outcomes, { name, members }: NamedSet): Column {
  const sum = (matrix: Matrix) =>
    members
      .map((model) => singleMarks(matrix, model))
      .reduce((left, right) => left.map((value, row) => value + right[row]!));
  const marks = jointMarks(test, members);
  return { name, kind: "joint", marks, ...spent(test, sum), members };
}

type Matrix = Pick<Outcomes, "models" | "marks">;

/** Seconds and prices of each row, where they were measured. */
function spent({ models, seconds, prices }: Outcomes, of: (matrix: Matrix) => Marks) {
  return {
    seconds: seconds && of({ models, marks: seconds }),
    prices: prices && of({ models, marks: prices }),
  };
}

function chosenColumn(test: Outcomes, chooser: FittedChooser): Column {
  const choices = choicesOf(chooser, test);
  const routing = chooser.routingSeconds;
  const { seconds, prices } = spent(test, (matrix) => chosenMarks(matrix, choices));
  return {
    name: chooser.name,
    kind: chooser.kind,
    marks: chosenMarks(test, choices),
    seconds: seconds?.map((model) => model + (routing ?? 0)),
    prices,
    choices,
    routing,
    probabilities: probabilitiesOf(chooser, test),
  };
}

function bounds(test: Outcomes, chooser: FittedChooser): Column[] {
  const bound = (what: string, marks: Marks): Column => ({
    name: `${what} of ${chooser.name}`,
    kind: "upper-bound",
    marks,
  });
  const scores = probabilitiesOf(chooser, test);
  const labels = chooser.clusters?.(test.prompts);
  return [
    ...(scores ? [bound("upper bound", upperBoundMarks(test, scores))] : []),
    ...(labels ? [bound("cluster bound", clusterBoundMarks(test, labels))] : []),
  ];
}

function choicesOf(chooser: FittedChooser, { prompts, models }: Outcomes): Int32Array {
  const choices = chooser.choose(prompts);
  const wrong = choices.find((choice) => !(choice >= 0 && choice < models.length));
  if (choices.length !== prompts.length || wrong !== undefined) {
    const expected = `${prompts.length} model indices from 0 to ${models.length - 1}`;
    const received = wrong ?? `${choices.length} of them`;
    throw InvalidArgumentError.of(`choose() of "${chooser.name}"`, expected, received);
  }
  return choices;
}

function probabilitiesOf(chooser: FittedChooser, { prompts, models }: Outcomes) {
  const scores = chooser.probabilities?.(prompts);
  const size = prompts.length * models.length;
  if (scores !== undefined && (scores.length !== size || scores.some(Number.isNaN))) {
    const expected = `${size} numbers (prompts x models)`;
    throw InvalidArgumentError.of(`probabilities() of "${chooser.name}"`, expected, scores);
  }
  return scores;
}

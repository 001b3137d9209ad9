import { InvalidArgumentError } from "../errors.js";
import type { Outcomes } from "../types.js";
import type { Column, RowKind } from "./table.js";
import {
  chosenMarks,
  jointMarks,
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
  /** @returns P(right), [prompts x models], where the router has them: adds a row for the classifier upper bound. */
  probabilities?(prompts: readonly string[]): Float32Array;
  /** Mean seconds that `choose` took for a prompt, where measured; read after `choose`. */
  readonly routingSeconds?: number;
}

/**
 * Every row of the table on one test set: single models in pool order, random, the choosers, their upper bounds, all
 * jointly, oracle.
 * @throws InvalidArgumentError where a chooser returns the wrong number of values, or no model's index.
 */
export function judge(test: Outcomes, choosers: readonly FittedChooser[]): Column[] {
  const times = test.seconds && { models: test.models, marks: test.seconds };
  const singles = test.models.map(
    (name, model): Column => ({
      name,
      kind: "single",
      marks: singleMarks(test, model),
      seconds: times && singleMarks(times, model),
    }),
  );
  const chosen = choosers.map((chooser): Column => {
    const choices = choicesOf(chooser, test);
    const routing = chooser.routingSeconds;
    const own = routing ?? 0;
    return {
      name: chooser.name,
      kind: chooser.kind,
      marks: chosenMarks(test, choices),
      seconds: times && chosenMarks(times, choices).map((model) => model + own),
      choices,
      routing,
    };
  });
  const bounds = choosers.flatMap((chooser): Column[] => {
    const scores = probabilitiesOf(chooser, test);
    if (scores === undefined) return [];
    const name = `upper bound of ${chooser.name}`;
    return [{ name, kind: "upper-bound", marks: upperBoundMarks(test, scores) }];
  });
  const all = singles.map(({ seconds }) => seconds);
  const random = times && randomMarks(times);
  return [
    ...singles,
    { name: "random", kind: "random", marks: randomMarks(test), seconds: random },
    ...chosen,
    ...bounds,
    { name: "all jointly", kind: "joint", marks: jointMarks(test), seconds: sum(all) },
    { name: "oracle", kind: "oracle", marks: oracleMarks(test) },
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

/** Models asked one after another. */
function sum(columns: readonly (Float64Array | undefined)[]): Float64Array | undefined {
  return columns.reduce(
    (left, right) => left && right && left.map((value, row) => value + right[row]!),
  );
}

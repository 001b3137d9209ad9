import { groupPrompts } from "../datasets/near-duplicates.js";
import { InvalidArgumentError, NoLabelsError, UnknownModelError } from "../errors.js";
import type { Outcomes } from "../types.js";
import { skillChoosers } from "./baselines.js";
import { judge, type Participant, setColumn } from "./judge.js";
import { bestSets, hindsightSet, type NamedSet } from "./sets.js";
import { buildTable, type Evaluation, type TableInput } from "./table.js";
import { bestSingleModel, singleMarks } from "./yardsticks.js";

export interface FittedEvaluation {
  readonly test: Outcomes;
  /** Name of the model that gains are counted from; it must not have been chosen on the test set. */
  readonly bestSingle: string;
  readonly choosers: readonly Participant[];
  /** Seed that the choosers were fitted with; goes into the result. */
  readonly seed: number;
}

export interface SplitEvaluation {
  /** Chooses the best single model, and the best one per subject or task. Same models as `test`, in the same order. */
  readonly train: Outcomes;
  readonly test: Outcomes;
  readonly choosers: readonly Participant[];
  /** Seed that the choosers were fitted with; goes into the result. */
  readonly seed: number;
}

/** Judges routers that came without their training data. @throws UnknownModelError, NoLabelsError without a test row. */
export function evaluateFitted(given: FittedEvaluation): Evaluation {
  return buildTable(fittedColumns(given));
}

/** What the table of `evaluateFitted` is built of, prompt by prompt. */
export function fittedColumns(given: FittedEvaluation): TableInput {
  return columnsWith(given, []);
}

/** Judges routers fitted on `train` by their choices on `test`. @throws InvalidArgumentError, NoLabelsError. */
export function evaluateSplit(given: SplitEvaluation): Evaluation {
  return buildTable(splitColumns(given));
}

/** What the table of `evaluateSplit` is built of, prompt by prompt. */
export function splitColumns({ train, test, choosers, seed }: SplitEvaluation): TableInput {
  if (train.models.join("\n") !== test.models.join("\n")) {
    const mend = "Bring them into the same order with selectModels().";
    const expected = `the models of train (${train.models.join(", ")})`;
    throw InvalidArgumentError.of("test.models", expected, test.models.join(", "), mend);
  }
  const bestSingle = train.models[bestSingleModel(train)]!;
  const all = [...skillChoosers(train, train), ...choosers];
  return columnsWith({ test, bestSingle, choosers: all, seed }, bestSets(train, seed));
}

function columnsWith(
  { test, bestSingle, choosers, seed }: FittedEvaluation,
  sets: readonly NamedSet[],
): TableInput {
  const reference = test.models.indexOf(bestSingle);
  if (reference < 0) throw new UnknownModelError(bestSingle, test.models);
  if (test.prompts.length === 0) throw new NoLabelsError("There is no prompt to evaluate on.");
  const hindsight = hindsightSet(test, seed);
  return {
    columns: [...judge(test, choosers, sets), ...(hindsight ? [setColumn(test, hindsight)] : [])],
    test,
    bestSingle,
    reference: singleMarks(test, reference),
    groups: groupPrompts(test.prompts),
    seed,
  };
}

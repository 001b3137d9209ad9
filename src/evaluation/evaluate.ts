import { groupPrompts } from "../datasets/near-duplicates.js";
import { selectRows } from "../datasets/outcomes.js";
import { groupedKFold } from "../datasets/splits.js";
import { InvalidArgumentError, NoLabelsError, UnknownModelError } from "../errors.js";
import type { OnProgress, Outcomes } from "../types.js";
import { type FittedChooser, judge } from "./judge.js";
import { buildTable, type Column, type Evaluation } from "./table.js";
import { bestPerSkill, bestSingleModel, countSkills, singleMarks } from "./yardsticks.js";

export type { FittedChooser } from "./judge.js";

/** Fits everything that is to be judged on these rows only. */
export type FitChoosers = (train: Outcomes) => Promise<FittedChooser[]>;

export interface FittedEvaluation {
  readonly test: Outcomes;
  /** Name of the model that gains are counted from; it must not have been chosen on the test set. */
  readonly bestSingle: string;
  readonly choosers: readonly FittedChooser[];
  /** Seed that the choosers were fitted with; goes into the result. */
  readonly seed: number;
}

export interface SplitEvaluation {
  /** Chooses the best single model, and the best one per subject or task. Same models as `test`, in the same order. */
  readonly train: Outcomes;
  readonly test: Outcomes;
  readonly choosers: readonly FittedChooser[];
  /** Seed that the choosers were fitted with; goes into the result. */
  readonly seed: number;
}

export interface CrossValidation {
  /** Without copies of a prompt (`uniquePrompts`). */
  readonly outcomes: Outcomes;
  readonly folds: number;
  /** Of the folds. */
  readonly seed: number;
  /** Called once a fold; must return choosers of the same names in the same order each time. */
  readonly fit: FitChoosers;
  readonly onProgress?: OnProgress;
}

/** Judges routers that came without their training data. @throws UnknownModelError, NoLabelsError without a test row. */
export function evaluateFitted({ test, bestSingle, choosers, seed }: FittedEvaluation): Evaluation {
  const reference = test.models.indexOf(bestSingle);
  if (reference < 0) throw new UnknownModelError(bestSingle, test.models);
  if (test.prompts.length === 0) throw new NoLabelsError("There is no prompt to evaluate on.");
  return buildTable({
    columns: judge(test, choosers),
    models: test.models,
    bestSingle,
    reference: singleMarks(test, reference),
    groups: groupPrompts(test.prompts),
    seed,
  });
}

/** Judges routers fitted on `train` by their choices on `test`. @throws InvalidArgumentError, NoLabelsError. */
export function evaluateSplit({ train, test, choosers, seed }: SplitEvaluation): Evaluation {
  if (train.models.join("\n") !== test.models.join("\n")) {
    const mend = "Bring them into the same order with selectModels().";
    const expected = `the models of train (${train.models.join(", ")})`;
    throw InvalidArgumentError.of("test.models", expected, test.models.join(", "), mend);
  }
  return evaluateFitted({
    test,
    bestSingle: train.models[bestSingleModel(train)]!,
    choosers: [...skillChoosers(train, test, train), ...choosers],
    seed,
  });
}

/**
 * K-fold cross-validation with near-duplicate prompts in one fold. Every fold fits anew and chooses its best single
 * model on its training rows; the table is over the test rows of all folds together.
 * @throws InvalidArgumentError where there are more folds than groups; whatever `fit` throws.
 */
export async function crossValidate(options: CrossValidation): Promise<Evaluation> {
  const { outcomes, folds, seed, onProgress } = options;
  const groups = groupPrompts(outcomes.prompts);
  const foldOf = groupedKFold(groups, folds, seed);
  const reference = new Float64Array(foldOf.length);
  const timesChosen = new Uint32Array(outcomes.models.length);
  const columns: Column[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const testRows = rowsWhere(foldOf, (of) => of === fold);
    const train = selectRows(
      outcomes,
      rowsWhere(foldOf, (of) => of !== fold),
    );
    const test = selectRows(outcomes, testRows);
    const choosers = await options.fit(train);
    const best = bestSingleModel(train);
    timesChosen[best]! += 1;
    scatter(reference, singleMarks(test, best), testRows);
    const judged = judge(test, [...skillChoosers(train, test, outcomes), ...choosers]);
    collect(columns, judged, testRows, foldOf.length);
    onProgress?.(fold + 1, folds);
  }
  const bestSingle = outcomes.models[timesChosen.indexOf(Math.max(...timesChosen))]!;
  return buildTable({
    columns,
    models: outcomes.models,
    bestSingle,
    reference,
    groups,
    seed,
    folds,
  });
}

/** "Best per subject" (or task), where `whole` has two or more of them. */
function skillChoosers(train: Outcomes, test: Outcomes, whole: Outcomes): FittedChooser[] {
  if (countSkills(whole) < 2) return [];
  const skill = whole.subjects.some((subject) => subject !== undefined) ? "subject" : "task";
  const choices = bestPerSkill(train, test);
  return [{ name: `best per ${skill}`, kind: "policy", choose: () => choices }];
}

function rowsWhere(foldOf: Int32Array, test: (fold: number) => boolean): number[] {
  return Array.from(foldOf.keys()).filter((row) => test(foldOf[row]!));
}

/** Puts the columns of one fold's test rows into those over all rows. */
function collect(whole: Column[], judged: readonly Column[], rows: readonly number[], n: number) {
  if (whole.length === 0) {
    for (const { name, kind, seconds, choices, routing } of judged) {
      whole.push({
        name,
        kind,
        marks: new Float64Array(n),
        seconds: seconds && new Float64Array(n),
        choices: choices && new Int32Array(n),
        // The first fold's: the later ones route no differently.
        routing,
      });
    }
  }
  const names = (columns: readonly Column[]) => columns.map(({ name }) => name).join(", ");
  if (names(whole) !== names(judged)) {
    throw InvalidArgumentError.of(
      "fit()",
      `the rows of the first fold (${names(whole)})`,
      names(judged),
    );
  }
  whole.forEach(({ marks, seconds, choices }, at) => {
    const part = judged[at]!;
    scatter(marks, part.marks, rows);
    if (seconds && part.seconds) scatter(seconds, part.seconds, rows);
    if (choices && part.choices) scatter(choices, part.choices, rows);
  });
}

function scatter<T extends Float64Array | Int32Array>(whole: T, part: T, rows: readonly number[]) {
  rows.forEach((row, at) => {
    whole[row] = part[at]!;
  });
}

import { groupPrompts } from "../datasets/near-duplicates.js";
import { selectRows } from "../datasets/outcomes.js";
import { groupedKFold } from "../datasets/splits.js";
import { InvalidArgumentError } from "../errors.js";
import { random, shuffle } from "../random.js";
import type { OnProgress, Outcomes } from "../types.js";
import { skillChoosers } from "./baselines.js";
import { emptyColumns, fillColumns } from "./columns.js";
import { judge, type Participant, setColumn } from "./judge.js";
import { averageRuns } from "./seeds.js";
import { bestSets, hindsightSet } from "./sets.js";
import { buildTable, type Column, type Evaluation, type TableInput } from "./table.js";
import { bestSingleModel, groupSkills, singleMarks } from "./yardsticks.js";

/** Fits everything that is to be judged on these rows only. `seed` is that of the folds. */
export type FitChoosers = (train: Outcomes, seed: number) => Promise<readonly Participant[]>;

export interface CrossValidation {
  /** Without copies of a prompt (`uniquePrompts`). */
  readonly outcomes: Outcomes;
  readonly folds: number;
  /** Of the folds, and of sets of models drawn by chance. */
  readonly seed: number;
  /** Called once a fold; must return participants of the same names in the same order each time. */
  readonly fit: FitChoosers;
  /** What is kept on one side of a split. Default: near-duplicates; "subject": judges on subjects not seen in training. */
  readonly groupBy?: "subject" | undefined;
  /** Train, the best single model and sets included, on so many prompts of each fold's, drawn by seed. Default: all. */
  readonly trainSize?: number | undefined;
  readonly onProgress?: OnProgress;
}

/**
 * K-fold cross-validation with near-duplicate prompts in one fold. Every fold fits anew and chooses its best single
 * model and its best sets on its training rows; the table is over the test rows of all folds together.
 * @throws InvalidArgumentError where there are more folds than groups; whatever `fit` throws.
 */
export async function crossValidate(options: CrossValidation): Promise<Evaluation> {
  return buildTable(await crossValidateColumns(options));
}

/** What the table of `crossValidate` is built of, prompt by prompt. */
export function crossValidateColumns(options: CrossValidation): Promise<TableInput> {
  return runFolds(options, groupsOf(options), options.seed);
}

export interface RepeatedCrossValidation extends Omit<CrossValidation, "seed"> {
  /** One cross-validation each. */
  readonly seeds: readonly number[];
}

/**
 * Cross-validation over several ways to split the same prompts. Each prompt's marks are averaged over the seeds before
 * anything else, so that the intervals still count prompts (groups of them): more seeds take the luck of the split out
 * of a figure, but tell nothing new about prompts, and do not narrow its interval beyond that.
 * @throws InvalidArgumentError without a seed, or with one twice; as `crossValidate`.
 */
export async function crossValidateSeeds(options: RepeatedCrossValidation): Promise<Evaluation> {
  return buildTable(await crossValidateSeedsColumns(options));
}

/** What the table of `crossValidateSeeds` is built of, prompt by prompt. */
export async function crossValidateSeedsColumns(
  options: RepeatedCrossValidation,
): Promise<TableInput> {
  const { seeds, folds, onProgress } = options;
  if (seeds.length === 0 || new Set(seeds).size < seeds.length) {
    throw InvalidArgumentError.of("seeds", "at least one, each once", seeds.join(", ") || "none");
  }
  const groups = groupsOf(options);
  const runs: TableInput[] = [];
  for (const seed of seeds) {
    const before = runs.length * folds;
    const progress = (done: number) => onProgress?.(before + done, seeds.length * folds);
    runs.push(await runFolds({ ...options, onProgress: progress }, groups, seed));
  }
  return averageRuns(runs, seeds);
}

async function runFolds(
  options: Omit<CrossValidation, "seed">,
  groups: Int32Array,
  seed: number,
): Promise<TableInput> {
  const { outcomes, folds, groupBy, trainSize, onProgress } = options;
  const { models } = outcomes;
  const foldOf = groupedKFold(groups, folds, seed);
  const reference = new Float64Array(foldOf.length);
  const timesChosen = new Uint32Array(models.length);
  let columns: Column[] | undefined;
  for (let fold = 0; fold < folds; fold++) {
    const testRows = rowsWhere(foldOf, (of) => of === fold);
    const others = rowsWhere(foldOf, (of) => of !== fold);
    const train = selectRows(outcomes, sampleOf(others, trainSize, seed));
    const test = selectRows(outcomes, testRows);
    const choosers = [...skillChoosers(train, outcomes), ...(await options.fit(train, seed))];
    const best = bestSingleModel(train);
    timesChosen[best]! += 1;
    const marks = singleMarks(test, best);
    testRows.forEach((row, at) => {
      reference[row] = marks[at]!;
    });
    const judged = judge(test, choosers, bestSets(train, seed));
    columns ??= emptyColumns(judged, foldOf.length, models.length);
    fillColumns(columns, judged, testRows, models.length);
    onProgress?.(fold + 1, folds);
  }
  const hindsight = hindsightSet(outcomes, seed);
  return {
    columns: [...columns!, ...(hindsight ? [setColumn(outcomes, hindsight)] : [])],
    test: outcomes,
    bestSingle: models[timesChosen.indexOf(Math.max(...timesChosen))]!,
    reference,
    groups,
    ...(groupBy && { groupedBy: groupBy }),
    seed,
    folds,
    ...(trainSize !== undefined && { trainSize }),
  };
}

function groupsOf({ outcomes, groupBy }: Pick<CrossValidation, "outcomes" | "groupBy">) {
  return groupBy === "subject" ? groupSkills(outcomes) : groupPrompts(outcomes.prompts);
}

function sampleOf(rows: readonly number[], size: number | undefined, seed: number) {
  if (size === undefined) return rows;
  if (!(Number.isInteger(size) && size >= 1 && size <= rows.length)) {
    const expected = `a whole number from 1 to ${rows.length}, the training prompts of a fold,`;
    throw InvalidArgumentError.of("trainSize", expected, size);
  }
  return shuffle([...rows], random(seed)).slice(0, size);
}

function rowsWhere(foldOf: Int32Array, test: (fold: number) => boolean): number[] {
  return Array.from(foldOf.keys()).filter((row) => test(foldOf[row]!));
}

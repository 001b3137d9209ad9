import { selectSplits } from "../datasets/outcomes.js";
import { ContaminatedLabelsError, InvalidArgumentError } from "../errors.js";
import type { Outcomes } from "../types.js";

/** How one model does on the training questions beside clean ones of the same kind. */
export interface ContaminationVerdict {
  readonly model: string;
  /** Split of the training questions, where all of them have the same. */
  readonly split?: string;
  /** Mean success rates, over the tasks that both have and in the mix of the clean ones. */
  readonly train: number;
  readonly clean: number;
  /** (train - clean) / its standard error, the common shift of the other models taken off by `relativeVerdicts`. */
  readonly z: number;
  /** Above it the model has probably been tuned on the training questions. */
  readonly threshold: number;
  /** z > threshold. */
  readonly contaminated: boolean;
}

/** Standard errors by which success on training questions may exceed success on clean ones. */
const threshold = 3;

/**
 * Contamination alarm: a model tuned on the training questions is much better there than on clean questions, and a
 * router that believes those labels sends it everything (the paper's MetaMath: 92.3 % on GSM8K train, 67.2 % on test).
 * @param train outcomes on the questions that labels are taken from.
 * @param clean outcomes of the same models on questions of the same kind that no model was tuned on.
 */
export function contaminationVerdicts(train: Outcomes, clean: Outcomes): ContaminationVerdict[] {
  return verdicts(train, clean, (outcomes, model) => columnOf(outcomes, model));
}

/**
 * The alarm where no split is known to be clean, or the splits differ in difficulty: what a model's shift from one
 * split to the other exceeds that of the other models by. On each prompt the mean rate of the others predicts the
 * model's, so that what makes a split hard for all cancels out (difference in differences). Needs splits of one kind
 * of question and a pool of which most models are clean: contaminated others hide a contaminated model, they never
 * accuse a clean one. A model tuned on both splits alike is not found by any comparison of them.
 * @param suspect outcomes on the questions that labels are taken from.
 * @param other outcomes of the same models on other questions of the same kind.
 */
export function relativeVerdicts(suspect: Outcomes, other: Outcomes): ContaminationVerdict[] {
  return verdicts(suspect, other, lead);
}

/**
 * Verdicts on every split but the clean one, each compared with the clean one.
 * @throws InvalidArgumentError where no row is of the clean split.
 */
export function verdictsBySplit(
  outcomes: Outcomes,
  cleanSplit: string,
  compare = contaminationVerdicts,
): ContaminationVerdict[] {
  const splits = new Set(outcomes.splits.filter((split) => split !== undefined));
  if (!splits.delete(cleanSplit)) {
    const known = [...splits].join(", ") || "(no row has a split)";
    throw InvalidArgumentError.of("cleanSplit", `one of ${known}`, cleanSplit);
  }
  const clean = selectSplits(outcomes, [cleanSplit]);
  return [...splits].flatMap((split) => compare(selectSplits(outcomes, [split]), clean));
}

/** @throws ContaminatedLabelsError where a model is flagged, unless such labels are allowed. */
export function refuseContaminated(
  found: readonly ContaminationVerdict[],
  options: { readonly allow?: boolean } = {},
): void {
  const flagged = found.filter(({ contaminated }) => contaminated);
  if (flagged.length > 0 && !options.allow) throw new ContaminatedLabelsError(flagged);
}

/** The same outcomes with everything that contaminated models did on one split unknown. */
export function withoutContaminated(
  outcomes: Outcomes,
  found: readonly ContaminationVerdict[],
  split: string,
): Outcomes {
  const { models, splits, answers, answerMarks } = outcomes;
  const flagged = models.map((model) => found.some((v) => v.model === model && v.contaminated));
  const isHidden = (row: number, model: number) => flagged[model] === true && splits[row] === split;
  const hide = (matrix: Float32Array) =>
    matrix.map((value, cell) =>
      isHidden(Math.floor(cell / models.length), cell % models.length) ? Number.NaN : value,
    );
  const drop = <T>(lists: readonly (readonly (T | undefined)[])[]) =>
    lists.map((list, row) => list.map((one, model) => (isHidden(row, model) ? undefined : one)));
  return {
    ...outcomes,
    scores: hide(outcomes.scores),
    marks: hide(outcomes.marks),
    ...(answers && { answers: drop(answers) }),
    ...(answerMarks && { answerMarks: drop(answerMarks) }),
  };
}

function verdicts(
  train: Outcomes,
  clean: Outcomes,
  figure: (outcomes: Outcomes, model: number) => Float64Array,
): ContaminationVerdict[] {
  const splits = new Set(train.splits);
  const [split] = splits;
  return train.models.map((model, column) => {
    const other = clean.models.indexOf(model);
    const shift = compareByTask(
      { values: figure(train, column), tasks: train.tasks },
      { values: figure(clean, other), tasks: clean.tasks },
    );
    const rates = compareByTask(
      { values: columnOf(train, column), tasks: train.tasks },
      { values: columnOf(clean, other), tasks: clean.tasks },
    );
    const z = shift.error > 0 ? (shift.train - shift.clean) / shift.error : 0;
    return {
      model,
      ...(splits.size === 1 && split !== undefined && { split }),
      train: rates.train,
      clean: rates.clean,
      z,
      threshold,
      contaminated: z > threshold,
    };
  });
}

interface TaskValues {
  /** One a row, NaN = unknown. */
  readonly values: Float64Array;
  readonly tasks: readonly (string | undefined)[];
}

/**
 * Means of both sides over the tasks that both have, each task weighing what it weighs in `clean`, so that another mix of
 * tasks is no shift; and the standard error of their difference. NaN and an error of 0 where they share no task.
 */
function compareByTask(train: TaskValues, clean: TaskValues) {
  const [a, b] = [momentsByTask(train), momentsByTask(clean)];
  const shared = [...b.keys()].filter((task) => a.has(task));
  const total = shared.reduce((sum, task) => sum + b.get(task)!.count, 0);
  const sum = (of: (weight: number, task: string | undefined) => number) =>
    shared.reduce((all, task) => all + of(b.get(task)!.count / total, task), 0);
  if (total === 0) return { train: Number.NaN, clean: Number.NaN, error: 0 };
  const variance = sum((weight, task) => {
    const [left, right] = [a.get(task)!, b.get(task)!];
    return weight ** 2 * (left.variance / left.count + right.variance / right.count);
  });
  return {
    train: sum((weight, task) => weight * a.get(task)!.mean),
    clean: sum((weight, task) => weight * b.get(task)!.mean),
    error: Math.sqrt(variance),
  };
}

function momentsByTask({ values, tasks }: TaskValues) {
  const known = new Map<string | undefined, number[]>();
  values.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    const list = known.get(tasks[row]) ?? [];
    if (list.push(value) === 1) known.set(tasks[row], list);
  });
  return new Map([...known].map(([task, list]) => [task, moments(list)]));
}

/** Success rate of each row; none for a column of -1. */
function columnOf({ scores, models }: Outcomes, column: number): Float64Array {
  const rows = column < 0 ? 0 : scores.length / models.length;
  return Float64Array.from({ length: rows }, (_, row) => scores[row * models.length + column]!);
}

/** Success rate of each row less the mean rate of the other models known there. */
function lead(outcomes: Outcomes, column: number): Float64Array {
  const { scores, models } = outcomes;
  return columnOf(outcomes, column).map((own, row) => {
    const others = scores
      .subarray(row * models.length, (row + 1) * models.length)
      .filter((score, model) => model !== column && !Number.isNaN(score));
    return own - others.reduce((sum, score) => sum + score, 0) / others.length;
  });
}

function moments(values: readonly number[]) {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, variance: squares / Math.max(1, count - 1) };
}

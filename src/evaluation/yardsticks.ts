import { InvalidArgumentError } from "../errors.js";
import type { Outcomes } from "../types.js";

/**
 * What a router is measured against. Each yardstick gives one mark in 0..1 for each row, NaN where it is unknown, so
 * that all are averaged and compared in one way. `outcomes` is the test set; what is learnt is learnt elsewhere.
 * Definitions of the bounds: Srivatsa, Maurya and Kochmar, "Harnessing the power of multiple minds: lessons learned
 * from LLM routing" (2024), section 3.
 */
export type Marks = Float64Array;

type Matrix = Pick<Outcomes, "models" | "marks">;

/** Always the same model. */
export function singleMarks(outcomes: Matrix, model: number): Marks {
  return fromRows(outcomes, (marks) => marks[model]!);
}

/** A uniformly random one of the models known in the row: its exact expectation, not a draw. */
export function randomMarks(outcomes: Matrix): Marks {
  return fromRows(outcomes, (marks) => {
    const known = marks.filter((mark) => !Number.isNaN(mark));
    return known.reduce((sum, mark) => sum + mark, 0) / known.length;
  });
}

/** The best model of each row, known only in hindsight. */
export function oracleMarks(outcomes: Matrix): Marks {
  return fromRows(outcomes, best);
}

/**
 * Expected oracle: the highest success rate of each row, which is what one answer of the model that is best there is
 * worth. Over rates of k answers it is biased upwards, for the largest of several noisy rates is chosen;
 * `labelNoise` gives figures from both sides.
 */
export function expectedOracleMarks({ models, scores }: Outcomes): Marks {
  return oracleMarks({ models, marks: scores });
}

/** The chosen model of each row; 0 where none is. @param choices model index of each row, -1 = none. */
export function chosenMarks(outcomes: Matrix, choices: Int32Array): Marks {
  return fromRows(outcomes, (marks, row) => (choices[row] === -1 ? 0 : marks[choices[row]!]!));
}

/**
 * Classifier upper bound: the best of the models that the classifier calls right (probability at least 0.5). Where it
 * calls none right the row counts by the model of the highest probability, as a router would have to choose it.
 * @param probabilities [rows x models].
 */
export function upperBoundMarks(outcomes: Matrix, probabilities: Float32Array): Marks {
  const width = outcomes.models.length;
  return fromRows(outcomes, (marks, row) => {
    const scores = probabilities.subarray(row * width, (row + 1) * width);
    const positive = marks.filter((_, model) => scores[model]! >= 0.5);
    return positive.length > 0 ? best(positive) : marks[scores.indexOf(Math.max(...scores))]!;
  });
}

/**
 * Cluster upper bound: in each cluster the model that is best there by these very marks.
 * @param labels cluster of each row.
 */
export function clusterBoundMarks(outcomes: Matrix, labels: Int32Array): Marks {
  const rowsOf = new Map<number, number[]>();
  labels.forEach((label, row) => {
    const rows = rowsOf.get(label);
    if (rows) rows.push(row);
    else rowsOf.set(label, [row]);
  });
  const choices = new Int32Array(labels.length);
  for (const rows of rowsOf.values()) {
    const model = bestSingleModel(outcomes, rows);
    for (const row of rows) choices[row] = model;
  }
  return chosenMarks(outcomes, choices);
}

/** Model of the highest mean mark over the known rows; ties to the first. Give training rows. */
export function bestSingleModel(train: Matrix, rows?: Iterable<number>): number {
  const width = train.models.length;
  const sums = new Float64Array(width);
  const counts = new Float64Array(width);
  for (const row of rows ?? Array(train.marks.length / width).keys()) {
    for (let model = 0; model < width; model++) {
      const mark = train.marks[row * width + model]!;
      if (Number.isNaN(mark)) continue;
      sums[model]! += mark;
      counts[model]! += 1;
    }
  }
  const means = sums.map((sum, model) => (counts[model]! > 0 ? sum / counts[model]! : -1));
  return means.indexOf(Math.max(...means));
}

/** Subject of a row, else its task: the skill that a person would route by. */
function skillOf({ subjects, tasks }: Outcomes, row: number): string | undefined {
  return subjects[row] ?? tasks[row];
}

/** Number of different subjects, or tasks where there are no subjects. */
export function countSkills(outcomes: Outcomes): number {
  return new Set(outcomes.prompts.map((_, row) => skillOf(outcomes, row))).size;
}

/**
 * Group of each row: its subject, else its task; numbered by first appearance.
 * @throws InvalidArgumentError where a row has neither.
 */
export function groupSkills(outcomes: Outcomes): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(outcomes.prompts, (_, row) => {
    const skill = skillOf(outcomes, row);
    if (skill === undefined) {
      const expected = "a subject or task of every prompt";
      throw InvalidArgumentError.of("outcomes", expected, `none of "${outcomes.ids[row]}"`);
    }
    const number = numbers.get(skill) ?? numbers.size;
    numbers.set(skill, number);
    return number;
  });
}

/**
 * Best model per skill, chosen on training rows.
 * @returns its choice for each test row; a skill not met in training gets the best single model.
 */
export function bestPerSkill(train: Outcomes, test: Outcomes): Int32Array {
  const rowsOf = new Map<string | undefined, number[]>();
  for (const row of train.prompts.keys()) {
    const skill = skillOf(train, row);
    const rows = rowsOf.get(skill);
    if (rows) rows.push(row);
    else rowsOf.set(skill, [row]);
  }
  const fallback = bestSingleModel(train);
  const choice = new Map<string | undefined, number>();
  for (const [skill, rows] of rowsOf) choice.set(skill, bestSingleModel(train, rows));
  return Int32Array.from(test.prompts, (_, row) => choice.get(skillOf(test, row)) ?? fallback);
}

function best(marks: Float32Array): number {
  const known = marks.filter((mark) => !Number.isNaN(mark));
  return known.length > 0 ? Math.max(...known) : Number.NaN;
}

function fromRows(
  { models, marks }: Matrix,
  mark: (marks: Float32Array, row: number) => number,
): Marks {
  const width = models.length;
  return Float64Array.from({ length: marks.length / width }, (_, row) =>
    mark(marks.subarray(row * width, (row + 1) * width), row),
  );
}

import type { Outcomes } from "../types.js";
import { type ClassReport, classReport } from "./class-report.js";
import { detectableGain, mcNemar, meanMark, pairedDifference } from "./statistics.js";
import type { Marks } from "./yardsticks.js";

/** What a row of the table is: a yardstick, a bound, or one way of choosing. */
export type RowKind =
  | "single"
  | "random"
  | "oracle"
  | "expected-oracle"
  | "upper-bound"
  | "policy"
  | "cluster"
  | "knn"
  | "router"
  | "plan"
  | "joint";

/** One row of the table. Shares of right answers and differences are fractions, intervals 95 %. */
export interface EvaluationRow {
  readonly name: string;
  readonly kind: RowKind;
  /** Mean mark, 0..1. */
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  /** Paired difference to the best single model, -1..1, over the rows where both are known; NaN (null in JSON) without any. */
  readonly gain: number;
  readonly gainLow: number;
  readonly gainHigh: number;
  /** Mean seconds a prompt: the chosen model and the router's own. Absent where it was not measured. */
  readonly latency?: number;
  /** Mean seconds of the decision alone; part of `latency`. Absent where it was not measured. */
  readonly routing?: number;
  /** Mean price a prompt of the chosen model, in the currency of the source; of all members where several are asked. */
  readonly price?: number;
  /**
   * Two-sided mid-p of McNemar's test against the best single model. Counts prompts as independent, unlike the
   * intervals. Absent where a mark is neither 0 nor 1.
   */
  readonly mcnemar?: number;
  /** Mean number of answers to a prompt that its mark rests on. Absent where answers were not kept. */
  readonly answers?: number;
  /** Models that are all asked and vote. Absent in cross-validation where folds chose different ones. */
  readonly members?: readonly string[];
  /** Model -> share of the prompts it gets, for rows that choose. Models that get none are left out; what is missing to 1 got none. */
  readonly shares?: Readonly<Record<string, number>>;
  /** Prompts left out of this row because the mark is not known. Absent where none was. */
  readonly unknown?: number;
}

/** The table, as `--json` prints it. */
export interface Evaluation {
  /** Test prompts. */
  readonly n: number;
  readonly models: readonly string[];
  /** Chosen on training data; in cross-validation by each fold for itself, and this is the most frequent choice. */
  readonly bestSingle: string;
  readonly rows: readonly EvaluationRow[];
  /** Seed of the folds and of the fits; the first of `seeds`. The intervals have no randomness. */
  readonly seed: number;
  /** Seeds that the marks are averaged over, where there are several. */
  readonly seeds?: readonly number[];
  readonly folds?: number;
  /** Training prompts of each fold, where only a sample was used. */
  readonly trainSize?: number;
  /** Groups of prompts: the units that splits and errors count as independent. */
  readonly groups: number;
  /** What makes a group. Absent: near-duplicates. */
  readonly groupedBy?: "subject";
  /** Gain of the first row of kind "router" / gain of the oracle. Absent without a router, or where the oracle has no gain. */
  readonly oracleGapShare?: number;
  /**
   * Smallest gain that a two-sided 5 % test finds with 80 % power here, 0..1: of the first row of kind "router", or
   * where that never leaves the best single model, of the next best single one. Absent where no row differs, or no gain would do.
   */
  readonly mde?: number;
  /** Hard labels P >= 0.5 against the marks, of each router that has probabilities. Absent without one. */
  readonly classReports?: readonly NamedClassReport[];
}

/** A router's name, and how well its hard labels fit. */
export interface NamedClassReport extends ClassReport {
  readonly name: string;
}

/** What one row achieved on each test prompt; NaN = unknown. */
export interface Column {
  readonly name: string;
  readonly kind: RowKind;
  readonly marks: Marks;
  /** Seconds of each prompt. */
  readonly seconds?: Float64Array | undefined;
  /** Price of each prompt. */
  readonly prices?: Float64Array | undefined;
  /** Answers asked for each prompt. */
  readonly answers?: Float64Array | undefined;
  /** Model index of each prompt, -1 = none; several times as many where several seeds chose. */
  readonly choices?: Int32Array | undefined;
  /** Mean seconds of one decision. */
  readonly routing?: number | undefined;
  /** P(right), [prompts x models]. */
  readonly probabilities?: Float32Array | undefined;
  /** Indices of the models asked jointly. */
  readonly members?: readonly number[] | undefined;
}

export interface TableInput {
  readonly columns: readonly Column[];
  readonly test: Pick<Outcomes, "models" | "marks">;
  readonly bestSingle: string;
  /** Marks of the best single model (of each row's fold), which gains are counted from. */
  readonly reference: Marks;
  /** Group of each prompt. */
  readonly groups: Int32Array;
  readonly groupedBy?: "subject";
  readonly seed: number;
  readonly seeds?: readonly number[];
  readonly folds?: number;
  readonly trainSize?: number;
}

/**
 * Averages the columns. A column without any known mark gives no row, nor an expected oracle that is the oracle, as it
 * is with one answer of each model.
 */
export function buildTable(input: TableInput): Evaluation {
  const { test, bestSingle, reference, groups, groupedBy, seed, seeds, folds, trainSize } = input;
  const oracle = input.columns.find(({ kind }) => kind === "oracle");
  const columns = input.columns.filter(
    ({ kind, marks }) =>
      marks.some((mark) => !Number.isNaN(mark)) &&
      !(kind === "expected-oracle" && oracle && same(marks, oracle.marks)),
  );
  const rows = columns.map((column) => buildRow(column, input));
  const share = oracleGapShare(rows);
  const mde = detectable(columns, rows, input);
  const reports = columns.flatMap(({ name, probabilities }) =>
    probabilities ? [{ name, ...classReport(test, probabilities) }] : [],
  );
  return {
    n: reference.length,
    models: test.models,
    bestSingle,
    rows,
    seed,
    ...(seeds && seeds.length > 1 && { seeds }),
    ...(folds !== undefined && { folds }),
    ...(trainSize !== undefined && { trainSize }),
    groups: new Set(groups).size,
    ...(groupedBy && { groupedBy }),
    ...(share !== undefined && { oracleGapShare: share }),
    ...(mde !== undefined && { mde }),
    ...(reports.length > 0 && { classReports: reports }),
  };
}

function buildRow(column: Column, { test, reference, groups }: TableInput): EvaluationRow {
  const { name, kind, marks, seconds, prices, answers, choices, routing, members } = column;
  const accuracy = meanMark(marks, groups);
  const gain = pairedDifference(marks, reference, groups);
  const unknown = marks.filter(Number.isNaN).length;
  const latency = seconds && meanOfKnown(seconds);
  const price = prices && meanOfKnown(prices);
  const asked = answers && meanOfKnown(answers);
  return {
    name,
    kind,
    accuracy: accuracy.mean,
    low: accuracy.low,
    high: accuracy.high,
    gain: gain.mean,
    gainLow: gain.low,
    gainHigh: gain.high,
    ...(isBinary(marks) && isBinary(reference) && { mcnemar: mcNemar(marks, reference).midP }),
    ...(latency !== undefined && { latency }),
    ...(routing !== undefined && { routing }),
    ...(price !== undefined && { price }),
    ...(asked !== undefined && { answers: asked }),
    ...(members && { members: members.map((member) => test.models[member]!) }),
    ...(choices && { shares: sharesOf(choices, test.models) }),
    ...(unknown > 0 && { unknown }),
  };
}

function isBinary(marks: Marks): boolean {
  return !marks.some((mark) => mark > 0 && mark < 1);
}

function same(a: Marks, b: Marks): boolean {
  return a.every((mark, row) => Object.is(mark, b[row]));
}

function detectable(
  columns: readonly Column[],
  rows: readonly EvaluationRow[],
  { reference, groups }: TableInput,
): number | undefined {
  const router = columns.find(({ kind }) => kind === "router");
  const singles = columns
    .map((column, at) => ({ column, accuracy: rows[at]!.accuracy }))
    .filter(({ column }) => column.kind === "single")
    .sort((a, b) => b.accuracy - a.accuracy);
  return [...(router ? [router] : []), ...singles.map(({ column }) => column)]
    .map(({ marks }) => detectableGain(marks, reference, groups))
    .find((gain) => gain > 0 && gain <= 1);
}

function sharesOf(choices: Int32Array, models: readonly string[]): Record<string, number> {
  const counts = new Uint32Array(models.length);
  for (const choice of choices) if (choice >= 0) counts[choice]! += 1;
  // fromEntries, unlike assignment, also keeps a model named "__proto__" harmless.
  return Object.fromEntries(
    models
      .map((model, at) => [model, counts[at]! / choices.length] as const)
      .filter(([, share]) => share > 0),
  );
}

function meanOfKnown(values: Float64Array): number | undefined {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : undefined;
}

function oracleGapShare(rows: readonly EvaluationRow[]): number | undefined {
  const router = rows.find((row) => row.kind === "router");
  const oracle = rows.find((row) => row.kind === "oracle");
  return router && oracle && oracle.gain > 0 ? router.gain / oracle.gain : undefined;
}

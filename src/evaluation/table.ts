import { meanMark, pairedDifference } from "./statistics.js";
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
  /** Model -> share of the prompts it gets, for rows that choose. Models that get none are left out. */
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
  /** Seed of the folds and of the fits. The intervals have no randomness. */
  readonly seed: number;
  readonly folds?: number;
  /** Groups of near-duplicate prompts: the units that splits and errors count as independent. */
  readonly groups: number;
  /** Gain of the first row of kind "router" / gain of the oracle. Absent without a router, or where the oracle has no gain. */
  readonly oracleGapShare?: number;
}

/** What one row achieved on each test prompt; NaN = unknown. */
export interface Column {
  readonly name: string;
  readonly kind: RowKind;
  readonly marks: Marks;
  /** Seconds of each prompt. */
  readonly seconds?: Float64Array | undefined;
  /** Model index of each prompt. */
  readonly choices?: Int32Array | undefined;
  /** Mean seconds of one decision. */
  readonly routing?: number | undefined;
}

export interface TableInput {
  readonly columns: readonly Column[];
  readonly models: readonly string[];
  readonly bestSingle: string;
  /** Marks of the best single model (of each row's fold), which gains are counted from. */
  readonly reference: Marks;
  /** Group of each prompt. */
  readonly groups: Int32Array;
  readonly seed: number;
  readonly folds?: number;
}

/** Averages the columns. A column without any known mark gives no row. */
export function buildTable(input: TableInput): Evaluation {
  const { columns, models, bestSingle, reference, groups, seed, folds } = input;
  const rows = columns
    .filter(({ marks }) => marks.some((mark) => !Number.isNaN(mark)))
    .map((column) => buildRow(column, input));
  const share = oracleGapShare(rows);
  return {
    n: reference.length,
    models,
    bestSingle,
    rows,
    seed,
    ...(folds !== undefined && { folds }),
    groups: new Set(groups).size,
    ...(share !== undefined && { oracleGapShare: share }),
  };
}

function buildRow(column: Column, { models, reference, groups }: TableInput): EvaluationRow {
  const { name, kind, marks, seconds, choices, routing } = column;
  const accuracy = meanMark(marks, groups);
  const gain = pairedDifference(marks, reference, groups);
  const unknown = marks.filter(Number.isNaN).length;
  const latency = seconds && meanOfKnown(seconds);
  return {
    name,
    kind,
    accuracy: accuracy.mean,
    low: accuracy.low,
    high: accuracy.high,
    gain: gain.mean,
    gainLow: gain.low,
    gainHigh: gain.high,
    ...(latency !== undefined && { latency }),
    ...(routing !== undefined && { routing }),
    ...(choices && { shares: sharesOf(choices, models) }),
    ...(unknown > 0 && { unknown }),
  };
}

function sharesOf(choices: Int32Array, models: readonly string[]): Record<string, number> {
  const counts = new Uint32Array(models.length);
  for (const choice of choices) counts[choice]! += 1;
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

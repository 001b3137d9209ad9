import { InvalidArgumentError } from "../errors.js";

export interface FitGateOptions {
  /** [rows]: rows of one group are not independent. Default: each row by itself. */
  readonly groups?: Int32Array;
  /** How many standard errors the gain must be worth. Default 1. */
  readonly z?: number;
}

export interface FittedGate {
  /** [models]: leave the best model for model m only where P_m - P_best is above; Infinity = never. */
  readonly thresholds: readonly number[];
  /** Mean gain over the best model on the rows it was fitted on, in marks a prompt. */
  readonly gain: number;
  /** Standard error of that gain, clustered by group. */
  readonly error: number;
  /** Share of the rows that leave the best model. */
  readonly share: number;
}

/** Thresholds that are tried: 0 and so many quantiles of the differences. */
const tried = 40;

/**
 * The do-no-harm gate: the threshold tau that maximises mean - z * error of the gain of leaving the best single model
 * for the model of the highest P where P - P_best > tau. Staying always is worth 0, so that a router which cannot be
 * shown to gain is never followed. One tau serves all models: thresholds of each model's own, drawn to it, routed no
 * better on real outcomes.
 * @param P by an estimator that was not fitted on the row, [rows x models].
 * @param marks [rows x models]; a row where the mark of either model is NaN is left out.
 * @param best index of the best single model.
 */
export function fitGate(
  P: Float32Array,
  marks: Float32Array,
  models: number,
  best: number,
  { groups, z = 1 }: FitGateOptions = {},
): FittedGate {
  if (P.length !== marks.length) {
    throw InvalidArgumentError.of("P", `a length of ${marks.length}`, P.length);
  }
  if (!(z >= 0 && Number.isFinite(z)))
    throw InvalidArgumentError.of("z", "a number of at least 0", z);
  const moves = movesOf(P, marks, models, best, groups);
  let found = { tau: Number.POSITIVE_INFINITY, gain: 0, error: 0, share: 0 };
  for (const tau of candidates(moves)) {
    const { gain, error, share } = gainAbove(tau, moves);
    if (gain - z * error > found.gain - z * found.error) found = { tau, gain, error, share };
  }
  const { tau, ...rest } = found;
  return { thresholds: new Array<number>(models).fill(tau), ...rest };
}

/** The best reason to leave the best model on a row. */
interface Move {
  readonly difference: number;
  readonly gain: number;
  readonly group: number;
}

function movesOf(
  P: Float32Array,
  marks: Float32Array,
  models: number,
  best: number,
  groups: Int32Array | undefined,
): Move[] {
  const moves: Move[] = [];
  for (let row = 0; row < P.length / models; row++) {
    const of = P.subarray(row * models, (row + 1) * models);
    const chosen = of.indexOf(Math.max(...of));
    const gain = marks[row * models + chosen]! - marks[row * models + best]!;
    if (Number.isNaN(gain)) continue;
    moves.push({ difference: of[chosen]! - of[best]!, gain, group: groups?.[row] ?? row });
  }
  return moves;
}

function candidates(moves: readonly Move[]): number[] {
  const above = moves
    .map(({ difference }) => difference)
    .filter((difference) => difference > 0)
    .sort((a, b) => a - b);
  const quantiles = Array.from(
    { length: tried },
    (_, i) => above[Math.floor((i * above.length) / tried)] ?? 0,
  );
  return [...new Set([0, ...quantiles])];
}

function gainAbove(tau: number, moves: readonly Move[]) {
  const sums = new Map<number, { gain: number; count: number }>();
  let [total, left] = [0, 0];
  for (const { difference, gain, group } of moves) {
    const isLeft = difference > tau;
    const sum = sums.get(group) ?? { gain: 0, count: 0 };
    if (!sums.has(group)) sums.set(group, sum);
    sum.count += 1;
    if (!isLeft) continue;
    sum.gain += gain;
    total += gain;
    left += 1;
  }
  const n = moves.length;
  const mean = total / n;
  let squares = 0;
  for (const { gain, count } of sums.values()) squares += (gain - count * mean) ** 2;
  // One group says nothing of the spread.
  const correction = sums.size > 1 ? sums.size / (sums.size - 1) : Number.POSITIVE_INFINITY;
  return { gain: mean, error: Math.sqrt(correction * squares) / n, share: left / n };
}

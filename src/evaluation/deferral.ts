import { InvalidArgumentError } from "../errors.js";
import { type BootstrapIntervals, groupBootstrap } from "./bootstrap.js";
import type { Marks } from "./yardsticks.js";

/** A weak and a strong model, and when to call which. Rows where a mark is unknown are left out. */
export interface ModelPair {
  /** Marks of the weak model, one a row. */
  readonly weak: Marks;
  readonly strong: Marks;
  /** The higher, the sooner the row goes to the strong model; e.g. P(strong right) - P(weak right). */
  readonly scores: ArrayLike<number>;
}

/**
 * Accuracy against the share of calls that the strong model gets, as the threshold on the score falls. Both arrays
 * ascend from 0 calls to all; between two points the curve is straight.
 */
export interface DeferralCurve {
  /** 0..1, strictly ascending. */
  readonly strongShare: Float64Array;
  /** Mean mark, 0..1. */
  readonly accuracy: Float64Array;
}

/**
 * Rows of equal score are sent in random order; the curve is the expectation over all orders, so that it is straight
 * there and a constant score is the straight line of a coin.
 * @param weights how many times each row counts. Default once.
 * @throws InvalidArgumentError where the lengths differ, a score is NaN, or no row is known.
 */
export function deferralCurve(pair: ModelPair, weights?: Uint32Array): DeferralCurve {
  return curveOf(pair, fallingOrder(pair), weights);
}

/**
 * Performance gap recovered at each point of the curve: (accuracy - weak) / (strong - weak), Ong et al., "RouteLLM:
 * learning to route LLMs with preference data" (2024). NaN unless the strong model is the better one.
 */
export function performanceGapRecovered({ accuracy }: DeferralCurve): Float64Array {
  const [weak, strong] = [accuracy[0]!, accuracy.at(-1)!];
  return accuracy.map((at) => (strong > weak ? (at - weak) / (strong - weak) : Number.NaN));
}

/** Average PGR: its mean over shares of strong calls from 0 to 1, exact on the curve. A coin has 0.5. */
export function averagePgr(curve: DeferralCurve): number {
  const recovered = performanceGapRecovered(curve);
  let area = 0;
  for (let at = 1; at < recovered.length; at++) {
    const step = curve.strongShare[at]! - curve.strongShare[at - 1]!;
    area += (step * (recovered[at]! + recovered[at - 1]!)) / 2;
  }
  return area;
}

/** Call-performance threshold: the least share of strong calls, 0..1, at which the PGR reaches `goal`. NaN if never. */
export function callThreshold(curve: DeferralCurve, goal: number): number {
  const recovered = performanceGapRecovered(curve);
  const at = recovered.findIndex((value) => value >= goal);
  if (at <= 0) return at === 0 ? 0 : Number.NaN;
  const [before, after] = [recovered[at - 1]!, recovered[at]!];
  const [left, right] = [curve.strongShare[at - 1]!, curve.strongShare[at]!];
  return left + ((goal - before) / (after - before)) * (right - left);
}

/** A figure with its 95 % bootstrap interval. */
export interface BootstrapEstimate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

export interface DeferralFigures {
  readonly apgr: BootstrapEstimate;
  readonly cpt50: BootstrapEstimate;
  readonly cpt80: BootstrapEstimate;
}

export interface DeferralOptions {
  /** Group of each row. */
  readonly groups: Int32Array;
  readonly seed: number;
  /** Default 2000. */
  readonly resamples?: number;
}

/**
 * APGR, CPT(50 %) and CPT(80 %) with intervals of a bootstrap over groups: BCa for APGR, which is smooth, percentile
 * for CPT, which jumps, so that a jackknife says nothing of its skew.
 */
export function deferralFigures(pair: ModelPair, options: DeferralOptions): DeferralFigures {
  const order = fallingOrder(pair);
  const statistics = (weights: Uint32Array) => {
    const curve = curveOf(pair, order, weights);
    return [averagePgr(curve), callThreshold(curve, 0.5), callThreshold(curve, 0.8)];
  };
  const [apgr, cpt50, cpt80] = groupBootstrap({ ...options, statistics });
  return {
    apgr: interval(apgr!, "bca"),
    cpt50: interval(cpt50!, "percentile"),
    cpt80: interval(cpt80!, "percentile"),
  };
}

function interval(intervals: BootstrapIntervals, kind: "bca" | "percentile"): BootstrapEstimate {
  const [low, high] = intervals[kind];
  return { estimate: intervals.estimate, low, high };
}

/** Known rows by falling score. */
function fallingOrder({ weak, strong, scores }: ModelPair): Int32Array {
  if (strong.length !== weak.length || scores.length !== weak.length) {
    const received = `${strong.length} and ${scores.length}`;
    throw InvalidArgumentError.of("strong and scores", `${weak.length} values each`, received);
  }
  const rows = Int32Array.from(weak.keys()).filter(
    (row) => !Number.isNaN(weak[row]! + strong[row]!),
  );
  if (rows.length === 0) throw InvalidArgumentError.of("weak and strong", "a known row", "none");
  const bad = rows.find((row) => Number.isNaN(scores[row]!));
  if (bad !== undefined) throw InvalidArgumentError.of("scores", "numbers", scores[bad]);
  return rows.sort((a, b) => scores[b]! - scores[a]!);
}

function curveOf(
  { weak, strong, scores }: ModelPair,
  order: Int32Array,
  weights?: Uint32Array,
): DeferralCurve {
  const weightOf = (row: number) => weights?.[row] ?? 1;
  let [total, sum] = [0, 0];
  for (const row of order) {
    total += weightOf(row);
    sum += weightOf(row) * weak[row]!;
  }
  const strongShare = new Float64Array(order.length + 1);
  const accuracy = new Float64Array(order.length + 1);
  accuracy[0] = sum / total;
  let [points, sent, before] = [1, 0, 0];
  for (let at = 0; at < order.length; at++) {
    const row = order[at]!;
    sent += weightOf(row);
    sum += weightOf(row) * (strong[row]! - weak[row]!);
    const tied = at + 1 < order.length && scores[order[at + 1]!] === scores[row];
    if (tied || sent === before) continue;
    before = sent;
    strongShare[points] = sent / total;
    accuracy[points++] = sum / total;
  }
  return { strongShare: strongShare.slice(0, points), accuracy: accuracy.slice(0, points) };
}

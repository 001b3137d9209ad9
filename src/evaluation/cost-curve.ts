import { InvalidArgumentError } from "../errors.js";
import type { Outcomes } from "../types.js";

/** What a way of choosing costs a prompt (price or seconds) and how often it is right. */
export interface CostPoint {
  readonly cost: number;
  /** 0..1. */
  readonly accuracy: number;
}

export interface CostCurveOptions {
  /** [rows x models]; rows where the chosen model's mark or cost is unknown are left out. */
  readonly outcomes: Pick<Outcomes, "models" | "marks">;
  /** P(right), [rows x models]. */
  readonly probabilities: Float32Array;
  /** What each answer did cost, [rows x models]: `seconds` or `prices` of the outcomes. */
  readonly costs: Float32Array;
  /** Cost that each model is expected to have, [models], known before the prompt: means over training rows. */
  readonly expectedCosts: ArrayLike<number>;
}

/** Steps of the price of cost; each is a factor of about 1.5. */
const steps = 40;

/**
 * A pool's curve of accuracy against cost: each row gets the model of the highest P(right) - lambda * expected cost,
 * for lambda = 0, 40 values in geometric steps that span what can change a choice, and infinity (the cheapest model).
 * One point for each lambda, by ascending cost; equal points once.
 */
export function costCurve(options: CostCurveOptions): CostPoint[] {
  const { outcomes, probabilities, costs, expectedCosts } = options;
  const { length } = outcomes.marks;
  if (probabilities.length !== length || costs.length !== length) {
    const received = `${probabilities.length} and ${costs.length}`;
    throw InvalidArgumentError.of("probabilities and costs", `${length} numbers each`, received);
  }
  const expected = Float64Array.from(expectedCosts);
  if (expected.length !== outcomes.models.length || !expected.every((cost) => cost >= 0)) {
    const numbers = `${outcomes.models.length} numbers of 0 or more`;
    throw InvalidArgumentError.of("expectedCosts", numbers, expected.join(", "));
  }
  const points = lambdas(expected).map((lambda) => pointAt(options, expected, lambda));
  const distinct = new Map(points.map((point) => [`${point.cost} ${point.accuracy}`, point]));
  return [...distinct.values()].filter(({ cost }) => !Number.isNaN(cost)).sort(byCost);
}

/**
 * Non-decreasing convex hull: the best accuracy for each cost when ways of choosing may be mixed by a coin, and spending
 * more is never forced. Points by ascending cost, from the cheapest way to the first of the most accurate.
 */
export function costHull(points: readonly CostPoint[]): CostPoint[] {
  const hull: CostPoint[] = [];
  for (const point of [...points].sort(byCost)) {
    const last = hull.at(-1);
    if (last && (point.accuracy <= last.accuracy || point.cost === last.cost)) continue;
    while (hull.length >= 2 && slope(hull.at(-2)!, point) >= slope(hull.at(-2)!, hull.at(-1)!)) {
      hull.pop();
    }
    hull.push(point);
  }
  return hull;
}

/**
 * Average improvement in quality: mean height of the hull between two costs, 0..1 (Hu et al., "RouterBench: a benchmark
 * for multi-LLM routing system", 2024). Beyond its last point the hull stays level; below its cheapest it is 0, for
 * nothing can be had there. To compare curves give them the same costs.
 * @throws InvalidArgumentError without a point, or where the second cost is not above the first.
 */
export function averageQuality(points: readonly CostPoint[], from: number, to: number): number {
  const hull = costHull(points);
  if (hull.length === 0) throw InvalidArgumentError.of("points", "at least one", "none");
  if (!(from < to)) {
    throw InvalidArgumentError.of("from and to", "a range of costs", `${from} and ${to}`);
  }
  const ends = [
    ...hull,
    { cost: Math.max(to, hull.at(-1)!.cost), accuracy: hull.at(-1)!.accuracy },
  ];
  let area = 0;
  for (let at = 1; at < ends.length; at++) {
    const [a, b] = [ends[at - 1]!, ends[at]!];
    const [low, high] = [Math.max(from, a.cost), Math.min(to, b.cost)];
    if (low >= high) continue;
    const height = (cost: number) => a.accuracy + slope(a, b) * (cost - a.cost);
    area += ((high - low) * (height(low) + height(high))) / 2;
  }
  return area / (to - from);
}

function lambdas(expected: Float64Array): number[] {
  const sorted = expected.toSorted();
  const gaps = [...sorted.subarray(1)]
    .map((cost, at) => cost - sorted[at]!)
    .filter((gap) => gap > 0);
  if (gaps.length === 0) return [0];
  // Above 1 / (least gap) the cheaper of two models always wins; below 0.001 / range next to nothing changes.
  const [low, high] = [0.001 / (sorted.at(-1)! - sorted[0]!), 1 / Math.min(...gaps)];
  const between = Array.from(
    { length: steps },
    (_, at) => low * (high / low) ** (at / (steps - 1)),
  );
  return [0, ...between, Number.MAX_VALUE / (1 + sorted.at(-1)!) / 2];
}

function pointAt(
  { outcomes: { marks }, probabilities, costs }: CostCurveOptions,
  expected: Float64Array,
  lambda: number,
): CostPoint {
  const width = expected.length;
  let [count, cost, right] = [0, 0, 0];
  for (let row = 0; row < marks.length; row += width) {
    let chosen = row;
    let most = Number.NEGATIVE_INFINITY;
    for (let model = 0; model < width; model++) {
      const utility = probabilities[row + model]! - lambda * expected[model]!;
      if (utility > most) [chosen, most] = [row + model, utility];
    }
    if (Number.isNaN(marks[chosen]! + costs[chosen]!)) continue;
    count += 1;
    cost += costs[chosen]!;
    right += marks[chosen]!;
  }
  return { cost: cost / count, accuracy: right / count };
}

function byCost(a: CostPoint, b: CostPoint): number {
  return a.cost - b.cost || b.accuracy - a.accuracy;
}

function slope(a: CostPoint, b: CostPoint): number {
  return b.cost > a.cost ? (b.accuracy - a.accuracy) / (b.cost - a.cost) : 0;
}

import { InvalidArgumentError } from "../errors.js";

/** What a bin of predictions comes to. */
export interface ReliabilityBin {
  readonly count: number;
  /** Mean P. */
  readonly predicted: number;
  /** Mean label. */
  readonly observed: number;
}

/** "uniform": bins of equal width. "quantile": of equally many predictions, equal ones together. scikit-learn's names. */
export type BinStrategy = "uniform" | "quantile";

/**
 * The reliability curve: bins that hold something, by ascending P.
 * @param p predictions in 0..1.
 * @param y labels in 0..1, as many.
 */
export function reliabilityCurve(
  p: Float64Array,
  y: Float64Array,
  bins = 15,
  strategy: BinStrategy = "uniform",
): ReliabilityBin[] {
  checkPairs(p, y);
  const binOf = strategy === "uniform" ? equalWidth(bins) : equalMass(p, bins);
  const sums = Array.from({ length: bins }, () => ({ count: 0, p: 0, y: 0 }));
  p.forEach((value, i) => {
    const sum = sums[binOf(value)]!;
    sum.count += 1;
    sum.p += value;
    sum.y += y[i]!;
  });
  return sums
    .filter(({ count }) => count > 0)
    .map((sum) => ({
      count: sum.count,
      predicted: sum.p / sum.count,
      observed: sum.y / sum.count,
    }));
}

/** Expected calibration error: the mean of |observed - predicted| over the bins, weighted by their size. */
export function expectedCalibrationError(
  p: Float64Array,
  y: Float64Array,
  bins = 15,
  strategy: BinStrategy = "uniform",
): number {
  return reliabilityCurve(p, y, bins, strategy).reduce(
    (sum, bin) => sum + (bin.count / p.length) * Math.abs(bin.observed - bin.predicted),
    0,
  );
}

/** Brier's score: mean (P - y)^2. */
export function brierScore(p: Float64Array, y: Float64Array): number {
  checkPairs(p, y);
  return p.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0) / p.length;
}

/** Mean of -y ln P - (1 - y) ln(1 - P); P is kept 1e-7 away from 0 and 1, so that one prompt cannot decide. */
export function logLoss(p: Float64Array, y: Float64Array): number {
  checkPairs(p, y);
  const sum = p.reduce((total, value, i) => {
    const inside = Math.min(Math.max(value, 1e-7), 1 - 1e-7);
    return total - y[i]! * Math.log(inside) - (1 - y[i]!) * Math.log(1 - inside);
  }, 0);
  return sum / p.length;
}

function equalWidth(bins: number): (p: number) => number {
  // An edge belongs to the bin below it, as scikit-learn's.
  return (p) => Math.max(0, Math.ceil(p * bins) - 1);
}

function equalMass(p: Float64Array, bins: number): (p: number) => number {
  const sorted = Float64Array.from(p).sort();
  const edges = Array.from(
    { length: bins - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * p.length) / bins)]!,
  );
  return (value) => edges.filter((edge) => value >= edge).length;
}

function checkPairs(p: Float64Array, y: Float64Array): void {
  if (p.length === y.length && p.length > 0) return;
  throw InvalidArgumentError.of(
    "p and y",
    "as many values, at least one,",
    `${p.length} and ${y.length}`,
  );
}

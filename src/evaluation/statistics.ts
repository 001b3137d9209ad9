import { InvalidArgumentError } from "../errors.js";

/** A mean with its 95 % confidence interval. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** 97.5 % and 80 % quantiles of the normal distribution. */
const z975 = 1.959963984540054;
const z80 = 0.8416212335729143;

/**
 * Wilson's score interval for a proportion (Wilson, JASA 1927).
 * @param n sample size; need not be whole (an effective sample size).
 */
export function wilsonInterval(proportion: number, n: number): Estimate {
  const square = z975 ** 2 / n;
  const centre = (proportion + square / 2) / (1 + square);
  const spread = Math.sqrt((proportion * (1 - proportion)) / n + square / (4 * n)) * z975;
  const half = spread / (1 + square);
  return {
    mean: proportion,
    low: Math.max(0, Math.min(proportion, centre - half)),
    high: Math.min(1, Math.max(proportion, centre + half)),
  };
}

/**
 * Mean mark with its interval, rows of one group counted as dependent. Marks of 0 and 1: Wilson's interval with the
 * effective sample size p (1 - p) / SE^2 (Korn and Graubard, Survey Methodology 1998), at most n, or the number of
 * groups where all marks are equal. Graded marks: Student's t and the cluster-robust error.
 * @param marks in 0..1; NaN = unknown, left out.
 */
export function meanMark(marks: Float64Array, groups: Int32Array): Estimate {
  const { n, mean, error, clusters } = clusteredMean(marks, groups);
  if (marks.some((mark) => mark > 0 && mark < 1)) {
    const { low, high } = interval(mean, error, clusters, 0, 1);
    return { mean, low, high };
  }
  const effective = error > 0 ? Math.min(n, (mean * (1 - mean)) / error ** 2) : clusters;
  return wilsonInterval(mean, effective);
}

/**
 * Paired difference mean(a - b) over the rows where both are known. The interval is Student's t with the
 * cluster-robust standard error, not a bootstrap: for a mean the two agree (the bootstrap over groups estimates this
 * very error), and this one is exact to compute, needs no seed and takes one pass.
 */
export function pairedDifference(a: Float64Array, b: Float64Array, groups: Int32Array): Estimate {
  const differences = a.map((mark, row) => mark - b[row]!);
  const { mean, error, clusters } = clusteredMean(differences, groups);
  return interval(mean, error, clusters, -1, 1);
}

/**
 * Smallest mean(a - b) that a two-sided 5 % test finds with 80 % power on these rows: (z_0.975 + z_0.8) standard
 * errors of the paired difference, clustered as in `pairedDifference`. Of marks of 0 and 1 without groups it is
 * `minimumDetectableEffect` for a small difference. NaN with fewer than two groups.
 */
export function detectableGain(a: Float64Array, b: Float64Array, groups: Int32Array): number {
  const differences = a.map((mark, row) => mark - b[row]!);
  return (z975 + z80) * clusteredMean(differences, groups).error;
}

/**
 * Mean and cluster-robust (sandwich) standard error,
 * SE^2 = G / (G - 1) * sum over the G groups of (sum of the group's x - mean)^2 / n^2 (Liang and Zeger, 1986).
 */
function clusteredMean(values: Float64Array, groups: Int32Array) {
  let n = 0;
  let sum = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    n += 1;
    sum += value;
  }
  const mean = sum / n;
  const residuals = new Map<number, number>();
  values.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    residuals.set(groups[row]!, (residuals.get(groups[row]!) ?? 0) + value - mean);
  });
  let squares = 0;
  for (const residual of residuals.values()) squares += residual ** 2;
  const clusters = residuals.size;
  // Rounding leaves residues near 1e-16 where all values are equal.
  const variance = squares < 1e-18 * n ? 0 : ((clusters / (clusters - 1)) * squares) / n ** 2;
  return { n, mean, error: Math.sqrt(variance), clusters };
}

/** One group tells nothing about the spread: the interval is all that is possible. */
function interval(mean: number, error: number, clusters: number, least: number, most: number) {
  if (clusters < 2) return { mean, low: least, high: most };
  const half = tQuantile(clusters - 1) * error;
  return { mean, low: Math.max(least, mean - half), high: Math.min(most, mean + half) };
}

/** 97.5 % quantile of Student's t: exact for 1 and 2 degrees of freedom, else Cornish and Fisher's expansion. */
export function tQuantile(degrees: number): number {
  if (degrees === 1) return 12.706204736174698;
  if (degrees === 2) return 4.302652729749464;
  const z = z975;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
  ];
  return terms.reduce((sum, term, order) => sum + term / degrees ** (order + 1), z);
}

/** Two-sided p-values of McNemar's test. */
export interface McNemar {
  /** Rows that only a, only b gets right. */
  readonly onlyA: number;
  readonly onlyB: number;
  /** Exact binomial test; keeps its level always, at the price of power. */
  readonly exact: number;
  /** Mid-p: close to the level (Fagerland, Lydersen and Laake, BMC Med. Res. Methodol. 2013). */
  readonly midP: number;
}

/**
 * McNemar's test of equal accuracy on the same rows. Rows count as independent: give distinct prompts.
 * @param a marks of 0 and 1; NaN = unknown, left out. b likewise.
 */
export function mcNemar(a: Float64Array, b: Float64Array): McNemar {
  let [onlyA, onlyB] = [0, 0];
  a.forEach((mark, row) => {
    if (mark === 1 && b[row] === 0) onlyA += 1;
    if (mark === 0 && b[row] === 1) onlyB += 1;
  });
  const discordant = onlyA + onlyB;
  const fewer = Math.min(onlyA, onlyB);
  let logTerm = -discordant * Math.LN2;
  let below = 0;
  for (let k = 0; k < fewer; k++) {
    below += Math.exp(logTerm);
    logTerm += Math.log((discordant - k) / (k + 1));
  }
  const at = Math.exp(logTerm);
  return {
    onlyA,
    onlyB,
    exact: Math.min(1, 2 * (below + at)),
    midP: Math.min(1, 2 * below + at),
  };
}

/**
 * Smallest difference in accuracy that a two-sided 5 % test finds with 80 % power,
 * (z_0.975 + z_0.8) * sqrt(discordance / n).
 * @param discordance share of rows that exactly one of the two gets right, 0..1.
 */
export function minimumDetectableEffect(n: number, discordance: number): number {
  if (!(n >= 1)) throw InvalidArgumentError.of("n", "a number of 1 or more", n);
  if (!(discordance >= 0 && discordance <= 1)) {
    throw InvalidArgumentError.of("discordance", "a share from 0 to 1", discordance);
  }
  return (z975 + z80) * Math.sqrt(discordance / n);
}

import { InvalidArgumentError } from "../errors.js";
import { random } from "../random.js";

export interface GroupBootstrap {
  /** Group of each row; groups are drawn, never single rows. */
  readonly groups: Int32Array;
  readonly seed: number;
  /** Default 2000, enough for the ends of a 95 % interval to stand still within 5 % of its width. */
  readonly resamples?: number;
  /**
   * The figures of a sample in which each row is found `weights[row]` times, always as many of them.
   * @returns NaN where the sample has no such figure; it is left out.
   */
  statistics(weights: Uint32Array): readonly number[];
}

/** 95 % intervals of a figure. All are NaN where it has none. */
export interface BootstrapIntervals {
  readonly estimate: number;
  /** 2.5 % and 97.5 % quantiles of the resampled figures: for figures that jump, such as a quantile. */
  readonly percentile: readonly [low: number, high: number];
  /**
   * Bias-corrected and accelerated: the same quantiles moved by the median bias and the skew of the jackknife, right
   * to second order for smooth figures (Efron, JASA 1987).
   */
  readonly bca: readonly [low: number, high: number];
}

/** Left-out parts of the jackknife; more only make it slower. */
const mostParts = 200;

/**
 * Seeded bootstrap over groups of near-duplicates. A paired comparison is paired here too: give a statistic of the
 * differences. For a mean use `pairedDifference`, which covers at least as often (docs/evaluation.md).
 * @returns the intervals of each figure.
 */
export function groupBootstrap(options: GroupBootstrap): BootstrapIntervals[] {
  const { groups, seed, resamples = 2000, statistics } = options;
  if (!Number.isInteger(resamples) || resamples < 100) {
    throw InvalidArgumentError.of("resamples", "a whole number of at least 100", resamples);
  }
  const numbers = new Map<number, number>();
  for (const group of groups) if (!numbers.has(group)) numbers.set(group, numbers.size);
  const groupOf = groups.map((group) => numbers.get(group)!);
  const source = random(seed);
  const counts = new Uint32Array(numbers.size);
  const weights = new Uint32Array(groups.length);
  const figures = () => {
    for (let row = 0; row < weights.length; row++) weights[row] = counts[groupOf[row]!]!;
    return statistics(weights);
  };
  counts.fill(1);
  const estimates = figures();
  const resampled = Array.from({ length: resamples }, () => {
    counts.fill(0);
    for (let draw = 0; draw < counts.length; draw++) counts[source.below(counts.length)]! += 1;
    return figures();
  });
  const parts = Math.min(mostParts, counts.length);
  const leftOut = Array.from({ length: parts }, (_, part) => {
    for (let group = 0; group < counts.length; group++) {
      counts[group] = Number(group % parts !== part);
    }
    return figures();
  });
  return estimates.map((estimate, at) => {
    const sorted = column(resampled, at).sort();
    return {
      estimate,
      percentile: [quantile(sorted, 0.025), quantile(sorted, 0.975)],
      bca: accelerated(sorted, estimate, column(leftOut, at)),
    };
  });
}

/** One figure of all samples that have it. */
function column(samples: readonly (readonly number[])[], at: number): Float64Array {
  return Float64Array.from(samples, (figures) => figures[at]!).filter(
    (value) => !Number.isNaN(value),
  );
}

function accelerated(
  figures: Float64Array,
  estimate: number,
  jackknife: Float64Array,
): [number, number] {
  let [below, equal] = [0, 0];
  for (const value of figures) {
    below += Number(value < estimate);
    equal += Number(value === estimate);
  }
  // Figures that cannot vary have no bias either.
  const share = (below + equal / 2) / figures.length;
  const bias = normalQuantile(Math.min(1 - 1e-9, Math.max(1e-9, share)));
  const mean = jackknife.reduce((sum, value) => sum + value, 0) / jackknife.length;
  let [squares, cubes] = [0, 0];
  for (const value of jackknife) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  const acceleration = squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
  const at = (probability: number) => {
    const shifted = bias + normalQuantile(probability);
    return quantile(figures, normalCdf(bias + shifted / (1 - acceleration * shifted)));
  };
  return [at(0.025), at(0.975)];
}

/** Linear interpolation between order statistics, as numpy's default. NaN of nothing. */
function quantile(sorted: Float64Array, probability: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = probability * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
}

/** Abramowitz and Stegun 7.1.26: absolute error below 1.5e-7. */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];
  const tail = series.reduceRight((sum, term) => (sum + term) * t, 0) * Math.exp(-x * x);
  return z > 0 ? 1 - tail / 2 : tail / 2;
}

/** Inverse of `normalCdf` by bisection. */
export function normalQuantile(probability: number): number {
  let [low, high] = [-9, 9];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

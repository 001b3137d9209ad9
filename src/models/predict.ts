import { InvalidArgumentError } from "../errors.js";
import type { CsrMatrix } from "../types.js";
import type { LinearHeads, Part } from "./estimator.js";
import { product } from "./rows.js";

/** Fills `out`, [models], with a part's P of one prompt; z are the scores of its heads. */
type Predict = (z: Float64Array, out: Float64Array) => void;

/**
 * P(right) of each model by the heads of an estimator: what the native scorer computes, in doubles. For out-of-fold
 * predictions, where the features are there already, and as the reference in tests.
 * @returns [rows x models]
 */
export function predictProba(X: CsrMatrix, heads: LinearHeads, models: number): Float32Array {
  const width = heads.bias.length;
  if (heads.weights.length !== X.columns * width) {
    const expected = `${heads.weights.length / width} columns, as the estimator was fitted on,`;
    throw InvalidArgumentError.of("X", expected, X.columns);
  }
  const Z = product(X, heads.weights, width);
  const predictors = heads.parts.map((part) => predictorOf(part));
  const out = new Float32Array(X.rows * models);
  const sum = new Float64Array(models);
  const probabilities = new Float64Array(models);
  for (let row = 0; row < X.rows; row++) {
    const z = Z.subarray(row * width, (row + 1) * width);
    for (let j = 0; j < width; j++) z[j]! += heads.bias[j]!;
    sum.fill(0);
    let from = 0;
    heads.parts.forEach((part, i) => {
      predictors[i]!(z.subarray(from, from + part.heads), probabilities);
      for (let m = 0; m < models; m++) sum[m]! += part.weight[m]! * probabilities[m]!;
      from += part.heads;
    });
    out.set(sum, row * models);
  }
  if (heads.calibration !== undefined) calibrate(out, models, heads.calibration);
  return out;
}

/**
 * Maps P by knots, in place. P outside 0..1 counts as its nearer end.
 * @param P [rows x models]
 * @param calibration [models x knots]
 */
export function calibrate(P: Float32Array, models: number, calibration: Float32Array): void {
  const last = calibration.length / models - 1;
  for (let cell = 0; cell < P.length; cell++) {
    const at = Math.min(Math.max(P[cell]!, 0), 1) * last;
    const knot = Math.min(Math.floor(at), last - 1);
    const from = (cell % models) * (last + 1) + knot;
    const [low, high] = [calibration[from]!, calibration[from + 1]!];
    P[cell] = low + (at - knot) * (high - low);
  }
}

function predictorOf(part: Part): Predict {
  if (part.kind === "neighbors") return neighborVotes(part);
  if (part.kind === "clusters") return part.gate === "nearest" ? nearest(part) : softmax(part);
  return (z, out) => {
    for (let m = 0; m < out.length; m++) out[m] = 1 / (1 + Math.exp(-z[m]!));
  };
}

type Kind<K extends Part["kind"]> = Extract<Part, { kind: K }>;

function nearest({ rates }: Kind<"clusters">): Predict {
  return (z, out) => {
    const best = argMax(z);
    for (let m = 0; m < out.length; m++) out[m] = rates[best * out.length + m]!;
  };
}

function softmax({ rates }: Kind<"clusters">): Predict {
  return (z, out) => {
    const most = z[argMax(z)]!;
    let total = 0;
    out.fill(0);
    for (let j = 0; j < z.length; j++) {
      const weight = Math.exp(z[j]! - most);
      total += weight;
      for (let m = 0; m < out.length; m++) out[m]! += weight * rates[j * out.length + m]!;
    }
    for (let m = 0; m < out.length; m++) out[m]! /= total;
  };
}

function neighborVotes(part: Kind<"neighbors">): Predict {
  const { vectors, labels, overall, k, shrinkage, heads } = part;
  const cosines = new Float64Array(vectors.length / heads);
  return (z, out) => {
    const norm = Math.hypot(...z);
    for (let i = 0; i < cosines.length; i++) {
      let dot = 0;
      for (let j = 0; j < heads; j++) dot += vectors[i * heads + j]! * z[j]!;
      cosines[i] = dot;
    }
    const rows = largest(cosines, k);
    // A prompt without a direction, or with no neighbour in it, says nothing.
    const most = norm > 0 ? Math.max(0, cosines[rows[0]!]!) : 0;
    for (let m = 0; m < out.length; m++) {
      let votes = shrinkage;
      let right = shrinkage * overall[m]!;
      for (const row of rows) {
        const label = labels[row * out.length + m]!;
        if (Number.isNaN(label) || !(cosines[row]! > 0)) continue;
        votes += cosines[row]! / most;
        right += (cosines[row]! / most) * label;
      }
      out[m] = votes > 0 ? right / votes : overall[m]!;
    }
  };
}

/** Indices of the k largest, in descending order; of equal ones the lower index first. */
function largest(values: Float64Array, k: number): Uint32Array {
  const least = Float64Array.from(values).sort()[values.length - Math.min(k, values.length)]!;
  const rows = Uint32Array.from(values.keys()).filter((i) => values[i]! >= least);
  return rows.sort((a, b) => values[b]! - values[a]! || a - b).subarray(0, k);
}

function argMax(z: Float64Array): number {
  let best = 0;
  for (let j = 1; j < z.length; j++) if (z[j]! > z[best]!) best = j;
  return best;
}

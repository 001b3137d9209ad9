/** Routers of golden cases, and what their heads' z give by the formulas. */
import type { LinearHeads, Part } from "../../src/models/estimator.js";
import { encodeRouter } from "../../src/router/artifact.js";
import { featuresOf, type TfidfCase } from "./golden.js";

/** Weights of either sign without a random generator. */
export function wave(length: number, step: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 3 * Math.sin(1 + i * step));
}

/** The same in 0..1. */
export function shareWave(length: number, step: number): Float32Array {
  return wave(length, step).map((x) => (x + 3) / 6);
}

export const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

/** A router file of a golden case. */
export function routerOf(
  golden: TfidfCase,
  heads: LinearHeads,
  models: number,
): Promise<Uint8Array> {
  const info = {
    models: Array.from({ length: models }, (_, i) => ({ name: String(i) })),
    fallback: 0,
    estimator: "test",
    training: { fingerprint: "", prompts: 0, meanMarks: new Array<null>(models).fill(null) },
  };
  return encodeRouter({ info, features: { terms: featuresOf(golden) }, heads });
}

/** Every kind of part, over 3 models: 3 + 10 + 7 + 12 heads. */
export function blendOf(columns: number): LinearHeads {
  const labels = shareWave(50 * 3, 0.9).map((y, i) => (i % 4 === 0 ? Number.NaN : y));
  const vectors = unitRows(wave(50 * 12, 0.37), 12);
  const overall = shareWave(3, 2);
  return {
    weights: wave(columns * 32, 0.7),
    bias: wave(32, 1.3),
    parts: [
      { kind: "logistic", heads: 3, weight: Float32Array.of(0.4, 0, 1) },
      {
        kind: "clusters",
        gate: "nearest",
        heads: 10,
        weight: Float32Array.of(0.2, 0.5, 0),
        rates: shareWave(30, 0.3),
      },
      {
        kind: "clusters",
        gate: "softmax",
        heads: 7,
        weight: Float32Array.of(0.2, 0.5, 0),
        rates: shareWave(21, 0.5),
      },
      {
        kind: "neighbors",
        heads: 12,
        weight: Float32Array.of(0.3, 0, 0.1),
        vectors,
        labels,
        overall,
        k: 9,
        shrinkage: 1.5,
      },
    ],
    calibration: Float32Array.of(0, 0.2, 0.9, 0.1, 0.1, 0.7, 0.5, 0.6, 1),
  };
}

function unitRows(rows: Float32Array, columns: number): Float32Array {
  return rows.map((x, i) => {
    const begin = i - (i % columns);
    return x / Math.hypot(...rows.subarray(begin, begin + columns));
  });
}

/** P(right) by the formulas of src/models/estimator.ts, in doubles. */
export function blended(heads: LinearHeads, z: ArrayLike<number>, models: number): number[] {
  const sums = new Array<number>(models).fill(0);
  let first = 0;
  for (const part of heads.parts) {
    const mine = Array.from({ length: part.heads }, (_, j) => z[first + j]!);
    for (let m = 0; m < models; m++)
      sums[m]! += part.weight[m]! * probability(part, mine, m, models);
    first += part.heads;
  }
  const { calibration } = heads;
  if (calibration === undefined) return sums;
  const last = calibration.length / models - 1;
  return sums.map((p, m) => {
    const at = Math.min(1, Math.max(0, p)) * last;
    const left = Math.min(Math.floor(at), last - 1);
    const [low, high] = [0, 1].map((i) => calibration[m * (last + 1) + left + i]!);
    return low! + (at - left) * (high! - low!);
  });
}

function probability(part: Part, z: readonly number[], m: number, models: number): number {
  if (part.kind === "logistic") return sigmoid(z[m]!);
  if (part.kind === "clusters") {
    const most = Math.max(...z);
    const shares =
      part.gate === "nearest"
        ? z.map((_, c) => Number(c === z.indexOf(most)))
        : z.map((x) => Math.exp(x - most));
    const total = shares.reduce((a, b) => a + b);
    return shares.reduce((sum, share, c) => sum + share * part.rates[c * models + m]!, 0) / total;
  }
  const { vectors, labels, overall, k, shrinkage } = part;
  const cosines = Array.from({ length: labels.length / models }, (_, row) => ({
    row,
    cosine: z.reduce((sum, x, j) => sum + x * vectors[row * z.length + j]!, 0) / Math.hypot(...z),
  }));
  cosines.sort((a, b) => b.cosine - a.cosine || a.row - b.row);
  const votes = cosines
    .slice(0, k)
    .map(({ row, cosine }) => [Math.max(0, cosine) / cosines[0]!.cosine, labels[row * models + m]!])
    .filter(([weight, label]) => weight! > 0 && !Number.isNaN(label));
  const sum = votes.reduce(
    (sum, [weight, label]) => sum + weight! * label!,
    shrinkage * overall[m]!,
  );
  return sum / votes.reduce((sum, [weight]) => sum + weight!, shrinkage);
}

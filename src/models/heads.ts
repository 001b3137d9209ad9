import type { LinearHeads, Part } from "./estimator.js";

/** Heads of several estimators side by side: their parts one after another, uncalibrated. */
export function sideBySide(all: readonly LinearHeads[]): LinearHeads {
  const width = all.reduce((sum, { bias }) => sum + bias.length, 0);
  const features = all[0]!.weights.length / all[0]!.bias.length;
  const weights = new Float32Array(features * width);
  const bias = new Float32Array(width);
  let at = 0;
  for (const heads of all) {
    const count = heads.bias.length;
    for (let i = 0; i < features; i++) {
      weights.set(heads.weights.subarray(i * count, (i + 1) * count), i * width + at);
    }
    bias.set(heads.bias, at);
    at += count;
  }
  return { weights, bias, parts: all.flatMap(({ parts }) => parts) };
}

/** The same parts, each counting by `factor` of what it did, [models]. */
export function scaleParts(parts: readonly Part[], factor: Float32Array): Part[] {
  return parts.map((part) => ({ ...part, weight: part.weight.map((w, m) => w * factor[m]!) }));
}

/** Sum of weight * P over estimators. @param P [rows x models] of each. */
export function weightedSum(P: readonly Float32Array[], weights: ArrayLike<number>): Float32Array {
  const out = new Float32Array(P[0]!.length);
  P.forEach((of, i) => {
    for (let cell = 0; cell < out.length; cell++) out[cell]! += weights[i]! * of[cell]!;
  });
  return out;
}

import { columnMeans } from "./rows.js";

/**
 * Success rates of each cluster, shrunk towards each model's overall rate: (sum + n0 * overall) / (n + n0).
 * @param labels cluster of each row.
 * @param shrinkage n0.
 * @returns [clusters x models]
 */
export function shrunkenRates(
  labels: Uint32Array,
  clusters: number,
  Y: Float32Array,
  models: number,
  shrinkage: number,
): Float32Array {
  const sums = new Float64Array(clusters * models);
  const counts = new Float64Array(clusters * models);
  for (let row = 0; row < labels.length; row++) {
    for (let m = 0; m < models; m++) {
      const y = Y[row * models + m]!;
      if (Number.isNaN(y)) continue;
      sums[labels[row]! * models + m]! += y;
      counts[labels[row]! * models + m]! += 1;
    }
  }
  const overall = columnMeans(Y, models);
  return Float32Array.from(sums, (sum, cell) => {
    const mean = overall[cell % models]!;
    // Of a model that nothing is known of nothing good is hoped for.
    const prior = Number.isNaN(mean) ? 0 : mean;
    const count = counts[cell]! + shrinkage;
    return count > 0 ? (sum + shrinkage * prior) / count : prior;
  });
}

import type { LinearHeads, Part } from "./estimator.js";

/** What a part says of the new model, from a row of what it says of the others. */
type Combine = (row: Float32Array) => number;

/** The least and the most that rates and labels of the new model come to, 0 and 1 included. */
export function rangeOf(
  parts: readonly Part[],
  combined: readonly Combine[],
  models: number,
): readonly [number, number] {
  let [low, high] = [0, 1];
  parts.forEach((part, i) => {
    const tables = part.kind === "clusters" ? [part.rates] : [];
    if (part.kind === "neighbors") tables.push(part.labels, part.overall);
    for (const table of tables) {
      for (let at = 0; at < table.length; at += models) {
        const value = combined[i]!(table.subarray(at, at + models));
        // An unknown label is neither.
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
  });
  return [low, high];
}

/**
 * Puts the new model behind the others. Rates are kept in 0..1, as parts demand: (value - low) / (high - low), which
 * its calibration curve undoes.
 * @param own what each part counts for it.
 */
export function insert(
  heads: LinearHeads,
  models: number,
  own: readonly number[],
  combined: readonly Combine[],
  range: readonly [number, number],
  features: number,
): LinearHeads {
  const [low, high] = range;
  let wider: Pick<LinearHeads, "weights" | "bias"> = heads;
  let at = 0;
  const parts = heads.parts.map((part, i): Part => {
    const column = (matrix: Float32Array) =>
      withColumn(matrix, models, (row) => (combined[i]!(row) - low) / (high - low));
    const weight = Float32Array.of(...part.weight, own[i]!);
    at += part.heads;
    if (part.kind === "clusters") return { ...part, weight, rates: column(part.rates) };
    if (part.kind === "neighbors") {
      return { ...part, weight, labels: column(part.labels), overall: column(part.overall) };
    }
    wider = insertHead(wider, at++, new Float32Array(features), 0);
    return { ...part, weight, heads: part.heads + 1 };
  });
  const { weights, bias } = wider;
  if (heads.calibration === undefined && low === 0 && high === 1) return { weights, bias, parts };
  const others = heads.calibration ?? identities(models);
  return { weights, bias, parts, calibration: withCurve(others, models, range) };
}

/** Curves that leave P as it is, as many knots as `fitCalibration` gives. */
function identities(models: number): Float32Array {
  return Float32Array.from({ length: models * 65 }, (_, at) => (at % 65) / 64);
}

/** One curve more: from low to high, held in 0..1. */
export function withCurve(
  calibration: Float32Array,
  models: number,
  [low, high]: readonly [number, number],
): Float32Array {
  const knots = calibration.length / models;
  const curve = Float32Array.from({ length: knots }, (_, knot) =>
    Math.min(1, Math.max(0, low + ((high - low) * knot) / (knots - 1))),
  );
  return Float32Array.of(...calibration, ...curve);
}

/** Each row with one value more. */
function withColumn(
  matrix: Float32Array,
  columns: number,
  of: (row: Float32Array) => number,
): Float32Array {
  const out = new Float32Array((matrix.length / columns) * (columns + 1));
  for (let row = 0; row < matrix.length / columns; row++) {
    const values = matrix.subarray(row * columns, (row + 1) * columns);
    out.set(values, row * (columns + 1));
    out[row * (columns + 1) + columns] = of(values);
  }
  return out;
}

/** @param head [features] */
export function insertHead(
  { weights, bias }: Pick<LinearHeads, "weights" | "bias">,
  at: number,
  head: Float32Array,
  constant: number,
) {
  const width = bias.length;
  const wider = new Float32Array(head.length * (width + 1));
  for (let i = 0; i < head.length; i++) {
    const row = weights.subarray(i * width, (i + 1) * width);
    wider.set(row.subarray(0, at), i * (width + 1));
    wider[i * (width + 1) + at] = head[i]!;
    wider.set(row.subarray(at), i * (width + 1) + at + 1);
  }
  return {
    weights: wider,
    bias: Float32Array.of(...bias.subarray(0, at), constant, ...bias.subarray(at)),
  };
}

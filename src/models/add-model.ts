import { InvalidArgumentError, NoLabelsError } from "../errors.js";
import { fitLeastSquares } from "../native/least-squares.js";
import { fitLogistic } from "../native/logistic.js";
import type { CsrMatrix } from "../types.js";
import type { LinearHeads, Part } from "./estimator.js";
import { predictProba } from "./predict.js";
import { product } from "./rows.js";

export interface AddModelOptions {
  /** Strength of the ridge penalty that draws the new model's P to its mean. Default 1. */
  readonly alpha?: number;
}

/**
 * Adds a model to fitted heads from a few labels, 20 to 200: what is known of the others says most of it. Its P is a
 * ridge regression on theirs, P = b + sum of a_m P_m, which parts of clusters and neighbours hold exactly, up to clipping to
 * 0..1: a cluster's rate of the new model is the same sum over its rates of the others. Logistic parts say nothing of
 * it then; where there are no others, its z is a logistic regression on theirs. It is not calibrated.
 * @param X features of the labelled prompts; better ones that the heads were not fitted on.
 * @param y success rates of the new model, [prompts]; NaN = unknown, left out.
 * @param models number of models of the heads. The new one has this index.
 * @throws NoLabelsError where no label is known.
 */
export async function addModel(
  heads: LinearHeads,
  X: CsrMatrix,
  y: Float32Array,
  models: number,
  { alpha = 1 }: AddModelOptions = {},
): Promise<LinearHeads> {
  if (y.length !== X.rows) throw InvalidArgumentError.of("y", `a length of ${X.rows}`, y.length);
  if (!(alpha >= 0 && Number.isFinite(alpha))) {
    throw InvalidArgumentError.of("alpha", "a number of at least 0", alpha);
  }
  if (y.every(Number.isNaN)) throw new NoLabelsError("No outcome of the new model is known.");
  const wider = heads.parts.some(({ kind }) => kind !== "logistic")
    ? await withRates(heads, X, y, models, alpha)
    : await withHead(heads, X, y, models);
  if (heads.calibration === undefined) return wider;
  const knots = heads.calibration.length / models;
  const identity = Float32Array.from({ length: knots }, (_, knot) => knot / (knots - 1));
  return { ...wider, calibration: Float32Array.of(...heads.calibration, ...identity) };
}

/** The new model as a column of rates and labels. */
async function withRates(
  heads: LinearHeads,
  X: CsrMatrix,
  y: Float32Array,
  models: number,
  alpha: number,
): Promise<LinearHeads> {
  const parts = heads.parts.map((part) =>
    part.kind === "logistic" ? { ...part, weight: new Float32Array(models) } : part,
  );
  // Uncalibrated: it is the sum of the parts that is linear in their rates.
  const { weights: W, bias } = heads;
  const P = predictProba(X, { weights: W, bias, parts }, models);
  const rows = Array.from(y.keys()).filter((row) => !Number.isNaN(y[row]!));
  const known = Float64Array.from(
    rows.flatMap((row) => [...P.subarray(row * models, (row + 1) * models)]),
  );
  const labels = Float64Array.from(rows, (row) => y[row]!);
  const fitted = await fitLeastSquares(known, models, labels, 1, { alpha });
  const weight = parts.map((part) => part.weight.reduce((sum, w) => sum + w, 0) / models);
  const share = fitted.bias[0]! / weight.reduce((sum, w) => sum + w, 0);
  let wider = { weights: W, bias };
  let at = 0;
  const newParts = parts.map((part, i): Part => {
    const column = (matrix: Float32Array) =>
      withColumn(matrix, models, (row) => {
        const sum = row.reduce(
          (total, value, m) => total + fitted.weights[m]! * (part.weight[m]! / weight[i]!) * value,
          share,
        );
        return Math.min(1, Math.max(0, sum));
      });
    const own = { weight: Float32Array.of(...heads.parts[i]!.weight, weight[i]!) };
    at += part.heads;
    if (part.kind === "clusters") return { ...part, ...own, rates: column(part.rates) };
    if (part.kind === "neighbors") {
      return { ...part, ...own, labels: column(part.labels), overall: column(part.overall) };
    }
    wider = insertHead(wider, at++, new Float32Array(X.columns), 0);
    return { ...part, ...own, heads: part.heads + 1 };
  });
  return { ...wider, parts: newParts };
}

/** C of the regression on the others' z: the best of three on real outcomes. */
const headC = 0.3;

/** The new model as a head of a logistic part. */
async function withHead(
  heads: LinearHeads,
  X: CsrMatrix,
  y: Float32Array,
  models: number,
): Promise<LinearHeads> {
  const [part, second] = heads.parts;
  if (part === undefined || second !== undefined) {
    throw InvalidArgumentError.of(
      "heads.parts",
      "one logistic part, or clusters or neighbours",
      heads.parts,
    );
  }
  const Z = product(X, heads.weights, models).map((z, cell) => z + heads.bias[cell % models]!);
  const every = {
    rows: X.rows,
    columns: models,
    indptr: Uint32Array.from({ length: X.rows + 1 }, (_, row) => row * models),
    indices: Uint32Array.from(Z, (_, cell) => cell % models),
    values: Float32Array.from(Z),
  };
  const fitted = await fitLogistic(every, y, 1, { C: headC, tol: 1e-4, maxIter: 100 });
  const combined = Float32Array.from({ length: X.columns }, (_, i) =>
    fitted.weights.reduce((sum, a, m) => sum + a * heads.weights[i * models + m]!, 0),
  );
  const constant = fitted.weights.reduce((sum, a, m) => sum + a * heads.bias[m]!, fitted.bias[0]!);
  return {
    ...insertHead(heads, models, combined, constant),
    parts: [{ ...part, heads: models + 1, weight: Float32Array.of(...part.weight, 1) }],
  };
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

function insertHead(
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

import { InvalidArgumentError, NoLabelsError } from "../errors.js";
import { fitLeastSquares } from "../native/least-squares.js";
import { fitLogistic } from "../native/logistic.js";
import type { CsrMatrix } from "../types.js";
import { insert, insertHead, rangeOf, withCurve } from "./add-column.js";
import type { LinearHeads, Part } from "./estimator.js";
import { scaleParts } from "./heads.js";
import { predictProba } from "./predict.js";
import { product } from "./rows.js";

export interface AddModelOptions {
  /** Strength of the ridge penalty that draws the new model's P to its mean. Default 1. */
  readonly alpha?: number;
}

/**
 * Adds a model to fitted heads from a few labels, 20 to 200: what is known of the others says most of it. Its P is a
 * ridge regression on theirs, P = b + sum of a_m P_m, which parts of clusters and neighbours hold exactly: a cluster's
 * rate of the new model is the same sum over its rates of the others. Logistic parts say nothing of it then; where
 * there is nothing else, its z is a logistic regression on theirs.
 * @param X features of the labelled prompts; best are prompts that the heads were not fitted on.
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
  return heads.parts.some(({ kind }) => kind !== "logistic")
    ? withRates(heads, X, y, models, alpha)
    : withHead(heads, X, y, models);
}

/** The new model as a column of rates and labels. */
async function withRates(
  heads: LinearHeads,
  X: CsrMatrix,
  y: Float32Array,
  models: number,
  alpha: number,
): Promise<LinearHeads> {
  const parts = withoutLogistic(heads.parts, models);
  // Uncalibrated: it is the sum of the parts that is linear in their rates.
  const { weights, bias } = heads;
  const P = predictProba(X, { weights, bias, parts }, models);
  const fitted = await regress(P, y, models, alpha);
  // They add up to 1, so that the constant can stand in every part.
  const own = parts.map((part) => part.weight.reduce((sum, w) => sum + w, 0) / models);
  const combined = parts.map((part, i) => {
    const factor = part.weight.map((w, m) => (w > 0 ? (fitted.weights[m]! * w) / own[i]! : 0));
    return (row: Float32Array) =>
      row.reduce((sum, value, m) => sum + factor[m]! * value, fitted.bias[0]!);
  });
  const range = rangeOf(parts, combined, models);
  return insert(heads, models, own, combined, range, X.columns);
}

/** The same parts without the logistic ones; what the others count adds up to 1, on average over the models. */
function withoutLogistic(parts: readonly Part[], models: number): Part[] {
  const none = new Float32Array(models);
  const rated = parts.map((part) => (part.kind === "logistic" ? { ...part, weight: none } : part));
  const total = rated.reduce((sum, { weight }) => sum + weight.reduce((a, b) => a + b), 0) / models;
  return scaleParts(
    rated,
    none.map(() => 1 / total),
  );
}

/** Ridge regression of the known labels on what is said of the other models. */
function regress(P: Float32Array, y: Float32Array, models: number, alpha: number) {
  const rows = Array.from(y.keys()).filter((row) => !Number.isNaN(y[row]!));
  const known = rows.flatMap((row) => [...P.subarray(row * models, (row + 1) * models)]);
  const labels = Float64Array.from(rows, (row) => y[row]!);
  return fitLeastSquares(Float64Array.from(known), models, labels, 1, { alpha });
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
    ...(heads.calibration && { calibration: withCurve(heads.calibration, models, [0, 1]) }),
  };
}

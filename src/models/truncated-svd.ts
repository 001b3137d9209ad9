import { InvalidArgumentError } from "../errors.js";
import { random } from "../random.js";
import type { CsrMatrix } from "../types.js";
import { product, transposedProduct } from "./rows.js";
import { symmetricEigen } from "./symmetric-eigen.js";

/** X = U S V^T up to what the first components leave out. */
export interface TruncatedSvd {
  /** Right singular vectors V, [columns x components]; each one's entry of largest size is positive. */
  readonly components: Float32Array;
  /** Descending, [components]. */
  readonly singularValues: Float64Array;
}

/** Directions beyond those asked for, which make the last ones exact; scikit-learn's number. */
const oversamples = 10;
/** Each multiplies the error by the ratio of the singular values left out to those kept, squared. */
const powerIterations = 3;

/**
 * Randomised truncated SVD (Halko, Martinsson and Tropp 2011, algorithm 4.4). Columns are not centred: of TF-IDF rows
 * this is latent semantic analysis.
 * @param components at most as many as X has rows or columns.
 */
export function truncatedSvd(X: CsrMatrix, components: number, seed: number): TruncatedSvd {
  const known = memory.get(X);
  if (known?.components === components && known.seed === seed) return known.svd;
  const svd = compute(X, components, seed);
  memory.set(X, { components, seed, svd });
  return svd;
}

/** The parts of a blend ask for the same one in turn. Gone when X is. */
const memory = new WeakMap<CsrMatrix, { components: number; seed: number; svd: TruncatedSvd }>();

function compute(X: CsrMatrix, components: number, seed: number): TruncatedSvd {
  const most = Math.min(X.rows, X.columns);
  if (!Number.isInteger(components) || components < 1 || components > most) {
    throw InvalidArgumentError.of("components", `a whole number from 1 to ${most}`, components);
  }
  const width = Math.min(components + oversamples, most);
  const Q = range(X, width, seed);
  // Rayleigh and Ritz: Q^T X X^T Q has the squared singular values and, turned by Q, the left singular vectors.
  const image = product(X, transposedProduct(X, Q, width), width);
  const { values, vectors } = symmetricEigen(products(Q, image, width), width);
  const singularValues = Float64Array.from(values.subarray(0, components), (value) =>
    Math.sqrt(Math.max(0, value)),
  );
  const V = transposedProduct(X, turned(Q, vectors, components, width), components);
  for (let at = 0; at < V.length; at++) {
    const value = singularValues[at % components]!;
    // A direction without extent: X has a lower rank.
    V[at] = value > 1e-6 * singularValues[0]! ? V[at]! / value : 0;
  }
  turnPositive(V, components);
  return { components: V, singularValues };
}

/** An orthonormal basis of what X reaches best, [rows x width]. */
function range(X: CsrMatrix, width: number, seed: number): Float64Array {
  const { uint32 } = random(seed);
  const start = Float32Array.from({ length: X.columns * width }, () => uint32() / 2 ** 31 - 1);
  let Q = orthonormalize(product(X, start, width), width);
  for (let i = 0; i < powerIterations; i++) {
    Q = orthonormalize(product(X, transposedProduct(X, Q, width), width), width);
  }
  return Q;
}

/** Modified Gram and Schmidt; columns that depend on those before become 0. */
function orthonormalize(A: Float64Array, width: number): Float64Array {
  const rows = A.length / width;
  const columns = Array.from({ length: width }, (_, j) =>
    Float64Array.from({ length: rows }, (_, row) => A[row * width + j]!),
  );
  columns.forEach((column, j) => {
    const before = Math.sqrt(dot(column, column));
    for (let other = 0; other < j; other++) {
      const along = columns[other]!;
      const length = dot(column, along);
      for (let row = 0; row < rows; row++) column[row]! -= length * along[row]!;
    }
    const norm = Math.sqrt(dot(column, column));
    const scale = norm > 1e-7 * before ? 1 / norm : 0;
    for (let row = 0; row < rows; row++) A[row * width + j] = column[row]! *= scale;
  });
  return A;
}

/** A B for A [rows x width] and the first columns of B [width x width]. */
function turned(A: Float64Array, B: Float64Array, columns: number, width: number): Float64Array {
  const rows = A.length / width;
  const out = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < width; j++) {
      const a = A[row * width + j]!;
      for (let c = 0; c < columns; c++) out[row * columns + c]! += a * B[j * width + c]!;
    }
  }
  return out;
}

/** A^T B, [width x width]. */
function products(A: Float64Array, B: Float64Array, width: number): Float64Array {
  const out = new Float64Array(width * width);
  for (let at = 0; at < A.length; at += width) {
    for (let i = 0; i < width; i++) {
      const a = A[at + i]!;
      for (let j = 0; j < width; j++) out[i * width + j]! += a * B[at + j]!;
    }
  }
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function turnPositive(V: Float32Array, components: number): void {
  for (let c = 0; c < components; c++) {
    let largest = 0;
    for (let at = c; at < V.length; at += components) {
      if (Math.abs(V[at]!) > Math.abs(largest)) largest = V[at]!;
    }
    if (largest >= 0) continue;
    for (let at = c; at < V.length; at += components) V[at]! *= -1;
  }
}

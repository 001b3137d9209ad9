import type { CsrMatrix } from "../types.js";

/** The rows of these numbers, in their order. */
export function takeRows(X: CsrMatrix, rows: readonly number[]): CsrMatrix {
  const indptr = new Uint32Array(rows.length + 1);
  rows.forEach((row, i) => {
    indptr[i + 1] = indptr[i]! + X.indptr[row + 1]! - X.indptr[row]!;
  });
  const indices = new Uint32Array(indptr.at(-1)!);
  const values = new Float32Array(indptr.at(-1)!);
  rows.forEach((row, i) => {
    indices.set(X.indices.subarray(X.indptr[row]!, X.indptr[row + 1]!), indptr[i]!);
    values.set(X.values.subarray(X.indptr[row]!, X.indptr[row + 1]!), indptr[i]!);
  });
  return { rows: rows.length, columns: X.columns, indptr, indices, values };
}

/** The same of a dense matrix, [rows x columns]. */
export function takeDenseRows(
  matrix: Float32Array,
  columns: number,
  rows: readonly number[],
): Float32Array {
  const out = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => {
    out.set(matrix.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  return out;
}

/** Mean of the known cells of each column; NaN where none is known. */
export function columnMeans(matrix: Float32Array, columns: number): Float32Array {
  const sums = new Float64Array(columns);
  const counts = new Float64Array(columns);
  matrix.forEach((value, cell) => {
    if (Number.isNaN(value)) return;
    sums[cell % columns]! += value;
    counts[cell % columns]! += 1;
  });
  return Float32Array.from(sums, (sum, column) => sum / counts[column]!);
}

/** X W in doubles, [rows x width], for W [columns x width]. */
export function product(X: CsrMatrix, W: Float32Array, width: number): Float64Array {
  const out = new Float64Array(X.rows * width);
  for (let row = 0; row < X.rows; row++) {
    const to = row * width;
    for (let k = X.indptr[row]!; k < X.indptr[row + 1]!; k++) {
      const value = X.values[k]!;
      const from = X.indices[k]! * width;
      for (let j = 0; j < width; j++) out[to + j]! += value * W[from + j]!;
    }
  }
  return out;
}

/** X^T W, [columns x width], for W [rows x width]. */
export function transposedProduct(X: CsrMatrix, W: Float64Array, width: number): Float32Array {
  const out = new Float32Array(X.columns * width);
  for (let row = 0; row < X.rows; row++) {
    const from = row * width;
    for (let k = X.indptr[row]!; k < X.indptr[row + 1]!; k++) {
      const value = X.values[k]!;
      const to = X.indices[k]! * width;
      for (let j = 0; j < width; j++) out[to + j]! += value * W[from + j]!;
    }
  }
  return out;
}

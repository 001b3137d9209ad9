import { random } from "../src/random.js";
import type { CsrMatrix, DenseMatrix } from "../src/types.js";

/** Uniform in -1 .. 1. */
export function uniformMatrix(rows: number, columns: number, seed: number): DenseMatrix {
  const { uint32 } = random(seed);
  const values = Float32Array.from({ length: rows * columns }, () => uint32() / 2 ** 31 - 1);
  return { rows, columns, values };
}

/** Row i lies around centre i % clusters; the clusters touch each other. */
export function clusteredMatrix(rows: number, columns: number, clusters: number): DenseMatrix {
  const centres = uniformMatrix(clusters, columns, 1).values;
  const { values } = uniformMatrix(rows, columns, 2);
  const centre = (i: number) =>
    centres[(Math.floor(i / columns) % clusters) * columns + (i % columns)]!;
  return { rows, columns, values: values.map((value, i) => 3 * centre(i) + value) };
}

export function toDense(X: CsrMatrix, offset = 0): DenseMatrix {
  const values = new Float32Array(X.rows * X.columns).fill(offset);
  for (let i = 0; i < X.rows; i++) {
    for (let k = X.indptr[i]!; k < X.indptr[i + 1]!; k++) {
      values[i * X.columns + X.indices[k]!]! += X.values[k]!;
    }
  }
  return { rows: X.rows, columns: X.columns, values };
}

export function takeRows(X: DenseMatrix, rows: readonly number[]): DenseMatrix {
  const row = (i: number) => [...X.values.subarray(i * X.columns, (i + 1) * X.columns)];
  return { rows: rows.length, columns: X.columns, values: Float32Array.from(rows.flatMap(row)) };
}

export interface SymmetricEigen {
  /** Descending, [size]. */
  readonly values: Float64Array;
  /** [size x size]; column c belongs to value c. */
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations, row by row (Golub and Van Loan, Matrix
 * Computations, section 8.5). Meant for a few hundred rows.
 * @param A [size x size]; not changed.
 */
export function symmetricEigen(A: Float64Array, size: number): SymmetricEigen {
  const a = Float64Array.from(A);
  // Rows of v are the eigenvectors, so that a rotation walks along memory.
  const v = new Float64Array(size * size);
  for (let i = 0; i < size; i++) v[i * size + i] = 1;
  const total = a.reduce((sum, x) => sum + x * x, 0);
  for (let sweep = 0; sweep < 50 && offDiagonal(a, size) > 1e-26 * total; sweep++) {
    for (let p = 0; p < size - 1; p++) {
      for (let q = p + 1; q < size; q++) rotate(a, v, size, p, q);
    }
  }
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (i, j) => a[j * size + j]! - a[i * size + i]!,
  );
  const vectors = new Float64Array(size * size);
  order.forEach((from, c) => {
    for (let i = 0; i < size; i++) vectors[i * size + c] = v[from * size + i]!;
  });
  return { values: Float64Array.from(order, (i) => a[i * size + i]!), vectors };
}

/** Makes a[p][q] zero. */
function rotate(a: Float64Array, v: Float64Array, size: number, p: number, q: number): void {
  const apq = a[p * size + q]!;
  if (apq === 0) return;
  const theta = (a[q * size + q]! - a[p * size + p]!) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cos = 1 / Math.hypot(t, 1);
  const sin = t * cos;
  for (let i = 0; i < size; i++) {
    turn(a, i * size + p, i * size + q, cos, sin);
  }
  for (let i = 0; i < size; i++) {
    turn(a, p * size + i, q * size + i, cos, sin);
    turn(v, p * size + i, q * size + i, cos, sin);
  }
}

function turn(a: Float64Array, i: number, j: number, cos: number, sin: number): void {
  const x = a[i]!;
  const y = a[j]!;
  a[i] = cos * x - sin * y;
  a[j] = sin * x + cos * y;
}

function offDiagonal(a: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) if (i !== j) sum += a[i * size + j]! ** 2;
  }
  return sum;
}

import { fitKMeans, type KMeansOptions } from "../native/kmeans.js";
import type { CsrMatrix } from "../types.js";
import { unitRows } from "./neighbors.js";
import { product } from "./rows.js";
import { truncatedSvd } from "./truncated-svd.js";

/** Clusters as linear heads over the features: a prompt belongs to the head of the largest z. */
export interface Clustering {
  /** [features x clusters] */
  readonly weights: Float32Array;
  /** [clusters] */
  readonly bias: Float32Array;
  /** Cluster of each row. */
  readonly labels: Uint32Array;
}

/** A space in which prompts are clustered. */
export interface ClusterSpace {
  cluster(options: KMeansOptions): Promise<Clustering>;
}

/** Nearest centroid by Euclid: argmin |x - c|^2 = argmax x.c - |c|^2 / 2. */
export function featureSpace(X: CsrMatrix): ClusterSpace {
  return {
    async cluster(options) {
      const { centroids, labels } = await fitKMeans(X, options);
      const weights = transpose(centroids, X.columns);
      const bias = Float32Array.from({ length: options.clusters }, (_, j) => {
        const norm = length(centroids.subarray(j * X.columns, (j + 1) * X.columns));
        return -(norm ** 2) / 2;
      });
      return { weights, bias, labels };
    },
  };
}

/**
 * Nearest centroid by angle in a truncated SVD of the features, v = x V / |x V|: the length |x V| of a prompt is not
 * linear in its features, and the largest v.c / |c| does not depend on it. K-means runs on the unit vectors v.
 */
export function svdSpace(X: CsrMatrix, dimensions: number, seed: number): ClusterSpace {
  const width = Math.min(dimensions, X.rows, X.columns);
  const { components } = truncatedSvd(X, width, seed);
  const values = unitRows(product(X, components, width), width);
  return {
    async cluster(options) {
      const { clusters } = options;
      const fitted = await fitKMeans({ rows: X.rows, columns: width, values }, options);
      const centroids = unitRows(Float64Array.from(fitted.centroids), width);
      return {
        weights: multiply(components, centroids, width),
        bias: new Float32Array(clusters),
        labels: largestProducts(values, centroids, width),
      };
    },
  };
}

function length(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, c) => sum + c * c, 0));
}

/** @param A [rows x columns] @returns [columns x rows] */
function transpose(A: Float32Array, columns: number): Float32Array {
  const rows = A.length / columns;
  return A.map((_, at) => A[(at % rows) * columns + Math.floor(at / rows)]!);
}

/** A B^T, A [a x width], B [b x width]. */
function multiply(A: Float32Array, B: Float32Array, width: number): Float32Array {
  const columns = B.length / width;
  const out = new Float32Array((A.length / width) * columns);
  for (let at = 0; at < out.length; at++) {
    const [a, b] = [Math.floor(at / columns) * width, (at % columns) * width];
    let sum = 0;
    for (let i = 0; i < width; i++) sum += A[a + i]! * B[b + i]!;
    out[at] = sum;
  }
  return out;
}

/** For each row of A the row of B with the largest product. */
function largestProducts(A: Float32Array, B: Float32Array, width: number): Uint32Array {
  const columns = B.length / width;
  const all = multiply(A, B, width);
  return Uint32Array.from({ length: A.length / width }, (_, i) => {
    const row = all.subarray(i * columns, (i + 1) * columns);
    return row.indexOf(Math.max(...row));
  });
}

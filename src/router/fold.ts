import type { FeatureState } from "../features/union.js";
import type { LinearHeads } from "../models/estimator.js";

/** Heads with the scaling of the features in their weights, so that scoring need not scale. */
export interface FoldedHeads {
  /** [columns x heads] */
  readonly terms: Float32Array;
  /** [surface features x heads] */
  readonly surface?: Float32Array;
  /** [words x heads]: each word's vector times its weights. */
  readonly vectors?: Float32Array;
  /** [embedding size x heads] */
  readonly embedding?: Float32Array;
  /** [heads] */
  readonly bias: Float32Array;
}

/** W and b of z = x W + b, x as `FeatureUnion` lays it out; for a feature (f - mean) / scale, f has the weight w / scale. */
export function foldHeads(features: FeatureState, { weights, bias }: LinearHeads): FoldedHeads {
  const heads = bias.length;
  const rest = new Rows(weights, heads);
  const terms = rest.take(features.terms.idf.length);
  const newBias = Float32Array.from(bias);
  const folded: { -readonly [K in keyof FoldedHeads]: FoldedHeads[K] } = { terms, bias: newBias };
  if (features.surface !== undefined) {
    const { mean, scale } = features.surface;
    const surface = rest.take(mean.length).map((w, i) => w / scale[Math.floor(i / heads)]!);
    surface.forEach((w, i) => {
      newBias[i % heads]! -= w * mean[Math.floor(i / heads)]!;
    });
    folded.surface = surface;
  }
  if (features.wordVectors !== undefined) {
    const { vectors, dimensions, scale } = features.wordVectors;
    folded.vectors = product(vectors, rest.take(dimensions), dimensions, heads, 1 / scale);
  }
  if (features.embedding !== undefined) {
    const { dimensions, scale } = features.embedding;
    folded.embedding = rest.take(dimensions).map((w) => w / scale);
  }
  return folded;
}

/** Rows of a matrix, from the top. */
class Rows {
  #at = 0;

  constructor(
    private readonly values: Float32Array,
    private readonly columns: number,
  ) {}

  take(rows: number): Float32Array {
    const begin = this.#at;
    this.#at += rows * this.columns;
    return this.values.slice(begin, this.#at);
  }
}

/** factor A B, A [rows x inner], B [inner x columns]. */
function product(
  A: Float32Array,
  B: Float32Array,
  inner: number,
  columns: number,
  factor: number,
): Float32Array {
  const out = new Float32Array((A.length / inner) * columns);
  for (let row = 0; row < out.length / columns; row++) {
    for (let k = 0; k < inner; k++) {
      const a = factor * A[row * inner + k]!;
      for (let j = 0; j < columns; j++) out[row * columns + j]! += a * B[k * columns + j]!;
    }
  }
  return out;
}

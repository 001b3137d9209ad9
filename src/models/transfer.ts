import { InvalidArgumentError, NotFittedError } from "../errors.js";
import { fitLogistic } from "../native/logistic.js";
import type { CsrMatrix } from "../types.js";
import type { Estimator, FitOptions, LinearHeads } from "./estimator.js";
import { product } from "./rows.js";

export interface TransferClassifierOptions {
  /** Logistic heads of an earlier fit on the same features and models, on other data. */
  readonly prior: LinearHeads;
  /** Inverse of the strength that draws weights to the prior's. Default 0.3. */
  readonly C?: number;
}

/**
 * The multi-label classifier, drawn to what was learnt on other data instead of to zero: w = a w0 + v with the penalty
 * |v|^2 / 2, so that few labels change the prior a little and many outweigh it. The scale a of each model is learnt
 * too, all but free: it is the weight of one feature more, w0's score of the prompt, in large units.
 */
export class TransferClassifier implements Estimator {
  readonly name = "transfer";
  readonly options: Required<TransferClassifierOptions>;
  #heads: LinearHeads | undefined;

  constructor(options: TransferClassifierOptions) {
    this.options = { C: 0.3, ...options };
    const { C, prior } = this.options;
    if (!(C > 0 && Number.isFinite(C))) throw InvalidArgumentError.of("C", "a number above 0", C);
    if (prior.parts.length !== 1 || prior.parts[0]!.kind !== "logistic") {
      throw InvalidArgumentError.of("prior", "heads of one logistic part", prior.parts);
    }
  }

  async fit(
    X: CsrMatrix,
    Y: Float32Array,
    models: number,
    { signal, onProgress }: FitOptions = {},
  ): Promise<this> {
    const { prior, C } = this.options;
    if (prior.bias.length !== models || prior.weights.length !== X.columns * models) {
      const expected = `heads of ${models} models over ${X.columns} features`;
      throw InvalidArgumentError.of("prior", expected, prior.bias.length);
    }
    const scores = product(X, prior.weights, models);
    const weights = new Float32Array(prior.weights.length);
    const bias = new Float32Array(models);
    for (let m = 0; m < models; m++) {
      const score = Float32Array.from(
        { length: X.rows },
        (_, row) => units * scores[row * models + m]!,
      );
      const labels = Float32Array.from({ length: X.rows }, (_, row) => Y[row * models + m]!);
      const options = { C, tol: 1e-4, maxIter: 100, ...(signal && { signal }) };
      const fitted = await fitLogistic(withFeature(X, score), labels, 1, options);
      const scale = units * fitted.weights[X.columns]!;
      for (let i = 0; i < X.columns; i++) {
        weights[i * models + m] = fitted.weights[i]! + scale * prior.weights[i * models + m]!;
      }
      bias[m] = fitted.bias[0]!;
      onProgress?.(m + 1, models);
    }
    this.#heads = { weights, bias, parts: prior.parts };
    return this;
  }

  get heads(): LinearHeads {
    if (this.#heads === undefined) throw new NotFittedError("TransferClassifier");
    return this.#heads;
  }
}

/** In these a weight of 0.1 is the whole prior, at a hundredth of the penalty. */
const units = 10;

/** One column more, at the end. */
function withFeature(X: CsrMatrix, column: Float32Array): CsrMatrix {
  const size = X.values.length + X.rows;
  const indptr = X.indptr.map((at, row) => at + row);
  const indices = new Uint32Array(size).fill(X.columns);
  const values = new Float32Array(size);
  for (let row = 0; row < X.rows; row++) {
    const [begin, end] = [X.indptr[row]!, X.indptr[row + 1]!];
    indices.set(X.indices.subarray(begin, end), indptr[row]!);
    values.set(X.values.subarray(begin, end), indptr[row]!);
    values[indptr[row + 1]! - 1] = column[row]!;
  }
  return { rows: X.rows, columns: X.columns + 1, indptr, indices, values };
}

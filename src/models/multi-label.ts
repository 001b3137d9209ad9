import { InvalidArgumentError, NotFittedError } from "../errors.js";
import { fitLogistic } from "../native/logistic.js";
import type { CsrMatrix } from "../types.js";
import type { Estimator, FitOptions, LinearHeads } from "./estimator.js";

export interface MultiLabelClassifierOptions {
  /** Inverse of the regularisation strength, as scikit-learn's. Default 0.3: the best of four values in cross-validation on real outcomes. */
  readonly C?: number;
  /** Stop when the gradient has shrunk by this factor. Default 1e-4. */
  readonly tol?: number;
  readonly maxIter?: number;
}

/**
 * The paper's multi-label classifier (MLC, section 4) with a linear body: one sigmoid output a model over shared
 * features, binary cross-entropy, L2 penalty. Minimises |w|^2 / 2 + C * sum of losses for each model.
 * Labels are success rates, so that all ten samples of a prompt count and not only their majority.
 */
export class MultiLabelClassifier implements Estimator {
  readonly name = "multi-label";
  readonly options: Required<MultiLabelClassifierOptions>;
  #heads: LinearHeads | undefined;

  constructor(options: MultiLabelClassifierOptions = {}) {
    this.options = { C: 0.3, tol: 1e-4, maxIter: 100, ...options };
    const { C, tol, maxIter } = this.options;
    if (!(C > 0 && Number.isFinite(C))) throw InvalidArgumentError.of("C", "a number above 0", C);
    if (!(tol > 0)) throw InvalidArgumentError.of("tol", "a number above 0", tol);
    if (!Number.isInteger(maxIter) || maxIter < 1) {
      throw InvalidArgumentError.of("maxIter", "a whole number of at least 1", maxIter);
    }
  }

  async fit(
    X: CsrMatrix,
    Y: Float32Array,
    models: number,
    options: FitOptions = {},
  ): Promise<this> {
    const { weights, bias } = await fitLogistic(X, Y, models, { ...this.options, ...options });
    this.#heads = { weights, bias };
    return this;
  }

  get heads(): LinearHeads {
    if (this.#heads === undefined) throw new NotFittedError("MultiLabelClassifier");
    return this.#heads;
  }
}

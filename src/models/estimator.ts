import type { CsrMatrix, OnProgress } from "../types.js";

export interface FitOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /**
   * [prompts]: what an estimator learns on inner folds keeps prompts of one group together (`groupPrompts`).
   * Default: each prompt by itself.
   */
  readonly groups?: Int32Array;
}

/** How the heads of a part become P(right) of each model; rates are [rows x models], NaN = unknown in labels only. */
type PartKind =
  /** One head a model: P = sigmoid(z). */
  | { readonly kind: "logistic" }
  /** One head a cluster: P = the rates of the largest z, or the mean of all rates weighted by softmax(z). */
  | {
      readonly kind: "clusters";
      readonly gate: "nearest" | "softmax";
      readonly rates: Float32Array;
    }
  /**
   * The heads project the prompt: v = z / |z|. Its k nearest rows of `vectors` by cosine vote with weights
   * max(0, cosine) / the largest of them, and `shrinkage` more votes are `overall`.
   */
  | {
      readonly kind: "neighbors";
      /** [n x heads], of unit length. */
      readonly vectors: Float32Array;
      /** [n x models] */
      readonly labels: Float32Array;
      /** [models] */
      readonly overall: Float32Array;
      readonly k: number;
      readonly shrinkage: number;
    };

export type Part = PartKind & {
  readonly heads: number;
  /** [models]: what this part's P counts in the blend. */
  readonly weight: Float32Array;
};

/**
 * A fitted estimator as the native scorer runs it: linear heads over the features, z = x W + b, cut into parts;
 * P(right) of model m = calibration_m(sum over the parts of weight_m * P_m).
 */
export interface LinearHeads {
  /** [features x heads], feature-major; the parts' heads one after another. */
  readonly weights: Float32Array;
  /** [heads] */
  readonly bias: Float32Array;
  readonly parts: readonly Part[];
  /**
   * [models x knots]: a model's calibrated P at 0, 1 / (knots - 1), .. 1, linear between; never falling.
   * Absent: P as it is.
   */
  readonly calibration?: Float32Array;
}

/**
 * Predicts for each model of a pool the probability that it answers right. The constructor stores options only;
 * `fit` keeps no reference to the data, and what it learnt never changes after.
 */
export interface Estimator {
  readonly name: string;
  /**
   * @param X features, [prompts x features].
   * @param Y success rates in 0..1, [prompts x models] row-major; NaN = unknown, left out.
   * @param models number of models.
   */
  fit(X: CsrMatrix, Y: Float32Array, models: number, options?: FitOptions): Promise<this>;
  /** @throws NotFittedError before `fit`. */
  readonly heads: LinearHeads;
  /**
   * P of the training prompts by heads that were fitted without them, [prompts x models], where `fit` made it anyway:
   * what a gate can be fitted on.
   */
  readonly outOfFold?: Float32Array;
}

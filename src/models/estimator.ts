import type { CsrMatrix, OnProgress } from "../types.js";

export interface FitOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/**
 * A fitted estimator as the native scorer runs it: linear heads over the features,
 * z = x W + b, and what is made of z.
 */
export interface LinearHeads {
  /** [features x heads], feature-major. */
  readonly weights: Float32Array;
  /** [heads] */
  readonly bias: Float32Array;
  /**
   * Absent: one head a model, and P(right) = sigmoid(z). Present, [heads x models]: each head is a cluster;
   * the row of the head with the largest z is the answer.
   */
  readonly rates?: Float32Array;
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
}

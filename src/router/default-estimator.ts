import { BlendClassifier } from "../models/blend.js";
import { ClusterClassifier } from "../models/clusters.js";
import type { Estimator } from "../models/estimator.js";

/**
 * What a router learns with unless told otherwise: K-means clusters, 15 and 30 of them, found by the angle between prompts
 * in a truncated SVD; a logistic regression that has learnt to tell them apart weighs their success rates. The best of
 * some 130 recipes on real outcomes of mixed tasks (docs/science.md).
 * @param seed a whole number from 0 to 2^32 - 1.
 */
export function defaultEstimator(seed = 1): Estimator {
  const clusters = new ClusterClassifier({
    clusters: [15, 30],
    space: "svd",
    gate: "softmax",
    nInit: 2,
    seed,
  });
  return new BlendClassifier({ parts: [clusters], seed });
}

import { BlendClassifier } from "../models/blend.js";
import { ClusterClassifier } from "../models/clusters.js";
import { MultiLabelClassifier } from "../models/multi-label.js";
import { NeighborsClassifier } from "../models/neighbors.js";

export interface DefaultEstimatorOptions {
  /** A whole number from 0 to 2^32 - 1. Default 1. */
  readonly seed?: number;
  /** Also try other C of the logistic regression, and nearest neighbours. Default false. */
  readonly thorough?: boolean;
}

/**
 * What a router learns with unless told otherwise: clusters of prompts, or a logistic regression, or a blend of them,
 * whichever chooses best out of fold (docs/science.md). The clusters, 15 and 30 of them, lie in a truncated SVD, and a
 * logistic regression that has learnt to tell them apart weighs their success rates.
 */
export function defaultEstimator(options: DefaultEstimatorOptions = {}): BlendClassifier {
  const { seed = 1, thorough = false } = options;
  const clusters = new ClusterClassifier({
    clusters: [15, 30],
    space: "svd",
    gate: "softmax",
    nInit: 2,
    seed,
  });
  const logistic = (thorough ? [0.1, 0.3, 1] : [0.3]).map((C) => new MultiLabelClassifier({ C }));
  const neighbors = thorough ? [new NeighborsClassifier({ seed })] : [];
  return new BlendClassifier({
    parts: [clusters, ...logistic, ...neighbors],
    weights: "best",
    seed,
  });
}

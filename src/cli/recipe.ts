import { TfidfVectorizer } from "../features/tfidf.js";
import { WordVectorizer } from "../features/word-vectors.js";
import { BlendClassifier } from "../models/blend.js";
import { ClusterClassifier } from "../models/clusters.js";
import type { Estimator } from "../models/estimator.js";
import { MultiLabelClassifier } from "../models/multi-label.js";
import { NeighborsClassifier } from "../models/neighbors.js";
import { SeparateClassifiers } from "../models/separate.js";
import { defaultEstimator } from "../router/default-estimator.js";
import type { FitRouterOptions } from "../router/fit.js";

export const estimators = ["default", "clusters", "multi-label", "separate", "neighbors"] as const;

/** Options of `train` that say how a router is made. */
export interface Recipe {
  estimator: (typeof estimators)[number];
  auto?: boolean;
  norm: "l2" | "occurrence";
  surface?: boolean;
  hashBits?: number;
  wordVectors?: string;
  c: number;
  clusters: number;
  gate: number | false;
  precision?: number;
  seed: number;
}

/** New, unfitted parts of a router on each call. */
export function routerOptions(recipe: Recipe): FitRouterOptions {
  const { norm, surface, hashBits, wordVectors, gate, precision } = recipe;
  return {
    vectorizer: new TfidfVectorizer({
      tokenPattern: "\\w+",
      norm,
      sublinearTf: norm === "l2",
      ...(hashBits === undefined ? {} : { hashBits }),
    }),
    surface: surface ?? false,
    ...(wordVectors === undefined
      ? {}
      : { wordVectors: new WordVectorizer({ file: wordVectors }) }),
    estimator: estimatorOf(recipe),
    gate,
    ...(precision === undefined ? {} : { precision }),
  };
}

function estimatorOf({ estimator, auto, c, clusters, seed }: Recipe): Estimator {
  if (auto || estimator === "default") return defaultEstimator({ seed, thorough: auto ?? false });
  const part = {
    clusters: () => new ClusterClassifier({ clusters, seed }),
    "multi-label": () => new MultiLabelClassifier({ C: c }),
    separate: () => new SeparateClassifiers({ seed }),
    neighbors: () => new NeighborsClassifier({ seed }),
  }[estimator]();
  // Of one part: for its calibration, and for the gate's out-of-fold predictions.
  return new BlendClassifier({ parts: [part], seed });
}

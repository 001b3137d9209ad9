import { BlendClassifier } from "../models/blend.js";
import { MultiLabelClassifier } from "../models/multi-label.js";
import { SeparateClassifiers } from "../models/separate.js";
import { argMaxAsReleased } from "../policies/argmax-as-released.js";
import { fitPrediction, predictionPolicy } from "../policies/prediction.js";
import { predictionAsReleased } from "../policies/prediction-as-released.js";
import { randomOfTop } from "../policies/random.js";
import { sortedPredictionAsReleased } from "../policies/sorted-prediction-as-released.js";
import { fitRouter } from "../router/fit.js";
import type { Outcomes } from "../types.js";
import type { FittedChooser } from "./judge.js";
import { chooserBy, chooserOf } from "./routers.js";

export interface FitRoutersOptions {
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/**
 * The paper's classifiers and policies: over one multi-label classifier ArgMax, Random, Prediction and Sorted Prediction
 * as described, and three of them as released; separate classifiers and the multi-label one with class weights, both by
 * ArgMax. Prediction is fitted on scores of prompts that the classifier did not see.
 */
export async function fitPaperRouters(
  train: Outcomes,
  { seed, signal }: FitRoutersOptions,
): Promise<FittedChooser[]> {
  const work = { gate: false, ...(signal && { signal }) } as const;
  // A blend of one part: that part, and what it says of prompts that it was not fitted on.
  const estimator = new BlendClassifier({
    parts: [new MultiLabelClassifier()],
    weights: "equal",
    calibration: "none",
    seed,
  });
  const router = await fitRouter(train, { estimator, ...work });
  const { length: models } = train.models;
  const prediction = await fitPrediction(estimator.outOfFold, train.marks, models);
  const sorted = await fitPrediction(estimator.outOfFold, train.marks, models, { sorted: true });
  const separate = await fitRouter(train, {
    estimator: new SeparateClassifiers({ seed }),
    ...work,
  });
  const weighted = new MultiLabelClassifier({ classWeight: "balanced" });
  const balanced = await fitRouter(train, { estimator: weighted, ...work });
  return [
    chooserOf("multi-label", "policy", router),
    chooserBy("argmax-as-released", router, argMaxAsReleased),
    chooserBy("random of top 3", router, randomOfTop(seed)),
    chooserBy("prediction", router, predictionPolicy(prediction)),
    chooserBy("prediction-as-released", router, predictionAsReleased(prediction)),
    chooserBy("sorted-prediction", router, predictionPolicy(sorted)),
    chooserBy("sorted-prediction-as-released", router, sortedPredictionAsReleased(sorted)),
    chooserOf("separate classifiers", "policy", separate),
    chooserOf("multi-label, balanced", "policy", balanced),
  ];
}

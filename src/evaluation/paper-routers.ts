import { groupPrompts } from "../datasets/near-duplicates.js";
import { selectRows } from "../datasets/select.js";
import { groupedKFold } from "../datasets/splits.js";
import { MultiLabelClassifier } from "../models/multi-label.js";
import { argMax } from "../policies/argmax.js";
import type { Policy } from "../policies/policy.js";
import { fitPrediction, predictionPolicy } from "../policies/prediction.js";
import { predictionAsReleased } from "../policies/prediction-as-released.js";
import { randomOfTop } from "../policies/random.js";
import { sortedPredictionAsReleased } from "../policies/sorted-prediction-as-released.js";
import { fitRouter } from "../router/fit.js";
import type { Router } from "../router/router.js";
import type { Outcomes } from "../types.js";
import type { FittedChooser } from "./judge.js";

/** Folds that the Prediction policies are fitted on. */
const folds = 5;

/**
 * The paper's policies over one multi-label classifier: ArgMax, Random, Prediction and Sorted Prediction as described,
 * and the last two as released. Prediction is fitted on scores of prompts that the classifier did not see.
 */
export async function fitPaperRouters(
  train: Outcomes,
  options: { readonly seed: number; readonly signal?: AbortSignal },
): Promise<FittedChooser[]> {
  const fitOn = (rows: Outcomes) =>
    fitRouter(rows, {
      estimator: new MultiLabelClassifier(),
      ...(options.signal && { signal: options.signal }),
    });
  const router = await fitOn(train);
  const held = await heldOutScores(train, fitOn, options.seed);
  const { length: models } = train.models;
  const prediction = await fitPrediction(held, train.marks, models);
  const sorted = await fitPrediction(held, train.marks, models, { sorted: true });
  return [
    { ...chooserBy("argmax", router, argMax), probabilities: (prompts) => scores(router, prompts) },
    chooserBy("random of top 3", router, randomOfTop(options.seed)),
    chooserBy("prediction", router, predictionPolicy(prediction)),
    chooserBy("prediction-as-released", router, predictionAsReleased(prediction)),
    chooserBy("sorted-prediction", router, predictionPolicy(sorted)),
    chooserBy("sorted-prediction-as-released", router, sortedPredictionAsReleased(sorted)),
  ];
}

function chooserBy(name: string, router: Router, policy: Policy): FittedChooser {
  return {
    name,
    kind: "policy",
    choose: (prompts) => Int32Array.from(prompts, (prompt) => policy(router.scores(prompt))),
  };
}

/** [prompts x models], each prompt's by a router fitted on the other folds. */
async function heldOutScores(
  train: Outcomes,
  fitOn: (rows: Outcomes) => Promise<Router>,
  seed: number,
): Promise<Float32Array> {
  const { length: width } = train.models;
  const foldOf = groupedKFold(groupPrompts(train.prompts), folds, seed);
  const all = new Float32Array(foldOf.length * width);
  for (let fold = 0; fold < folds; fold++) {
    const rows = [...foldOf.keys()];
    const router = await fitOn(
      selectRows(
        train,
        rows.filter((row) => foldOf[row] !== fold),
      ),
    );
    for (const row of rows.filter((row) => foldOf[row] === fold)) {
      router.scores(train.prompts[row]!, all.subarray(row * width, (row + 1) * width));
    }
  }
  return all;
}

function scores(router: Router, prompts: readonly string[]): Float32Array {
  const { length: width } = router.models;
  const all = new Float32Array(prompts.length * width);
  prompts.forEach((prompt, row) => {
    router.scores(prompt, all.subarray(row * width, (row + 1) * width));
  });
  return all;
}

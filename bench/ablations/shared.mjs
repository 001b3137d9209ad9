// What the ablations have in common.
import { TfidfVectorizer } from "../../dist/features/tfidf.js";
import { FeatureUnion } from "../../dist/features/union.js";
import { ClusterClassifier } from "../../dist/index.js";

/** The default router's estimator without the blend round it, which costs five fits. */
export const clusters = (seed) =>
  new ClusterClassifier({ clusters: [15, 30], space: "svd", gate: "softmax", nInit: 2, seed });

export async function featuresOf(prompts) {
  const terms = new TfidfVectorizer({ sublinearTf: true });
  const union = new FeatureUnion({ terms, surface: true });
  await union.fit(prompts, undefined);
  return (texts) => union.transform(texts, undefined);
}

export const column = (matrix, at, width) =>
  Float32Array.from({ length: matrix.length / width }, (_, row) => matrix[row * width + at]);

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

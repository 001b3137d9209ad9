import { NoLabelsError } from "../errors.js";
import { TfidfVectorizer } from "../features/tfidf.js";
import { FeatureUnion } from "../features/union.js";
import type { WordVectorizer } from "../features/word-vectors.js";
import { ClusterClassifier } from "../models/clusters.js";
import type { Estimator, FitOptions } from "../models/estimator.js";
import type { Outcomes } from "../types.js";
import { encodeRouter } from "./artifact.js";
import { fingerprint } from "./fingerprint.js";
import { Router } from "./router.js";

export interface FitRouterOptions extends FitOptions {
  /** Default: word 1-2-grams found in at least two prompts, with sublinear counts. */
  readonly vectorizer?: TfidfVectorizer;
  /** How a prompt looks, beside its words (docs/surface-features.md). Default false. */
  readonly surface?: boolean;
  /** Static word vectors from a file of the user's. Default: none. */
  readonly wordVectors?: WordVectorizer;
  /** Default: K-means clusters, which gained most where domains mix (README). */
  readonly estimator?: Estimator;
  /** SHA-256 of the models' files by name, to be kept in the router file. */
  readonly sha256?: Readonly<Record<string, string>>;
}

/**
 * Learns from outcomes which model answers what. Everything, the vocabulary included, is fitted on these outcomes only.
 * @throws NoLabelsError when there is nothing to learn from; AbortedError.
 */
export async function fitRouter(
  outcomes: Outcomes,
  options: FitRouterOptions = {},
): Promise<Router> {
  const {
    vectorizer = new TfidfVectorizer({ sublinearTf: true }),
    estimator = new ClusterClassifier(),
    surface = false,
    wordVectors,
    sha256 = {},
    ...fitOptions
  } = options;
  const { models, prompts, scores, marks, embeddings } = outcomes;
  const meanMarks = columnMeans(marks, models.length);
  const fallback = bestModel(meanMarks);
  const features = new FeatureUnion({ terms: vectorizer, surface, wordVectors });
  const work = { signal: fitOptions.signal };
  await features.fit(prompts, embeddings, work);
  const X = await features.transform(prompts, embeddings, work);
  await estimator.fit(X, scores, models.length, fitOptions);
  const bytes = await encodeRouter({
    features: features.state,
    heads: estimator.heads,
    info: {
      models: models.map((name) =>
        Object.hasOwn(sha256, name) ? { name, sha256: sha256[name]! } : { name },
      ),
      fallback,
      estimator: estimator.name,
      training: { fingerprint: fingerprint(outcomes), prompts: prompts.length, meanMarks },
    },
  });
  return Router.fromBytes(bytes);
}

/** @returns mean over the known cells of each model; null where none is known. */
function columnMeans(matrix: Float32Array, columns: number): (number | null)[] {
  return Array.from({ length: columns }, (_, column) => {
    let sum = 0;
    let count = 0;
    for (let cell = column; cell < matrix.length; cell += columns) {
      if (Number.isNaN(matrix[cell]!)) continue;
      sum += matrix[cell]!;
      count++;
    }
    return count === 0 ? null : sum / count;
  });
}

function bestModel(meanMarks: readonly (number | null)[]): number {
  const best = meanMarks.reduce<number>(
    (a, mean, i) => ((mean ?? -1) > (meanMarks[a] ?? -1) ? i : a),
    0,
  );
  if (meanMarks[best] == null) {
    throw new NoLabelsError(
      "No outcome of any model is known for these prompts, so there is nothing to learn from.",
    );
  }
  return best;
}

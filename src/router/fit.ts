import { groupPrompts } from "../datasets/near-duplicates.js";
import { shrunkenRates } from "../datasets/success-rates.js";
import { InvalidArgumentError, NoLabelsError } from "../errors.js";
import { TfidfVectorizer } from "../features/tfidf.js";
import { FeatureUnion } from "../features/union.js";
import type { WordVectorizer } from "../features/word-vectors.js";
import type { Estimator, FitOptions } from "../models/estimator.js";
import { fitGate } from "../models/gate.js";
import { fitAbstention } from "../policies/abstention.js";
import { argMax } from "../policies/argmax.js";
import type { Outcomes } from "../types.js";
import type { VoteModel } from "../voting/fit.js";
import { encodeRouter } from "./artifact.js";
import type { Certificate } from "./certificate.js";
import { defaultEstimator } from "./default-estimator.js";
import { fingerprint } from "./fingerprint.js";
import { Router } from "./router.js";

export interface FitRouterOptions extends FitOptions {
  /** [prompts], as of `augment`. Default: `groupPrompts`. */
  readonly groups?: Int32Array;
  /**
   * Default: word 1-2-grams found in at least two prompts, words of one letter included (they tell options from text),
   * with sublinear counts.
   */
  readonly vectorizer?: TfidfVectorizer;
  /** How a prompt looks, beside its words (docs/surface-features.md). Default false. */
  readonly surface?: boolean;
  /** Static word vectors from a file of the user's. Default: none. */
  readonly wordVectors?: WordVectorizer;
  /** Default: `defaultEstimator()`. */
  readonly estimator?: Estimator;
  /**
   * Do-no-harm gate: standard errors by which leaving the best single model must have paid, out of fold. Default 1; false:
   * no gate. Estimators without out-of-fold predictions have none.
   */
  readonly gate?: number | false;
  /** Abstain where fewer than this share of answers would be right, above 0 and at most 1. Default: never. */
  readonly precision?: number;
  /** Name of the encoder that made `outcomes.embeddings`. */
  readonly encoder?: string;
  /** SHA-256 of the models' files by name, to be kept in the router file. */
  readonly sha256?: Readonly<Record<string, string>>;
  /** How to spend several answers on a prompt (`fitVoteModel`), for `Router.plan`; to be kept in the router file. */
  readonly vote?: VoteModel;
  /** To be kept in the router file. */
  readonly certificate?: Certificate;
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
    vectorizer = new TfidfVectorizer({ sublinearTf: true, tokenPattern: "\\w+" }),
    estimator = defaultEstimator(),
    surface = false,
    wordVectors,
    gate = 1,
    precision,
    encoder,
    sha256 = {},
    vote,
    certificate,
    groups = groupPrompts(outcomes.prompts),
    ...fitOptions
  } = options;
  const { models, prompts, embeddings } = outcomes;
  const meanMarks = columnMeans(outcomes.marks, models.length);
  const fallback = bestModel(meanMarks);
  const features = new FeatureUnion({ terms: vectorizer, surface, wordVectors });
  const work = { signal: fitOptions.signal };
  await features.fit(prompts, embeddings, work);
  const X = await features.transform(prompts, embeddings, work);
  await estimator.fit(X, labelsOf(outcomes), models.length, { ...fitOptions, groups });
  const fitted = { P: estimator.outOfFold, outcomes, groups, fallback };
  const bytes = await encodeRouter({
    features: features.state,
    heads: estimator.heads,
    info: {
      models: describeModels(outcomes, sha256),
      fallback,
      estimator: estimator.name,
      ...(encoder !== undefined && { encoder }),
      ...gateOf(fitted, gate),
      ...abstentionOf(fitted, precision),
      ...(hasNeighbors(estimator) && { neighborIds: [...outcomes.ids] }),
      ...(vote && { vote }),
      training: { fingerprint: fingerprint(outcomes), prompts: prompts.length, meanMarks },
      ...(certificate && { certificate }),
    },
  });
  return Router.fromBytes(bytes);
}

/** Success rates; shrunk where they were counted over several answers. */
function labelsOf(outcomes: Outcomes): Float32Array {
  return outcomes.answers === undefined ? outcomes.scores : shrunkenRates(outcomes);
}

function hasNeighbors({ heads }: Estimator): boolean {
  return heads.parts.some(({ kind }) => kind === "neighbors");
}

interface FittedPredictions {
  /** Out of fold, [prompts x models]. */
  readonly P: Float32Array | undefined;
  readonly outcomes: Outcomes;
  readonly groups: Int32Array;
  readonly fallback: number;
}

function gateOf({ P, outcomes, groups, fallback }: FittedPredictions, z: number | false) {
  if (P === undefined || z === false) return {};
  const { marks, models } = outcomes;
  const { thresholds } = fitGate(P, marks, models.length, fallback, { groups, z });
  // JSON has no Infinity.
  return { gate: { thresholds: thresholds.map((tau) => (Number.isFinite(tau) ? tau : null)) } };
}

function abstentionOf({ P, outcomes }: FittedPredictions, precision: number | undefined) {
  if (precision === undefined) return {};
  if (P === undefined) {
    const mend = "Give an estimator with out-of-fold predictions, as BlendClassifier.";
    throw InvalidArgumentError.of("precision", "nothing", precision, mend);
  }
  const models = outcomes.models.length;
  const rows = Array.from(outcomes.prompts.keys());
  const best = rows.map((row) => argMax(P.subarray(row * models, (row + 1) * models)));
  const { limit } = fitAbstention(
    Float32Array.from(rows, (row) => P[row * models + best[row]!]!),
    Float32Array.from(rows, (row) => outcomes.marks[row * models + best[row]!]!),
    precision,
  );
  return { abstainBelow: Math.min(1, limit) };
}

function describeModels(
  { models, seconds, prices }: Outcomes,
  sha256: Readonly<Record<string, string>>,
) {
  const means = (matrix: Float32Array | undefined) => matrix && columnMeans(matrix, models.length);
  const [meanSeconds, meanPrices] = [means(seconds), means(prices)];
  return models.map((name, i) => ({
    name,
    ...(Object.hasOwn(sha256, name) && { sha256: sha256[name]! }),
    ...(meanSeconds?.[i] != null && { seconds: meanSeconds[i] }),
    ...(meanPrices?.[i] != null && { price: meanPrices[i] }),
  }));
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

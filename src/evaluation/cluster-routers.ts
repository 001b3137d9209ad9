import { denseToCsr } from "../features/dense.js";
import { TfidfVectorizer } from "../features/tfidf.js";
import { BlendClassifier } from "../models/blend.js";
import { ClusterClassifier } from "../models/clusters.js";
import { predictProba } from "../models/predict.js";
import { argMax } from "../policies/argmax.js";
import { fitRouter } from "../router/fit.js";
import type { DenseMatrix, Outcomes } from "../types.js";
import { ballots, voteMarksOf } from "./joint.js";
import { type FittedChooser, type FittedVoter, type Participant, setCosts } from "./judge.js";
import type { FitRoutersOptions } from "./paper-routers.js";
import { chooserOf, scoresOf } from "./routers.js";

/** The paper's K, and the shares of prompts between which a word must be found. */
const clusters = 50;
const [minShare, maxShare] = [0.05, 0.95];

/** Mean success from which a model joins the set of a cluster: one of these. */
const thresholds = Array.from({ length: 19 }, (_, at) => (at + 1) / 20);

/**
 * The paper's K-means routers (section 5), rates not shrunken: each cluster's best model; where answers are known, each
 * cluster's set of models by a threshold, with a pooled vote; where embeddings are there, clusters of those.
 */
export async function fitClusterRouters(
  train: Outcomes,
  { seed, signal }: FitRoutersOptions,
): Promise<Participant[]> {
  const { embeddings, ...texts } = train;
  const work = signal ? { signal } : {};
  // A blend of one part: that part, and what it says of prompts that it was not fitted on.
  const estimator = new BlendClassifier({
    parts: [new ClusterClassifier({ clusters, shrinkage: 0, seed })],
    weights: "equal",
    calibration: "none",
    seed,
  });
  const vectorizer = paperFeatures(texts.prompts.length);
  const options = { vectorizer, surface: false, estimator, gate: false, ...work } as const;
  const router = await fitRouter(texts, options);
  const participants: Participant[] = [
    chooserOf("k-means", "cluster", router, { hasClusters: true }),
  ];
  if (train.answers !== undefined) {
    const threshold = fitThreshold(train, estimator.outOfFold);
    const scores = (test: Outcomes) => scoresOf(router, test);
    participants.push(setVoter("k-means, sets by vote", scores, threshold));
  }
  if (embeddings !== undefined) {
    participants.push(await fitEncoderClusters(texts, embeddings, { seed, ...work }));
  }
  return participants;
}

/** Single words of scikit-learn's min_df = 0.05 and max_df = 0.95. */
function paperFeatures(prompts: number): TfidfVectorizer {
  const minDf = Math.max(1, Math.ceil(minShare * prompts));
  return new TfidfVectorizer({ ngramRange: [1, 1], minDf, maxDf: maxShare });
}

/**
 * The threshold whose sets vote best on training prompts; of equally good ones the highest, which asks the fewest.
 * @param P of the training prompts by clusters that were found without them.
 */
function fitThreshold(train: Outcomes, P: Float32Array): number {
  const rows = ballots(train);
  const means = thresholds.map((threshold) => {
    const marks = voteMarksOf(rows, membersBy(P, train.models.length, threshold));
    const known = marks.filter((mark) => !Number.isNaN(mark));
    return known.reduce((sum, mark) => sum + mark, 0) / known.length;
  });
  return thresholds[means.lastIndexOf(Math.max(...means))] ?? thresholds.at(-1)!;
}

/** Models of at least this mean success in the row's cluster; where there is none, the best one. */
function membersBy(P: Float32Array, models: number, threshold: number) {
  return (row: number): number[] => {
    const scores = P.subarray(row * models, (row + 1) * models);
    const above = Array.from(scores.keys()).filter((model) => scores[model]! >= threshold);
    return above.length > 0 ? above : [argMax(scores)];
  };
}

function setVoter(
  name: string,
  scores: (test: Outcomes) => Float32Array,
  threshold: number,
): FittedVoter {
  return {
    name,
    kind: "cluster",
    vote(test) {
      const membersOf = membersBy(scores(test), test.models.length, threshold);
      return { marks: voteMarksOf(ballots(test), membersOf), ...setCosts(test, membersOf) };
    },
  };
}

/** K-means on the vectors of an encoder alone; each cluster's best model. */
async function fitEncoderClusters(
  { scores, models }: Outcomes,
  embeddings: DenseMatrix,
  { seed, signal }: FitRoutersOptions,
): Promise<FittedChooser> {
  const estimator = new ClusterClassifier({ clusters, shrinkage: 0, seed });
  const work = signal ? { signal } : {};
  await estimator.fit(
    denseToCsr(embeddings.values, embeddings.columns),
    scores,
    models.length,
    work,
  );
  const probabilities = (test: Outcomes) => {
    const { values, columns } = test.embeddings!;
    return predictProba(denseToCsr(values, columns), estimator.heads, models.length);
  };
  return {
    name: "k-means, encoder vectors",
    kind: "cluster",
    probabilities,
    choose(test) {
      const P = probabilities(test);
      const width = models.length;
      return Int32Array.from(test.prompts, (_, row) =>
        argMax(P.subarray(row * width, (row + 1) * width)),
      );
    },
  };
}

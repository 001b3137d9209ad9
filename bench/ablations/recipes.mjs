// Techniques of training, each against the same recipe without it, by cross-validation on one set of outcomes.

import { selectRows } from "../../dist/datasets/outcomes.js";
import {
  augment,
  bestSingleModel,
  groupedKFold,
  groupPrompts,
  meanMark,
  pairedDifference,
  robustness,
} from "../../dist/evaluation/index.js";
import {
  argMax,
  fitRouter,
  MultiLabelClassifier,
  NeighborsClassifier,
  WordVectorizer,
} from "../../dist/index.js";
import { clusters } from "./shared.mjs";

const logistic = (options) => () => new MultiLabelClassifier(options);
const neighbours = (seed) => new NeighborsClassifier({ seed });

/** name -> what is fitted on each fold. Several members: the mean of their P. */
const recipes = ({ mean, attention }) => ({
  logistic: { members: [logistic()] },
  "logistic, dropout": { members: [logistic({ featureDropout: 0.3 })] },
  "logistic, early stopping": { members: [logistic({ earlyStopping: true })] },
  "logistic, elastic net": { members: [logistic({ l1Ratio: 0.5 })] },
  "logistic, balanced": { members: [logistic({ classWeight: "balanced" })] },
  "logistic, augmented": { members: [logistic()], isAugmented: true },
  "logistic, vectors": { members: [logistic()], vectors: { file: mean } },
  "logistic, SIF": { members: [logistic()], vectors: { file: mean, pooling: "sif" } },
  "logistic, attention": { members: [logistic()], vectors: { fileOfFold: attention } },
  clusters: { members: [clusters] },
  "clusters, words only": { members: [clusters], surface: false },
  "clusters, augmented": { members: [clusters], isAugmented: true },
  "clusters, vectors": { members: [clusters], vectors: { file: mean } },
  "clusters, SIF": { members: [clusters], vectors: { file: mean, pooling: "sif" } },
  "clusters, attention": { members: [clusters], vectors: { fileOfFold: attention } },
  "clusters + logistic": { of: ["clusters", "logistic"] },
  "clusters + logistic + neighbours": { of: ["clusters", "logistic"], members: [neighbours] },
});

/** [technique, with it, without it] */
const contests = [
  ["feature dropout 0.3", "logistic, dropout", "logistic"],
  ["early stopping", "logistic, early stopping", "logistic"],
  ["elastic net (half l1)", "logistic, elastic net", "logistic"],
  ["balanced class weights", "logistic, balanced", "logistic"],
  ["augmentation", "logistic, augmented", "logistic"],
  ["augmentation", "clusters, augmented", "clusters"],
  ["words only", "clusters, words only", "clusters"],
  ["ensemble of 2, equal", "clusters + logistic", "clusters"],
  ["ensemble of 3, equal", "clusters + logistic + neighbours", "clusters"],
  ["word vectors, mean", "logistic, vectors", "logistic"],
  ["word vectors, SIF", "logistic, SIF", "logistic"],
  ["word vectors, SIF", "logistic, SIF", "logistic, vectors"],
  ["word vectors, attention", "logistic, attention", "logistic, vectors"],
  ["word vectors, mean", "clusters, vectors", "clusters"],
  ["word vectors, SIF", "clusters, SIF", "clusters"],
  ["word vectors, SIF", "clusters, SIF", "clusters, vectors"],
  ["word vectors, attention", "clusters, attention", "clusters, vectors"],
];

const judgedForRobustness = [
  "logistic",
  "logistic, dropout",
  "logistic, augmented",
  "clusters",
  "clusters, words only",
  "clusters, augmented",
];

/**
 * @param vectors { mean: file, attention: (train) => file }: word vectors; made without labels, and with the labels of
 *   a fold's training part.
 */
export async function recipeAblations(outcomes, { folds, seed, vectors, onFold }) {
  const groups = groupPrompts(outcomes.prompts);
  const foldOf = groupedKFold(groups, folds, seed);
  const rows = [...foldOf.keys()];
  const fitted = [];
  const best = new Int32Array(rows.length);
  for (let fold = 0; fold < folds; fold++) {
    onFold(fold);
    const inside = rows.filter((row) => foldOf[row] !== fold);
    const train = selectRows(outcomes, inside);
    const trainGroups = Int32Array.from(inside, (row) => groups[row]);
    fitted.push(await fitAll(recipes(vectors), train, trainGroups, seed));
    for (const row of rows) if (foldOf[row] === fold) best[row] = bestSingleModel(train);
  }
  // Each prompt goes to the routers that were fitted without its fold.
  const chooser = (name) => ({
    name,
    choose: (prompts) =>
      Int32Array.from(prompts, (prompt, row) => chosenBy(fitted[foldOf[row]][name], prompt)),
  });
  const width = outcomes.models.length;
  const marksOf = (choices) =>
    Float64Array.from(choices, (model, row) => outcomes.marks[row * width + model]);
  const single = marksOf(best);
  const marks = Object.fromEntries(
    Object.keys(fitted[0]).map((name) => [name, marksOf(chooser(name).choose(outcomes.prompts))]),
  );
  return {
    single: meanMark(single, groups),
    recipes: Object.entries(marks).map(([name, of]) => ({
      name,
      accuracy: meanMark(of, groups),
      gain: pairedDifference(of, single, groups),
    })),
    techniques: contests.map(([technique, name, base]) => ({
      technique,
      recipe: name,
      base,
      gain: pairedDifference(marks[name], marks[base], groups),
    })),
    robustness: judgedForRobustness.map((name) => robustness(chooser(name), outcomes, { seed })),
  };
}

/** @returns name -> routers */
async function fitAll(all, train, groups, seed) {
  const augmented = augment(train, { seed });
  // Copies of a prompt are in its group.
  const augmentedGroups = Int32Array.from(
    augmented.groups,
    (_, row) => groups[row % groups.length],
  );
  const fitted = {};
  for (const [
    name,
    { members = [], of = [], isAugmented, vectors, surface = true },
  ] of Object.entries(all)) {
    const file = vectors?.file ?? (await vectors?.fileOfFold(train));
    const wordVectors = vectors && (() => new WordVectorizer({ ...pooling(vectors), file }));
    const own = [];
    for (const member of members) {
      own.push(
        await fitRouter(isAugmented ? augmented.outcomes : train, {
          estimator: member(seed),
          surface,
          groups: isAugmented ? augmentedGroups : groups,
          ...(wordVectors && { wordVectors: wordVectors() }),
        }),
      );
    }
    fitted[name] = [...of.flatMap((other) => fitted[other]), ...own];
  }
  return fitted;
}

const pooling = (vectors) => (vectors.pooling ? { pooling: vectors.pooling } : {});

function chosenBy(routers, prompt) {
  if (routers.length === 1) return routers[0].choose(prompt);
  const sums = routers[0].scores(prompt);
  for (const router of routers.slice(1)) {
    router.scores(prompt).forEach((score, model) => {
      sums[model] += score;
    });
  }
  return argMax(sums);
}

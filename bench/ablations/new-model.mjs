// What few labels of a new model are worth where the rest of the pool is known.
import { selectRows } from "../../dist/datasets/outcomes.js";
import { groupedKFold, groupPrompts } from "../../dist/evaluation/index.js";
import { addModel, MultiLabelClassifier, predictProba } from "../../dist/index.js";
import { takeRows } from "../../dist/models/rows.js";
import { random, shuffle } from "../../dist/random.js";
import { clusters, column, featuresOf, mean } from "./shared.mjs";

/** Heads without one model: each model's rates and its logistic head are fitted by themselves. */
function withoutModel(heads, model, models) {
  const cut = (matrix) => matrix.filter((_, at) => at % models !== model);
  const parts = heads.parts.map((part) => ({
    ...part,
    weight: cut(part.weight),
    ...(part.kind === "clusters" ? { rates: cut(part.rates) } : { heads: models - 1 }),
  }));
  if (parts[0].kind === "clusters") return { ...heads, parts };
  return { weights: cut(heads.weights), bias: cut(heads.bias), parts };
}

/**
 * Learning curve of a model that joins the pool, each model left out in turn: the share of the variance of its marks on
 * test prompts that P explains, 1 - sum (P - y)^2 / sum (overall rate - y)^2, mean over models, folds and draws; below 0
 * is worse than knowing its rate alone.
 */
export async function newModel(outcomes, { folds, seed, sizes, draws }) {
  const groups = groupPrompts(outcomes.prompts);
  const foldOf = groupedKFold(groups, folds, seed);
  const rows = [...foldOf.keys()];
  const models = outcomes.models.length;
  const sums = new Map();
  for (let fold = 0; fold < 2; fold++) {
    // The heads of the others know nothing of the prompts that the new model's labels are for.
    const next = (fold + 1) % folds;
    const part = (isIn) =>
      selectRows(
        outcomes,
        rows.filter((row) => isIn(foldOf[row])),
      );
    const train = part((of) => of !== fold && of !== next);
    const labelled = part((of) => of === next);
    const test = part((of) => of === fold);
    const transform = await featuresOf(train.prompts);
    const [X, few, asked] = [
      await transform(train.prompts),
      await transform(labelled.prompts),
      await transform(test.prompts),
    ];
    const logistic = (await new MultiLabelClassifier().fit(X, train.scores, models)).heads;
    const clustered = (await clusters(seed).fit(X, train.scores, models)).heads;
    for (const size of sizes) {
      for (let draw = 0; draw < draws; draw++) {
        const order = shuffle([...labelled.prompts.keys()], random(seed + draw)).slice(0, size);
        const drawn = takeRows(few, order);
        for (let model = 0; model < models; model++) {
          const labels = column(labelled.scores, model, models);
          const y = Float32Array.from(order, (row) => labels[row]);
          const truth = column(test.marks, model, models);
          const put = (name, P) => {
            const key = `${name}|${size}`;
            const values = sums.get(key) ?? [];
            values.push(explained(P, truth));
            sums.set(key, values);
          };
          const scratch = await new MultiLabelClassifier().fit(drawn, y, 1);
          put("from scratch, logistic", predictProba(asked, scratch.heads, 1));
          for (const [name, heads] of [
            ["from the others' logistic heads", logistic],
            ["from the others' cluster rates", clustered],
          ]) {
            const others = withoutModel(heads, model, models);
            const added = await addModel(others, drawn, y, models - 1);
            put(name, column(predictProba(asked, added, models), models - 1, models));
          }
        }
      }
    }
  }
  return [...sums].map(([key, values]) => {
    const [name, size] = key.split("|");
    return { name, labels: Number(size), explained: mean(values) };
  });
}

function explained(P, truth) {
  const rate = mean([...truth]);
  let [by, all] = [0, 0];
  truth.forEach((y, row) => {
    by += (P[row] - y) ** 2;
    all += (rate - y) ** 2;
  });
  return 1 - by / all;
}

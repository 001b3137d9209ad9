import { fitRouter, MultiLabelClassifier, Router, TfidfVectorizer } from "../../dist/index.js";

/** Trains the router of this run; peers get its vocabulary, idf and weights. It is saved and loaded as users do. */
export async function trainRouter(training, file) {
  const vectorizer = new TfidfVectorizer({ norm: "occurrence" });
  const estimator = new MultiLabelClassifier();
  await (await fitRouter(training, { vectorizer, estimator })).save(file);
  return { router: await Router.load(file), state: vectorizer.state, heads: estimator.heads };
}

/** Mean mark of the models that `choose` takes for held-out prompts. */
export function quality(choose, { prompts, marks, models }) {
  let sum = 0;
  let known = 0;
  prompts.forEach((prompt, row) => {
    const mark = marks[row * models.length + choose(prompt)];
    if (Number.isNaN(mark)) return;
    sum += mark;
    known++;
  });
  return sum / known;
}

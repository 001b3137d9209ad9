import { describe, expect, test } from "vitest";
import { InvalidArgumentError, NotFittedError } from "../../src/errors.js";
import { TfidfVectorizer } from "../../src/features/tfidf.js";
import { ClusterClassifier } from "../../src/models/clusters.js";
import type { LinearHeads } from "../../src/models/estimator.js";
import { MultiLabelClassifier } from "../../src/models/multi-label.js";
import { predictProba } from "../../src/models/predict.js";
import { TransferClassifier } from "../../src/models/transfer.js";
import { farthest } from "../native/golden.js";
import { twoSkillWorld } from "../worlds.js";

const world = twoSkillWorld();
const models = 3;
const features = new TfidfVectorizer().fit(world.prompts).then((v) => v.transform(world.prompts));
const priorOf = async (Y: Float32Array) =>
  (await new MultiLabelClassifier({ C: 3 }).fit(await features, Y, models)).heads;
/** Labels of the first prompts only. */
const first = (count: number) =>
  world.scores.map((y, cell) => (cell < count * models ? y : Number.NaN));
const error = async (heads: LinearHeads) =>
  predictProba(await features, heads, models).reduce(
    (sum, p, cell) => sum + (p - world.scores[cell]!) ** 2,
    0,
  );

describe("TransferClassifier", () => {
  test("four labels and what was learnt elsewhere say more than four labels", async () => {
    const X = await features;
    const prior = await priorOf(world.scores);
    const few = first(4);
    const transfer = await new TransferClassifier({ prior }).fit(X, few, models);
    const scratch = await new MultiLabelClassifier().fit(X, few, models);
    expect(await error(transfer.heads)).toBeLessThan(0.7 * (await error(scratch.heads)));
  });

  test("a prior that says nothing leaves the multi-label classifier", async () => {
    const X = await features;
    const zero = await priorOf(world.scores);
    const prior = { ...zero, weights: zero.weights.map(() => 0) };
    const transfer = await new TransferClassifier({ prior, C: 1 }).fit(X, world.scores, models);
    const plain = await new MultiLabelClassifier({ C: 1 }).fit(X, world.scores, models);
    expect(farthest(transfer.heads.weights, plain.heads.weights)).toBeLessThan(1e-2);
  });

  test("a prior that is the wrong way round is outweighed", async () => {
    const X = await features;
    const prior = await priorOf(world.scores.map((y) => 1 - y));
    const transfer = await new TransferClassifier({ prior }).fit(X, world.scores, models);
    expect(await error(transfer.heads)).toBeLessThan(await error(prior));
  });

  test("refuses a prior of other parts or another shape, and is not fitted before fit", async () => {
    const X = await features;
    const prior = await priorOf(world.scores);
    const { heads } = await new ClusterClassifier({ clusters: 3 }).fit(X, world.scores, models);
    expect(() => new TransferClassifier({ prior: heads })).toThrow(InvalidArgumentError);
    expect(() => new TransferClassifier({ prior, C: -1 })).toThrow(InvalidArgumentError);
    const transfer = new TransferClassifier({ prior });
    expect(() => transfer.heads).toThrow(NotFittedError);
    await expect(transfer.fit(X, world.scores, 2)).rejects.toThrow(InvalidArgumentError);
  });
});

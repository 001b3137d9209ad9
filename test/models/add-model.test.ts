import { describe, expect, test } from "vitest";
import { InvalidArgumentError, NoLabelsError } from "../../src/errors.js";
import { TfidfVectorizer } from "../../src/features/tfidf.js";
import { addModel } from "../../src/models/add-model.js";
import { BlendClassifier } from "../../src/models/blend.js";
import { ClusterClassifier } from "../../src/models/clusters.js";
import type { LinearHeads } from "../../src/models/estimator.js";
import { MultiLabelClassifier } from "../../src/models/multi-label.js";
import { NeighborsClassifier } from "../../src/models/neighbors.js";
import { predictProba } from "../../src/models/predict.js";
import { fitLeastSquares } from "../../src/native/least-squares.js";
import { farthest } from "../native/golden.js";
import { twoSkillWorld } from "../worlds.js";

const world = twoSkillWorld();
const models = 3;
const features = new TfidfVectorizer().fit(world.prompts).then((v) => v.transform(world.prompts));
/** A new model that is good where "sums" is, and known on a third of the prompts. */
const y = Float32Array.from(world.prompts, (_, row) => (row % 2 === 0 ? 0.8 : 0.1));
const few = y.map((value, row) => (row % 3 === 0 ? value : Number.NaN));

const columns = (P: Float32Array, from: number, to: number) =>
  P.filter((_, cell) => cell % (models + 1) >= from && cell % (models + 1) < to);

describe("addModel", () => {
  test("clusters and neighbours: the new P is the ridge regression on those of the others", async () => {
    const X = await features;
    const parts = [
      new ClusterClassifier({ clusters: 3 }),
      new NeighborsClassifier({ dimensions: 6 }),
    ];
    const options = { parts, weights: "equal", calibration: "none" } as const;
    const { heads } = await new BlendClassifier(options).fit(X, world.scores, models);
    const before = predictProba(X, heads, models);
    const after = predictProba(X, await addModel(heads, X, y, models), models + 1);
    expect(farthest(columns(after, 0, models), before)).toBeLessThan(1e-6);
    const { weights, bias } = await fitLeastSquares(
      Float64Array.from(before),
      models,
      Float64Array.from(y),
      1,
      { alpha: 1 },
    );
    const expected = Array.from(y, (_, row) =>
      weights.reduce((sum, a, m) => sum + a * before[row * models + m]!, bias[0]!),
    );
    expect(farthest(columns(after, models, models + 1), expected)).toBeLessThan(1e-4);
  });

  test.each<[string, () => Promise<LinearHeads>]>([
    [
      "clusters",
      async () =>
        (await new ClusterClassifier({ clusters: 3 }).fit(await features, world.scores, models))
          .heads,
    ],
    [
      "one logistic part",
      async () =>
        (await new MultiLabelClassifier({ C: 3 }).fit(await features, world.scores, models)).heads,
    ],
    [
      "a calibrated blend with a logistic part",
      async () => {
        const parts = [
          new MultiLabelClassifier(),
          new ClusterClassifier({ clusters: 3 }),
          new MultiLabelClassifier({ C: 1 }),
        ];
        const blend = new BlendClassifier({ parts, weights: "equal" });
        return (await blend.fit(await features, world.scores, models)).heads;
      },
    ],
  ])(
    "%s: a few labels tell where the model is good, and the others stay as they are",
    async (_, fitted) => {
      const [X, heads] = [await features, await fitted()];
      const before = predictProba(X, heads, models);
      const after = predictProba(X, await addModel(heads, X, few, models), models + 1);
      expect(farthest(columns(after, 0, models), before)).toBeLessThan(1e-6);
      const added = columns(after, models, models + 1);
      const mean = (parity: number) =>
        added.reduce((sum, p, row) => (row % 2 === parity ? sum + p : sum), 0) / (added.length / 2);
      expect(mean(0)).toBeGreaterThan(0.6);
      expect(mean(1)).toBeLessThan(0.35);
    },
  );

  test("refuses what it cannot learn from", async () => {
    const X = await features;
    const { heads } = await new ClusterClassifier({ clusters: 2 }).fit(X, world.scores, models);
    const nothing = y.map(() => Number.NaN);
    await expect(addModel(heads, X, nothing, models)).rejects.toThrow(NoLabelsError);
    await expect(addModel(heads, X, y.subarray(1), models)).rejects.toThrow(InvalidArgumentError);
    await expect(addModel(heads, X, y, models, { alpha: -1 })).rejects.toThrow(
      InvalidArgumentError,
    );
  });
});

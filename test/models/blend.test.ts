import { describe, expect, test } from "vitest";
import { groupPrompts } from "../../src/datasets/near-duplicates.js";
import { InvalidArgumentError, NotFittedError } from "../../src/errors.js";
import { TfidfVectorizer } from "../../src/features/tfidf.js";
import { BlendClassifier } from "../../src/models/blend.js";
import { ClusterClassifier } from "../../src/models/clusters.js";
import type { Estimator, LinearHeads } from "../../src/models/estimator.js";
import { MultiLabelClassifier } from "../../src/models/multi-label.js";
import { innerSplits, outOfFold } from "../../src/models/out-of-fold.js";
import { predictProba } from "../../src/models/predict.js";
import { farthest } from "../native/golden.js";
import { twoSkillWorld } from "../worlds.js";

const world = twoSkillWorld();
const models = 3;
const features = new TfidfVectorizer().fit(world.prompts).then((v) => v.transform(world.prompts));

/** Says the same of every prompt. */
class Constant implements Estimator {
  readonly name = "constant";
  readonly #p: number;
  #heads: LinearHeads | undefined;

  constructor(p: number) {
    this.#p = p;
  }

  async fit(X: { readonly columns: number }, _: Float32Array, width: number): Promise<this> {
    const bias = new Float32Array(width).fill(Math.log(this.#p / (1 - this.#p)));
    const weight = new Float32Array(width).fill(1);
    const weights = new Float32Array(X.columns * width);
    this.#heads = { weights, bias, parts: [{ kind: "logistic", heads: width, weight }] };
    return this;
  }

  get heads(): LinearHeads {
    if (this.#heads === undefined) throw new NotFittedError("Constant");
    return this.#heads;
  }
}

describe("BlendClassifier", () => {
  const parts = () => [new MultiLabelClassifier(), new ClusterClassifier({ clusters: 4 })];

  test("its heads say the weighted sum of what its parts say, calibrated", async () => {
    const X = await features;
    const both = parts();
    const weights = "equal";
    const blend = await new BlendClassifier({ parts: both, weights, calibration: "none" }).fit(
      X,
      world.scores,
      models,
    );
    const [a, b] = both.map((part) => predictProba(X, part.heads, models));
    const mean = a!.map((p, cell) => (p + b![cell]!) / 2);
    expect(farthest(predictProba(X, blend.heads, models), mean)).toBeLessThan(1e-6);
    const calibrated = await new BlendClassifier({ parts: parts(), weights }).fit(
      X,
      world.scores,
      models,
    );
    expect(calibrated.heads.calibration?.length).toBe(models * 65);
    expect(farthest(predictProba(X, calibrated.heads, models), mean)).toBeGreaterThan(1e-3);
  });

  test("a part that says nothing has no weight and no heads", async () => {
    const X = await features;
    const blend = new BlendClassifier({
      parts: [new Constant(0.999), new ClusterClassifier({ clusters: 2, shrinkage: 0 })],
    });
    await blend.fit(X, world.scores, models);
    expect(blend.weights[0]).toBeLessThan(1e-6);
    expect(blend.weights[1]).toBeCloseTo(1, 5);
    expect(blend.heads.parts.map(({ kind }) => kind)).toEqual(["clusters"]);
  });

  test("out-of-fold predictions are those of estimators that have not seen the prompt's group", async () => {
    const X = await features;
    const groups = groupPrompts(world.prompts);
    const options = {
      parts: [new MultiLabelClassifier()],
      calibration: "none",
      seed: 3,
      folds: 2,
    } as const;
    const blend = await new BlendClassifier({ ...options, weights: "equal" }).fit(
      X,
      world.scores,
      models,
      { groups },
    );
    const splits = innerSplits(X.rows, 2, 3, groups);
    const [P] = await outOfFold([new MultiLabelClassifier()], X, world.scores, models, splits);
    expect(blend.outOfFold).toEqual(P);
    for (const { train, test: held } of splits) {
      const seen = new Set(train.map((row) => groups[row]));
      expect(held.some((row) => seen.has(groups[row]))).toBe(false);
      expect(train.length + held.length).toBe(X.rows);
    }
    const anyhow = await new BlendClassifier({ ...options, weights: "equal" }).fit(
      X,
      world.scores,
      models,
    );
    expect(anyhow.outOfFold).not.toEqual(P);
  });

  test("unknown labels are left out of weights and calibration", async () => {
    const X = await features;
    const unknown = world.scores.map((y, cell) => (cell % 7 === 0 ? Number.NaN : y));
    const blend = await new BlendClassifier({ parts: parts() }).fit(X, unknown, models);
    expect(predictProba(X, blend.heads, models).every((p) => p >= 0 && p <= 1)).toBe(true);
  });

  test.each([
    () => new BlendClassifier({ parts: [] }),
    () => new BlendClassifier({ parts: parts(), folds: 1 }),
    () => new BlendClassifier({ parts: parts(), seed: -1 }),
    () => new BlendClassifier({ parts: parts(), weights: "greedy" as never }),
    () => new BlendClassifier({ parts: parts(), calibration: "beta" as never }),
  ])("a bad option is refused (%#)", (make) => {
    expect(make).toThrow(InvalidArgumentError);
  });

  test("groups of another length are refused", async () => {
    const groups = Int32Array.of(1);
    const fitting = new BlendClassifier({ parts: parts() }).fit(
      await features,
      world.scores,
      models,
      { groups },
    );
    await expect(fitting).rejects.toThrow(InvalidArgumentError);
  });
});

import { describe, expect, test } from "vitest";
import { AbortedError, InvalidArgumentError, NotFittedError } from "../../src/errors.js";
import { TfidfVectorizer } from "../../src/features/tfidf.js";
import { ClusterClassifier } from "../../src/models/clusters.js";
import type { Estimator } from "../../src/models/estimator.js";
import { MultiLabelClassifier } from "../../src/models/multi-label.js";
import { twoSkillWorld } from "../worlds.js";

const world = twoSkillWorld();
const features = new TfidfVectorizer().fit(world.prompts).then((v) => v.transform(world.prompts));

/** The contract of every estimator (src/models/estimator.ts). */
const contract: [string, () => Estimator][] = [
  ["MultiLabelClassifier", () => new MultiLabelClassifier()],
  ["ClusterClassifier", () => new ClusterClassifier({ clusters: 4 })],
];

describe.each(contract)("%s", (name, make) => {
  test("is not fitted before fit", () => {
    expect(() => make().heads).toThrow(NotFittedError);
    expect(() => make().heads).toThrow(name);
  });

  test("fit returns this, is repeatable and gives finite heads of the right shape", async () => {
    const X = await features;
    const estimator = make();
    expect(await estimator.fit(X, world.scores, 3)).toBe(estimator);
    const { weights, bias, rates } = estimator.heads;
    expect(weights.length).toBe(X.columns * bias.length);
    expect(weights.every(Number.isFinite) && bias.every(Number.isFinite)).toBe(true);
    if (rates) expect(rates.every((rate) => rate >= 0 && rate <= 1)).toBe(true);
    const again = await make().fit(X, world.scores, 3);
    expect(again.heads).toEqual(estimator.heads);
  });

  test("stops when asked to", async () => {
    const abort = new AbortController();
    abort.abort();
    await expect(
      make().fit(await features, world.scores, 3, { signal: abort.signal }),
    ).rejects.toBeInstanceOf(AbortedError);
  });
});

describe("options", () => {
  test.each([
    () => new MultiLabelClassifier({ C: 0 }),
    () => new MultiLabelClassifier({ tol: -1 }),
    () => new MultiLabelClassifier({ maxIter: 1.5 }),
    () => new ClusterClassifier({ clusters: 0 }),
    () => new ClusterClassifier({ shrinkage: -1 }),
    () => new ClusterClassifier({ nInit: 0 }),
  ])("a bad one is refused (%#)", (make) => {
    expect(make).toThrow(InvalidArgumentError);
  });
});

describe("ClusterClassifier", () => {
  test("shrinks a cluster's rate towards the model's overall rate", async () => {
    const X = await features;
    const one = (shrinkage: number) =>
      new ClusterClassifier({ clusters: 2, shrinkage }).fit(X, world.scores, 3);
    const spread = ({ heads }: Estimator) => Math.abs(heads.rates![0]! - heads.rates![3]!);
    expect(spread(await one(0))).toBeCloseTo(1, 5);
    expect(spread(await one(1e6))).toBeLessThan(1e-3);
  });

  test("has no more clusters than prompts", async () => {
    const X = await features;
    const fitted = await new ClusterClassifier({ clusters: 1000, nInit: 1 }).fit(
      X,
      world.scores,
      3,
    );
    expect(fitted.heads.bias.length).toBe(X.rows);
  });
});

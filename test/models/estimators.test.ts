import { describe, expect, test } from "vitest";
import { AbortedError, InvalidArgumentError, NotFittedError } from "../../src/errors.js";
import { TfidfVectorizer } from "../../src/features/tfidf.js";
import { BlendClassifier } from "../../src/models/blend.js";
import { ClusterClassifier } from "../../src/models/clusters.js";
import type { Estimator } from "../../src/models/estimator.js";
import {
  MultiLabelClassifier,
  type MultiLabelClassifierOptions,
  type MultiLabelFitOptions,
} from "../../src/models/multi-label.js";
import { NeighborsClassifier } from "../../src/models/neighbors.js";
import { predictProba } from "../../src/models/predict.js";
import { SeparateClassifiers } from "../../src/models/separate.js";
import { random } from "../../src/random.js";
import { farthest, golden, goldenMatrix, scoresOf } from "../native/golden.js";
import { twoSkillWorld } from "../worlds.js";

const world = twoSkillWorld();
const features = new TfidfVectorizer().fit(world.prompts).then((v) => v.transform(world.prompts));

/** The contract of every estimator (src/models/estimator.ts). */
const contract: [string, () => Estimator][] = [
  ["MultiLabelClassifier", () => new MultiLabelClassifier()],
  ["ClusterClassifier", () => new ClusterClassifier({ clusters: 4 })],
  [
    "ClusterClassifier",
    () => new ClusterClassifier({ clusters: [2, 5], space: "svd", gate: "softmax" }),
  ],
  ["NeighborsClassifier", () => new NeighborsClassifier({ dimensions: 8, k: 9 })],
  ["SeparateClassifiers", () => new SeparateClassifiers({ Cs: [0.1, 1], folds: 2 })],
  [
    "BlendClassifier",
    () =>
      new BlendClassifier({
        parts: [new MultiLabelClassifier(), new NeighborsClassifier({ dimensions: 8 })],
      }),
  ],
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
    const { weights, bias, parts } = estimator.heads;
    expect(weights.length).toBe(X.columns * bias.length);
    expect(weights.every(Number.isFinite) && bias.every(Number.isFinite)).toBe(true);
    expect(parts.reduce((heads, part) => heads + part.heads, 0)).toBe(bias.length);
    const total = [0, 1, 2].map((m) => parts.reduce((sum, part) => sum + part.weight[m]!, 0));
    for (const sum of total) expect(Math.abs(sum - 1)).toBeLessThan(0.2);
    for (const part of parts) {
      if (part.kind !== "clusters") continue;
      expect(part.rates.every((rate) => rate >= 0 && rate <= 1)).toBe(true);
    }
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
    () => new MultiLabelClassifier({ l1Ratio: 2 }),
    () => new MultiLabelClassifier({ featureDropout: 1 }),
    () => new MultiLabelClassifier({ earlyStopping: 1 as never }),
    () => new MultiLabelClassifier({ validationFraction: 0 }),
    () => new MultiLabelClassifier({ validationFraction: 1 }),
    () => new MultiLabelClassifier({ nIterNoChange: 0 }),
    () => new MultiLabelClassifier({ seed: 2 ** 32 }),
    () => new MultiLabelClassifier({ threads: 0 }),
    () => new MultiLabelClassifier({ classWeight: "unbalanced" as never }),
    () => new MultiLabelClassifier({ classWeight: [[1, -1]] }),
    () => new MultiLabelClassifier({ classWeight: [[1] as never] }),
    () => new ClusterClassifier({ clusters: 0 }),
    () => new ClusterClassifier({ shrinkage: -1 }),
    () => new ClusterClassifier({ nInit: 0 }),
    () => new ClusterClassifier({ clusters: [] }),
    () => new ClusterClassifier({ clusters: [3, 0] }),
    () => new ClusterClassifier({ space: "terms" as never }),
    () => new ClusterClassifier({ gate: "hard" as never }),
    () => new ClusterClassifier({ gateC: 0 }),
    () => new NeighborsClassifier({ k: 0 }),
    () => new NeighborsClassifier({ dimensions: 1.5 }),
    () => new NeighborsClassifier({ shrinkage: Number.NaN }),
    () => new SeparateClassifiers({ Cs: [] }),
    () => new SeparateClassifiers({ Cs: [0] }),
    () => new SeparateClassifiers({ folds: 1 }),
  ])("a bad one is refused (%#)", (make) => {
    expect(make).toThrow(InvalidArgumentError);
  });
});

interface LogisticGolden {
  readonly C: number;
  readonly labels: number;
  readonly Y: (number | null)[];
  readonly variants: {
    readonly labels: number[];
    readonly cases: {
      readonly l1Ratio: number;
      readonly classWeight?: "balanced";
      readonly probabilities: number[];
    }[];
  };
}

describe("MultiLabelClassifier", () => {
  const { C, labels: columns, Y, variants } = golden<LogisticGolden>("logistic");
  const labels = variants.labels.length;
  const targets = new Float32Array((Y.length / columns) * labels).map((_, cell) => {
    const column = variants.labels[cell % labels]!;
    return Y[Math.floor(cell / labels) * columns + column] ?? Number.NaN;
  });

  test.each(variants.cases)(
    "agrees with scikit-learn's saga: l1Ratio $l1Ratio, classWeight $classWeight",
    async ({ probabilities, ...options }) => {
      const X = await goldenMatrix();
      const classifier = new MultiLabelClassifier({ C, tol: 1e-6, maxIter: 1000, ...options });
      const { heads } = await classifier.fit(X, targets, labels);
      const mine = scoresOf(X, heads).map((z) => 1 / (1 + Math.exp(-z)));
      expect(farthest(mine, probabilities)).toBeLessThan(1e-4);
    },
  );

  test("balanced weights of soft targets are those of the formula", async () => {
    const X = await features;
    const soft = world.scores.map((y) => 0.1 + 0.7 * y);
    const sum = (column: number, of: (y: number) => number) =>
      soft.reduce((total, y, cell) => (cell % 3 === column ? total + of(y) : total), 0);
    const pairs = [0, 1, 2].map((column): [number, number] => [
      X.rows / (2 * sum(column, (y) => 1 - y)),
      X.rows / (2 * sum(column, (y) => y)),
    ]);
    const headsOf = async (classWeight: "balanced" | [number, number][]) =>
      (await new MultiLabelClassifier({ classWeight }).fit(X, soft, 3)).heads;
    const [balanced, explicit] = [await headsOf("balanced"), await headsOf(pairs)];
    expect(farthest(balanced.weights, explicit.weights)).toBeLessThan(1e-5);
    const plain = (await new MultiLabelClassifier().fit(X, soft, 3)).heads;
    expect(farthest(balanced.weights, plain.weights)).toBeGreaterThan(1e-3);
  });

  test("a prompt of weight 2 counts as two prompts, one of weight 0 as none", async () => {
    const X = await features;
    const unknown = world.scores.map((y, cell) => (cell < 3 ? Number.NaN : y));
    const sampleWeight = new Float32Array(X.rows).fill(2);
    sampleWeight[0] = 0;
    const settings = { tol: 1e-6, maxIter: 1000 };
    const weighted = new MultiLabelClassifier({ ...settings, C: 1 });
    const plain = new MultiLabelClassifier({ ...settings, C: 2 });
    await weighted.fit(X, world.scores, 3, { sampleWeight });
    await plain.fit(X, unknown, 3);
    expect(farthest(weighted.heads.weights, plain.heads.weights)).toBeLessThan(1e-4);
  });

  test("noise, held-out prompts and an earlier fit: a seed repeats them", async () => {
    const X = await features;
    const headsOf = async (seed: number) => {
      const options = { featureDropout: 0.2, earlyStopping: true, seed };
      return (await new MultiLabelClassifier(options).fit(X, world.scores, 3)).heads;
    };
    expect(await headsOf(1)).toEqual(await headsOf(1));
    expect(await headsOf(1)).not.toEqual(await headsOf(2));
    const init = await headsOf(1);
    const again = await new MultiLabelClassifier().fit(X, world.scores, 3, { init });
    const anew = await new MultiLabelClassifier().fit(X, world.scores, 3);
    expect(farthest(again.heads.weights, anew.heads.weights)).toBeLessThan(1e-2);
  });

  test.each<[string, MultiLabelClassifierOptions, (rows: number) => MultiLabelFitOptions]>([
    ["sampleWeight", {}, () => ({ sampleWeight: Float32Array.of(1) })],
    ["validation", { earlyStopping: true }, () => ({ validation: Uint8Array.of(1) })],
    ["validation", {}, (rows) => ({ validation: new Uint8Array(rows) })],
    [
      "init.weights",
      {},
      () => ({ init: { weights: new Float32Array(1), bias: new Float32Array(3) } }),
    ],
    ["classWeight", { classWeight: [[1, 1]] }, () => ({})],
  ])("refuses a bad %s", async (name, settings, options) => {
    const X = await features;
    const classifier = new MultiLabelClassifier(settings);
    const fitting = classifier.fit(X, world.scores, 3, options(X.rows));
    await expect(fitting).rejects.toThrow(InvalidArgumentError);
    await expect(fitting).rejects.toThrow(`for ${name} `);
  });
});

describe("ClusterClassifier", () => {
  test("shrinks a cluster's rate towards the model's overall rate", async () => {
    const X = await features;
    const one = (shrinkage: number) =>
      new ClusterClassifier({ clusters: 2, shrinkage }).fit(X, world.scores, 3);
    const spread = ({ heads: { parts } }: Estimator) => {
      const [part] = parts;
      return part?.kind === "clusters" ? Math.abs(part.rates[0]! - part.rates[3]!) : Number.NaN;
    };
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

describe("ClusterClassifier in other spaces and with soft gates", () => {
  test.each([
    { space: "svd" },
    { gate: "softmax" },
    { space: "svd", gate: "softmax", clusters: [2, 3] },
  ] as const)("tells two skills apart: %o", async (options) => {
    const X = await features;
    const classifier = new ClusterClassifier({ clusters: 2, shrinkage: 0, ...options });
    const P = predictProba(X, (await classifier.fit(X, world.scores, 3)).heads, 3);
    world.scores.forEach((y, cell) => {
      if (cell % 3 < 2) expect(Math.abs(P[cell]! - y)).toBeLessThan(0.3);
    });
  });
});

describe("NeighborsClassifier", () => {
  test("agrees with a naive search over all training prompts", async () => {
    const X = await features;
    const k = 7;
    const { heads } = await new NeighborsClassifier({ k, dimensions: 10, shrinkage: 3 }).fit(
      X,
      world.scores,
      3,
    );
    const rows = Array.from({ length: X.rows }, (_, i) =>
      scoresOf(X, heads).slice(i * 10, i * 10 + 10),
    );
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    const overall = [0.5, 0.5, 0.6];
    const naive = rows.flatMap((row) => {
      const near = rows
        .map((other, i) => ({
          i,
          cosine: dot(row, other) / Math.sqrt(dot(row, row) * dot(other, other)),
        }))
        .sort((a, b) => b.cosine - a.cosine)
        .slice(0, k);
      const weights = near.map(({ cosine }) => Math.max(0, cosine) / near[0]!.cosine);
      const total = weights.reduce((sum, w) => sum + w, 3);
      return overall.map(
        (mean, m) =>
          near.reduce((sum, { i }, n) => sum + weights[n]! * world.scores[i * 3 + m]!, 3 * mean) /
          total,
      );
    });
    expect(farthest(predictProba(X, heads, 3), naive)).toBeLessThan(1e-3);
  });
});

describe("SeparateClassifiers", () => {
  test("gives each model a C of its own, and the heads that it has with that C", async () => {
    const X = await features;
    // Model 0 follows the words; model 1 is a coin, for which less is better.
    const coin = random(5);
    const Y = Float32Array.from({ length: X.rows * 2 }, (_, cell) =>
      cell % 2 === 0 ? Number(cell % 4 === 0) : coin.below(2),
    );
    const separate = await new SeparateClassifiers({ Cs: [0.001, 3] }).fit(X, Y, 2);
    expect(separate.chosenC).toEqual([3, 0.001]);
    const weak = (await new MultiLabelClassifier({ C: 0.001 }).fit(X, Y, 2)).heads;
    const strong = (await new MultiLabelClassifier({ C: 3 }).fit(X, Y, 2)).heads;
    expect(separate.heads.weights).toEqual(
      weak.weights.map((w, cell) => (cell % 2 === 0 ? strong.weights[cell]! : w)),
    );
    expect([...separate.heads.bias]).toEqual([strong.bias[0], weak.bias[1]]);
  });

  test("balanced weights lift the rare class", async () => {
    const X = await features;
    const rare = world.scores.map((y, cell) =>
      Number(cell % 3 === 0 && y === 1 && cell % 39 === 0),
    );
    const meanOf = async (options: { classWeight?: "balanced" }) => {
      const { heads } = await new SeparateClassifiers({ Cs: [1], ...options }).fit(X, rare, 3);
      const P = predictProba(X, heads, 3).filter((_, cell) => cell % 3 === 0);
      return P.reduce((sum, p) => sum + p, 0) / P.length;
    };
    expect(await meanOf({ classWeight: "balanced" })).toBeGreaterThan(2 * (await meanOf({})));
  });
});

import { describe, expect, test } from "vitest";
import { InvalidArgumentError, NoLabelsError, UnknownModelError } from "../../src/errors.js";
import { evaluateFitted, evaluateSplit } from "../../src/evaluation/evaluate.js";
import { formatTable } from "../../src/evaluation/format.js";
import type { FittedChooser } from "../../src/evaluation/judge.js";
import { chooserOf } from "../../src/evaluation/routers.js";
import { ClusterClassifier } from "../../src/models/clusters.js";
import { fitRouter } from "../../src/router/fit.js";
import { twoSkillWorld } from "../worlds.js";
import { outcomesOf } from "./outcomes.js";
import { always, row } from "./rows.js";

const train = outcomesOf(
  ["a", "b"],
  [
    [1, 0],
    [1, 0],
    [0, 1],
  ],
  { tasks: ["x", "x", "y"] },
);
const held = outcomesOf(
  ["a", "b"],
  [
    [1, 0],
    [0, 1],
    [0, 1],
    [1, undefined],
  ],
  {
    tasks: ["x", "y", "y", "x"],
    golds: ["1", "1", "1", "1"],
    answers: [
      [["1"], ["2"]],
      [["2"], ["1", "1"]],
      [["2"], ["1"]],
      [undefined, undefined],
    ],
    seconds: Float32Array.of(1, 3, 1, 3, 1, 3, 1, Number.NaN),
  },
);

describe("evaluateSplit", () => {
  const chooser = always(1, {
    routingSeconds: 0.25,
    probabilities: () => Float32Array.of(1, 0, 0, 0.4, 1, 0, 0.6, 0.7),
  });
  const evaluation = evaluateSplit({ train, test: held, choosers: [chooser], seed: 3 });

  test("one row for each yardstick, in order", () => {
    expect(evaluation.rows.map(({ kind, name }) => [kind, name])).toEqual([
      ["single", "a"],
      ["single", "b"],
      ["random", "random"],
      ["policy", "best per task"],
      ["router", "router"],
      ["upper-bound", "upper bound of router"],
      ["joint", "all jointly"],
      ["oracle", "oracle"],
    ]);
    expect(evaluation).toMatchObject({
      n: 4,
      models: ["a", "b"],
      bestSingle: "a",
      seed: 3,
      groups: 4,
    });
    expect(evaluation).not.toHaveProperty("folds");
  });

  test("accuracies and gains by hand", () => {
    const figures = evaluation.rows.map(({ accuracy, gain }) => [accuracy, gain]);
    expect(figures).toEqual([
      [0.5, 0],
      [2 / 3, expect.closeTo(1 / 3)],
      [0.625, 0.125],
      [1, 0.5],
      [2 / 3, expect.closeTo(1 / 3)],
      [0.75, 0.25],
      [2 / 3, expect.closeTo(1 / 3)],
      [1, 0.5],
    ]);
    expect(evaluation.oracleGapShare).toBeCloseTo(2 / 3);
  });

  test("unknown marks, latency and shares", () => {
    expect(row(evaluation, "router")).toMatchObject({
      unknown: 1,
      latency: 3.25,
      shares: { b: 1 },
    });
    expect(row(evaluation, "best per task")).toMatchObject({
      latency: 2,
      shares: { a: 0.5, b: 0.5 },
    });
    expect(row(evaluation, "all jointly")).toMatchObject({ unknown: 1, latency: 4 });
    expect(row(evaluation, "a").latency).toBe(1);
    expect(row(evaluation, "random").latency).toBe(1.75);
    expect(row(evaluation, "oracle")).not.toHaveProperty("latency");
    expect(row(evaluation, "a")).not.toHaveProperty("unknown");
  });

  test("is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
  });

  test("refuses other models and choosers that do not keep their word", () => {
    const other = outcomesOf(["b", "a"], [[1, 0]]);
    expect(() => evaluateSplit({ train, test: other, choosers: [], seed: 1 })).toThrow(
      /selectModels/,
    );
    const judge = (bad: FittedChooser) => () =>
      evaluateSplit({ train, test: held, choosers: [bad], seed: 1 });
    expect(judge(always(2))).toThrow(InvalidArgumentError);
    expect(judge(always(-2))).toThrow(/from 0 to 1, or -1/);
    expect(judge(always(0, { choose: () => new Int32Array(3) }))).toThrow(/3 of them/);
    expect(judge(always(0, { probabilities: () => new Float32Array(7) }))).toThrow(/8 numbers/);
  });
});

describe("no model asked, and voters", () => {
  test("-1 counts as wrong, costs nothing and has no share", () => {
    const chooser = always(0, { choose: () => Int32Array.of(0, -1, -1, 0), routingSeconds: 0.5 });
    const evaluation = evaluateSplit({ train, test: held, choosers: [chooser], seed: 1 });
    expect(row(evaluation, "router")).toMatchObject({
      accuracy: 0.5,
      latency: 1,
      shares: { a: 0.5 },
      answers: 1 / 3,
    });
  });

  test("a voter judges itself", () => {
    const voter = {
      name: "plan",
      kind: "plan" as const,
      vote: () => ({
        marks: Float64Array.of(1, 1, 0, Number.NaN),
        answers: Float64Array.of(1, 2, 3, 2),
        prices: Float64Array.of(1, 1, 1, 5),
      }),
    };
    const evaluation = evaluateSplit({ train, test: held, choosers: [voter], seed: 1 });
    expect(row(evaluation, "plan")).toMatchObject({
      kind: "plan",
      accuracy: expect.closeTo(2 / 3),
      answers: 2,
      price: 2,
      unknown: 1,
    });
    expect(row(evaluation, "plan")).not.toHaveProperty("shares");
    const short = { ...voter, vote: () => ({ marks: new Float64Array(3) }) };
    expect(() => evaluateSplit({ train, test: held, choosers: [short], seed: 1 })).toThrow(
      /4 values for marks of "plan"/,
    );
  });
});

describe("prices, rates, clusters and power", () => {
  const rated = {
    ...held,
    scores: Float32Array.of(0.75, 0, 0, 0.5, 0, 0.5, 0.75, Number.NaN),
    prices: Float32Array.of(1, 4, 1, 4, 1, 4, 1, Number.NaN),
  };

  test("the price of what is asked, wrong answers included", () => {
    const choose = () => Int32Array.of(0, 1, 1, 0);
    const evaluation = evaluateSplit({
      train,
      test: rated,
      choosers: [always(0, { choose })],
      seed: 1,
    });
    expect(row(evaluation, "router").price).toBe(2.5);
    expect(row(evaluation, "b").price).toBe(4);
    expect(row(evaluation, "random").price).toBe(2.125);
    expect(row(evaluation, "all jointly").price).toBe(5);
    expect(row(evaluation, "oracle")).not.toHaveProperty("price");
    expect(formatTable(evaluation)).toMatch(/router +100\.0 .* 2\.50\n/);
  });

  test("expected oracle only where rates are not the marks", () => {
    const kinds = (test: typeof held) =>
      evaluateSplit({ train, test, choosers: [], seed: 1 }).rows.map(({ kind }) => kind);
    expect(kinds(held)).not.toContain("expected-oracle");
    expect(kinds(rated)).toContain("expected-oracle");
    const evaluation = evaluateSplit({ train, test: rated, choosers: [], seed: 1 });
    expect(row(evaluation, "expected oracle").accuracy).toBe(0.625);
  });

  test("a cluster router has a cluster bound at least as good as itself", async () => {
    const world = twoSkillWorld();
    const router = await fitRouter(world, { estimator: new ClusterClassifier({ clusters: 4 }) });
    const chooser = chooserOf("clusters", "cluster", router);
    const labels = chooser.clusters!(world);
    expect(new Set(labels).size).toBeGreaterThan(1);
    const evaluation = evaluateFitted({
      test: world,
      bestSingle: "general",
      choosers: [chooser],
      seed: 1,
    });
    const bound = row(evaluation, "cluster bound of clusters");
    expect(bound.kind).toBe("upper-bound");
    expect(bound.accuracy).toBeGreaterThanOrEqual(row(evaluation, "clusters").accuracy);
  });

  test("detectable gain: 2.8 standard errors of the router's gain; of the runner-up where it never leaves", () => {
    const n = 400;
    const set = outcomesOf(
      ["a", "b"],
      Array.from({ length: n }, (_, i) => [Number(i % 10 < 7), Number(i % 10 < 6)]),
    );
    const judged = (model: number) =>
      evaluateFitted({ test: set, bestSingle: "a", choosers: [always(model)], seed: 1 });
    const error = Math.sqrt((0.1 - 0.01) / (n - 1));
    expect(judged(1).mde).toBeCloseTo(2.8015852 * error, 6);
    expect(judged(0).mde).toBe(judged(1).mde);
    const same = outcomesOf(["a"], [[1], [0]]);
    const none = evaluateFitted({ test: same, bestSingle: "a", choosers: [], seed: 1 });
    expect(none).not.toHaveProperty("mde");
  });
});

describe("evaluateFitted", () => {
  test("counts gains from the model named", () => {
    const evaluation = evaluateFitted({
      test: held,
      bestSingle: "b",
      choosers: [always(0)],
      seed: 1,
    });
    expect(row(evaluation, "router").gain).toBeCloseTo(-1 / 3);
    expect(evaluation.rows.map(({ kind }) => kind)).not.toContain("policy");
  });

  test("refuses an unknown model and an empty set", () => {
    const judge = (test: typeof held, bestSingle: string) => () =>
      evaluateFitted({ test, bestSingle, choosers: [], seed: 1 });
    expect(judge(held, "z")).toThrow(UnknownModelError);
    expect(judge(outcomesOf(["a"], []), "a")).toThrow(NoLabelsError);
  });
});

describe("formatTable", () => {
  test("looks like this", () => {
    const evaluation = evaluateSplit({ train, test: held, choosers: [always(1)], seed: 3 });
    expect(`\n${formatTable(evaluation)}`).toMatchInlineSnapshot(`
      "
      4 test prompts, 4 groups of near-duplicates, seed 3
      best single model (chosen without the test prompts): a
      gain: over the best single model, paired, in points

                     right %         95 %   gain            95 %  answers      p  known    ms
      b                 66.7   15.9..95.5  +33.3  -100.0..+100.0      1.3  0.625      3  3000
      a                 50.0   12.5..87.5    0.0        0.0..0.0      1.0  1.000      4  1000
      random            62.5  22.8..100.0  +12.5    -63.6..+88.6      1.2             4  1750
      best per task    100.0  51.0..100.0  +50.0   -41.8..+100.0      1.3  0.250      4  2000
      router            66.7   15.9..95.5  +33.3  -100.0..+100.0      1.3  0.625      3  3000
      all jointly       66.7   15.9..95.5  +33.3  -100.0..+100.0      2.3  0.500      3  4000
      oracle           100.0  51.0..100.0  +50.0   -41.8..+100.0           0.250      4

      prompts sent to
        best per task: a 50.0 %, b 50.0 %
        router: b 100.0 %

      The router closes 66.7 % of the gap from the best single model to the oracle.
      "
    `);
  });

  test("at most 100 columns, no control characters of names, whatever they are", () => {
    const models = ["x".repeat(300), "\u001b[31mred\r\n\u0007", "\u202eright"];
    const set = outcomesOf(
      models,
      Array.from({ length: 9 }, (_, i) => [1, i % 2, 0]),
    );
    const choose = ({ prompts }: typeof set) => Int32Array.from(prompts, (_, i) => i % 3);
    const name = "y".repeat(200);
    const text = formatTable(
      evaluateSplit({ train: set, test: set, choosers: [always(0, { name, choose })], seed: 1 }),
    );
    const lines = text.split("\n");
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(100);
      expect(line).not.toMatch(/\p{C}/u);
    }
  });
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { evaluateFitted } from "../../src/evaluation/evaluate.js";
import { formatPaper } from "../../src/evaluation/format-paper.js";
import { paperFigures } from "../../src/evaluation/paper.js";
import type { RowKind } from "../../src/evaluation/table.js";
import { outcomesOf } from "./outcomes.js";

const held = outcomesOf(
  ["a", "b"],
  [
    [1, 0],
    [0, 1],
    [1, 1],
    [1, 0],
  ],
);
const always = (name: string, kind: RowKind, model: number) => ({
  name,
  kind,
  choose: () => new Int32Array(4).fill(model),
});

describe("the paper's figures", () => {
  test("stand beside our rows of the same meaning", () => {
    const evaluation = evaluateFitted({
      test: held,
      bestSingle: "a",
      seed: 1,
      choosers: [
        always("argmax", "policy", 0),
        always("argmax-as-released", "policy", 1),
        always("prediction", "policy", 1),
        {
          ...always("k-means", "cluster", 1),
          clusters: () => Int32Array.of(0, 1, 0, 0),
        },
        always("k-means, sets by vote", "cluster", 0),
      ],
    });
    expect(`\n${formatPaper(evaluation, paperFigures, "gsm8k")}`).toMatchInlineSnapshot(`
      "
      1319 prompts there, 4 here
      paper, gsm8k                             right %   gain                      here  right %   gain
      best single (gemma-7b)                      71.1    0.0                         a     75.0    0.0
      random                                      55.4  -15.7                    random     62.5  -12.5
      ArgMax                                      67.6   -3.5                    argmax     75.0    0.0
                                                                     argmax-as-released     50.0  -25.0
      Random                                      67.5   -3.6
      Prediction                                  67.7   -3.4                prediction     50.0  -25.0
      Sorted Prediction                           59.6  -11.5
      K-means                                     67.3   -3.9                   k-means     50.0  -25.0
      K-means, sets (threshold swept on test)     76.9   +5.8     k-means, sets by vote     75.0    0.0
      all jointly                                 74.4   +3.3
      classifier upper bound                      79.7   +8.6
      cluster upper bound                         73.5   +2.4  cluster bound of k-means    100.0  +25.0
      oracle                                      87.2  +16.1                    oracle    100.0  +25.0
      "
    `);
    const lines = formatPaper(evaluation, paperFigures, "mmlu").split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(() => formatPaper(evaluation, paperFigures, "toString")).toThrow(InvalidArgumentError);
  });

  /** The source's own tables, kept beside the repository. */
  const file = join(
    import.meta.dirname,
    "../../../shared/data/llm-routing-paper/reference_results.json",
  );
  test.skipIf(!existsSync(file))("are those of its result tables (skipped where absent)", () => {
    const tables = JSON.parse(readFileSync(file, "utf8"));
    for (const benchmark of ["gsm8k", "mmlu"] as const) {
      const { policies, single, clustering_router: clusters } = tables[benchmark];
      const of = (kind: string) => paperFigures[benchmark].rows.find((row) => row.kind === kind)!;
      const pairs = [
        ["oracle", policies.Oracle],
        ["random", policies.Random],
        ["classifier-bound", policies["Upperbound Performance (Classifier)"]],
        ["argmax", policies["Policy1 (ConfArgMax)"]],
        ["random-of-top", policies["Policy2 (Select Random)"]],
        ["prediction", policies["Policy3 (Prediction)"]],
        ["sorted-prediction", policies["Policy4 (Sorted Prediction)"]],
        ["best-single", single["gemma-7b"]],
      ];
      for (const [kind, { accuracy, latency }] of pairs) {
        expect([of(kind).accuracy * 100, of(kind).seconds]).toEqual([
          expect.closeTo(accuracy, 9),
          latency,
        ]);
      }
      if (!clusters) continue;
      expect(of("k-means").accuracy * 100).toBeCloseTo(clusters.predicted_per_cluster, 9);
      expect(of("cluster-bound").accuracy * 100).toBeCloseTo(clusters.upper_bound_per_cluster, 9);
    }
  });
});

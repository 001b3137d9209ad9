import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import {
  type ClassReport,
  type ClassScores,
  classReport,
} from "../../src/evaluation/class-report.js";
import { evaluateFitted } from "../../src/evaluation/evaluate.js";
import { formatClassReports } from "../../src/evaluation/format-classes.js";
import { outcomesOf } from "./outcomes.js";

/** What scripts/golden.py wrote with scikit-learn's classification_report. */
const golden: ClassReport & { labels: number; marks: number[]; probabilities: number[] } =
  JSON.parse(readFileSync(new URL("../golden/classes.json", import.meta.url), "utf8"));

const close = ({ precision, recall, f1, support }: ClassScores) => ({
  precision: expect.closeTo(precision, 12),
  recall: expect.closeTo(recall, 12),
  f1: expect.closeTo(f1, 12),
  support,
});

describe("report by model", () => {
  const models = ["a", "b", "c", "d"];
  const marks = Float32Array.from(golden.marks);
  const probabilities = Float32Array.from(golden.probabilities);

  test("is scikit-learn's classification_report", () => {
    expect(classReport({ models, marks }, probabilities)).toEqual({
      models: golden.models.map(close),
      micro: close(golden.micro),
      macro: close(golden.macro),
      weighted: close(golden.weighted),
    });
  });

  test("leaves unknown cells out", () => {
    const twice = Float32Array.from([...marks, ...marks.map(() => Number.NaN)]);
    const both = Float32Array.from([...probabilities, ...probabilities.map((p) => 1 - p)]);
    expect(classReport({ models, marks: twice }, both)).toEqual(
      classReport({ models, marks }, probabilities),
    );
  });

  test("refuses probabilities of another size", () => {
    expect(() => classReport({ models, marks }, probabilities.subarray(1))).toThrow(
      InvalidArgumentError,
    );
  });

  test("goes into the evaluation, and onto the terminal", () => {
    const held = outcomesOf(
      ["a", "b\u0007"],
      [
        [1, 0],
        [1, 1],
        [0, 1],
      ],
    );
    const evaluation = evaluateFitted({
      test: held,
      bestSingle: "a",
      seed: 1,
      choosers: [
        {
          name: "router",
          kind: "router",
          choose: () => new Int32Array(3),
          probabilities: () => Float32Array.of(0.9, 0.5, 0.4, 0.6, 0.7, 0.2),
        },
      ],
    });
    expect(evaluation.classReports).toHaveLength(1);
    expect(`\n${formatClassReports(evaluation)}`).toMatchInlineSnapshot(`
      "
      router: models said to be right (P >= 0.5)
                        precision  recall    F1  right
      a                      50.0    50.0  50.0      2
      b?                     50.0    50.0  50.0      2
      micro average          50.0    50.0  50.0      4
      macro average          50.0    50.0  50.0      4
      weighted average       50.0    50.0  50.0      4
      "
    `);
  });
});

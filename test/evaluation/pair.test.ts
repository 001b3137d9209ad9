import { expect, test } from "vitest";
import { UnknownModelError } from "../../src/errors.js";
import { deferralFigures } from "../../src/evaluation/deferral.js";
import { fittedColumns } from "../../src/evaluation/evaluate.js";
import { evaluatePair, formatPair } from "../../src/evaluation/pair.js";
import { random } from "../../src/random.js";
import { outcomesOf } from "./outcomes.js";

const { below } = random(2);
const n = 60;
const test3 = outcomesOf(
  ["other", "strong", "weak"],
  Array.from({ length: n }, () => [below(2), Number(below(10) < 8), Number(below(10) < 4)]),
);
const P = Float32Array.from({ length: 3 * n }, () => below(1000) / 1000);
const participant = (name: string, kind: "router" | "policy") => ({
  name,
  kind,
  choose: () => new Int32Array(n),
  probabilities: () => P,
});
const table = fittedColumns({
  test: test3,
  bestSingle: "strong",
  choosers: [
    participant("router", "router"),
    participant("multi-label", "policy"),
    participant("separate classifiers", "policy"),
  ],
  seed: 1,
});

test("the figures of the difference of the two models' probabilities, for the two rows", () => {
  const { rows, ...pair } = evaluatePair(table, "weak", "strong");
  expect(pair).toEqual({ weak: "weak", strong: "strong" });
  expect(rows.map(({ name }) => name)).toEqual(["router", "multi-label"]);
  const column = (model: number) =>
    Float64Array.from({ length: n }, (_, row) => test3.marks[3 * row + model]!);
  const scores = Array.from({ length: n }, (_, row) => P[3 * row + 1]! - P[3 * row + 2]!);
  const direct = deferralFigures(
    { weak: column(2), strong: column(1), scores },
    { groups: table.groups, seed: 1 },
  );
  expect(rows[0]).toEqual({ name: "router", ...direct });
  for (const line of formatPair({ ...pair, rows }).split("\n")) {
    expect(line.length).toBeLessThanOrEqual(100);
  }
});

test("refuses a model that is not there", () => {
  expect(() => evaluatePair(table, "weak", "gpt")).toThrow(UnknownModelError);
});

import { describe, expect, test } from "vitest";
import { evaluateSplit } from "../../src/evaluation/evaluate.js";
import { fitPlans } from "../../src/evaluation/plans.js";
import { random } from "../../src/random.js";
import { budgetCurve } from "../../src/voting/index.js";
import { outcomesOf } from "./outcomes.js";

/** Three models of equal skill, one answer each at 2 units a piece; "1" is right, a wrong answer is each one's own. */
function world(n: number, seed: number) {
  const { below } = random(seed);
  const marks = Array.from({ length: n }, () => [0, 1, 2].map(() => Number(below(10) < 7)));
  return outcomesOf(["a", "b", "c"], marks, {
    answers: marks.map((row) => row.map((mark, model) => [mark ? "1" : `${model + 2}`])),
    golds: marks.map(() => "1"),
    prices: new Float32Array(3 * n).fill(2),
  });
}

describe("plans as rows", () => {
  const [train, held] = [world(120, 1), world(80, 2)];
  const rows = evaluateSplit({ train, test: held, choosers: fitPlans(train, 3), seed: 1 }).rows;
  const plans = rows.filter(({ kind }) => kind === "plan");

  test("are what budgetCurve finds", () => {
    const points = budgetCurve(train, held, [1, 3, 5, 9, Number.POSITIVE_INFINITY], { seed: 3 });
    expect(plans.map(({ accuracy, answers }) => [accuracy, answers])).toEqual(
      points.map(({ accuracy, answers }) => [accuracy, answers]),
    );
    expect(plans[1]!.accuracy).toBeGreaterThan(plans[0]!.accuracy);
  });

  test("a price for each answer asked", () => {
    for (const { price, answers } of plans) expect(price).toBeCloseTo(2 * answers!, 9);
  });

  test("none where no answers were kept, or none is to be learnt from", () => {
    const { answers, ...without } = train;
    expect(fitPlans(without, 1)).toEqual([]);
    const same = answers!.map((row) => row.map(() => ["1"]));
    expect(fitPlans({ ...train, answers: same, marks: train.marks.map(() => 1) }, 1)).toEqual([]);
  });
});

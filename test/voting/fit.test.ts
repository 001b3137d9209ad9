import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { budgetCurve } from "../../src/voting/curve.js";
import { fitVoteModel, planFor } from "../../src/voting/fit.js";
import { votingWorld } from "./world.js";

const skills = [
  [0.7, 0.7, 0.7],
  [0.65, 0.65, 0.65],
  [0.6, 0.6, 0.6],
];
const train = votingWorld(250, { skills, seed: 1 });
const model = fitVoteModel(train);

describe("fitVoteModel", () => {
  test("the table goes from one answer up; each plan costs more and is better", () => {
    expect(model.table[0]!.answers).toBe(1);
    expect(model.table.length).toBeGreaterThan(3);
    for (const [at, { answers, accuracy, most }] of model.table.entries()) {
      expect(answers).toBeLessThanOrEqual(most);
      if (at === 0) continue;
      expect(answers).toBeGreaterThan(model.table[at - 1]!.answers);
      expect(accuracy).toBeGreaterThan(model.table[at - 1]!.accuracy);
    }
  });

  test("is plain data, the same for the same seed", () => {
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
    expect(fitVoteModel(train)).toEqual(model);
  });
});

describe("planFor", () => {
  test("a larger budget never gets a plan of less expected accuracy, nor one above the budget", () => {
    let before = 0;
    for (let budget = 1; budget < 12; budget += 0.25) {
      const plan = planFor(model, { budget });
      const { accuracy, answers } = model.table.find((priced) => priced.plan === plan)!;
      expect(answers).toBeLessThanOrEqual(budget);
      expect(accuracy).toBeGreaterThanOrEqual(before);
      before = accuracy;
    }
    expect(planFor(model, { budget: Number.POSITIVE_INFINITY })).toBe(model.table.at(-1)!.plan);
  });

  test("a single plan follows the router's scores, other plans do not", () => {
    const single = planFor(model, { budget: 1, scores: [0.2, 0.1, 0.9] });
    expect(single).toMatchObject({ kind: "single", model: train.models[2] });
    const set = planFor(model, { budget: 9 });
    expect(planFor(model, { budget: 9, scores: [0.2, 0.1, 0.9] })).toBe(set);
    expect(() => planFor(model, { budget: 1, scores: [0.2] })).toThrow(/3 scores for scores/);
  });

  test.each([0, 0.99, -1, Number.NaN])("refuses a budget of %s", (budget) => {
    expect(() => planFor(model, { budget })).toThrow(InvalidArgumentError);
  });
});

describe("budgetCurve", () => {
  test("more answers of like models are better, within the budget or nearly so, on prompts never seen", () => {
    const test_ = votingWorld(400, { skills, seed: 2 });
    const [one, several, all] = budgetCurve(train, test_, [1, 4, 9]) as [
      ReturnType<typeof budgetCurve>[0],
      ReturnType<typeof budgetCurve>[0],
      ReturnType<typeof budgetCurve>[0],
    ];
    expect(one.answers).toBe(1);
    expect(several.accuracy).toBeGreaterThan(one.accuracy + 0.05);
    expect(all.accuracy).toBeGreaterThan(0.9);
    expect(several.answers).toBeLessThan(4.4);
    expect(all.answers).toBeLessThan(9);
    const mean = one.marks.reduce((sum, mark) => sum + mark, 0) / one.marks.length;
    expect(one.accuracy).toBeCloseTo(mean, 12);
  });
});

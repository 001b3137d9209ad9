import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { checkVoteModel, checkVoteWeights } from "../../src/voting/check.js";
import { fitVoteModel } from "../../src/voting/fit.js";
import { fitVoteWeights } from "../../src/voting/weights.js";
import { votingWorld } from "./world.js";

describe("checkVoteWeights", () => {
  const good = fitVoteWeights(votingWorld(40, { skills: [[0.8, 0.8], [0.6]] }));

  test("takes what fitVoteWeights returns, through JSON", () => {
    expect(checkVoteWeights(JSON.parse(JSON.stringify(good)))).toEqual(good);
  });

  test.each([
    ["nothing", undefined],
    ["null", null],
    ["a list", []],
    ["names that are none", { ...good, models: [1, 2] }],
    ["too few rows", { ...good, weights: good.weights.slice(1) }],
    ["a negative weight", { ...good, weights: [[1, -1], [1]] }],
    ["an infinite weight", { ...good, weights: [[1, Number.POSITIVE_INFINITY], [1]] }],
    ["a text weight", { ...good, weights: [["1"], [1]] }],
    ["a ridge of 0", { ...good, slotRidge: 0 }],
    ["a positive likelihood", { ...good, heldOut: 1 }],
    ["half a row", { ...good, rows: 0.5 }],
  ])("refuses %s", (_, value) => {
    expect(() => checkVoteWeights(value)).toThrow(InvalidArgumentError);
  });
});

describe("checkVoteModel", () => {
  const model = fitVoteModel(votingWorld(60, { skills: [[0.8, 0.8], [0.7]] }));
  const ask = { model: model.weights.models[0]!, slots: [0], weights: [1] };
  const priced = { answers: 1, most: 1, accuracy: 0.5 };
  const set = { kind: "set", asks: [ask], confidence: 1 };
  const escalation = { kind: "escalation", first: ask, agree: 1, others: [], confidence: 0.9 };
  const withPlan = (plan: unknown) => ({ ...model, table: [{ ...priced, plan }] });

  test("takes what fitVoteModel returns, through JSON, and plans of each kind", () => {
    expect(checkVoteModel(JSON.parse(JSON.stringify(model)))).toEqual(model);
    const single = { kind: "single", model: ask.model, slots: [1, 0] };
    for (const plan of [single, set, escalation]) {
      expect(checkVoteModel(withPlan(plan))).toEqual(withPlan(plan));
    }
  });

  test.each([
    ["nothing", undefined],
    ["other weights", { ...model, weights: {} }],
    ["an empty table", { ...model, table: [] }],
    ["a table of numbers", { ...model, table: [1] }],
    [
      "answers that fall",
      {
        ...model,
        table: [
          { ...priced, plan: set },
          { ...priced, answers: 0.5, plan: set },
        ],
      },
    ],
    ["an accuracy above 1", { ...model, table: [{ ...priced, accuracy: 2, plan: set }] }],
    ["most of 0", { ...model, table: [{ ...priced, most: 0, plan: set }] }],
    ["no plan", withPlan(undefined)],
    ["another kind", withPlan({ ...set, kind: "all" })],
    ["a model of another pool", withPlan({ ...set, asks: [{ ...ask, model: "stranger" }] })],
    ["a negative slot", withPlan({ ...set, asks: [{ ...ask, slots: [-1] }] })],
    ["no slot", withPlan({ kind: "single", model: ask.model, slots: [] })],
    ["slots that are none", withPlan({ kind: "single", model: ask.model })],
    ["too many weights", withPlan({ ...set, asks: [{ ...ask, weights: [1, 1] }] })],
    ["a confidence of 0", withPlan({ ...set, confidence: 0 })],
    ["no asks", withPlan({ ...set, asks: [] })],
    ["no first ask", withPlan({ ...escalation, first: undefined })],
    ["half an agreement", withPlan({ ...escalation, agree: 0.5 })],
    ["no others", withPlan({ ...escalation, others: undefined })],
  ])("refuses %s", (_, value) => {
    expect(() => checkVoteModel(value)).toThrow(InvalidArgumentError);
  });
});

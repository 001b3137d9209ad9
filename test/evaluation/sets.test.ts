import { describe, expect, test } from "vitest";
import { crossValidate } from "../../src/evaluation/cross-validate.js";
import { evaluateSplit } from "../../src/evaluation/evaluate.js";
import { jointMarks } from "../../src/evaluation/joint.js";
import { bestSets, hindsightSet, subsets } from "../../src/evaluation/sets.js";
import { random } from "../../src/random.js";
import type { Outcomes } from "../../src/types.js";
import { outcomesOf } from "./outcomes.js";

const names = ["a", "b", "c", "d"];

/** One answer of each model; "1" is right. */
function voted(rows: readonly string[][]): Outcomes {
  return outcomesOf(
    names.slice(0, rows[0]!.length),
    rows.map((row) => row.map((answer) => Number(answer === "1"))),
    {
      answers: rows.map((row) => row.map((answer) => [answer])),
      golds: rows.map(() => "1"),
    },
  );
}

/** a, b and c err on different prompts, so that two of them outvote the third; d is always wrong. */
const rows = Array.from({ length: 12 }, (_, i) =>
  [0, 1, 2].map((model) => (i % 3 === model ? `${model + 5}` : "1")).concat("9"),
);

describe("sets of models", () => {
  test("every subset of 2 to all but one models", () => {
    expect(subsets(3, 1)).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    expect(subsets(10, 1)).toHaveLength(2 ** 10 - 10 - 2);
    expect([subsets(1, 1), subsets(2, 1)]).toEqual([[], []]);
  });

  test("beyond 10 models 1,024 different ones, the same for the same seed", () => {
    const drawn = subsets(14, 3);
    expect(new Set(drawn.map((set) => set.join())).size).toBe(1024);
    for (const set of drawn) {
      expect(set).toEqual([...new Set(set)].sort((a, b) => a - b));
      expect(set.length).toBeGreaterThanOrEqual(2);
      expect(set.length).toBeLessThan(14);
      expect(set.at(-1)).toBeLessThan(14);
    }
    expect(subsets(14, 3)).toEqual(drawn);
    expect(subsets(14, 4)).not.toEqual(drawn);
    expect(subsets(11, 1)).toHaveLength(1024);
  });

  test("the best are found: three that outvote each other's errors", () => {
    const sets = bestSets(voted(rows), 1);
    expect(sets.map(({ name }) => name)).toEqual([
      "best set of 2 (train)",
      "best set of 3 (train)",
      "best set of any size (train)",
    ]);
    expect(sets[1]!.members).toEqual([0, 1, 2]);
    expect(sets[2]!.members).toEqual([0, 1, 2]);
    expect(hindsightSet(voted(rows), 1)?.members).toEqual([0, 1, 2]);
    expect(bestSets(outcomesOf(["a", "b", "c"], [[1, 0, 1]]), 1)).toEqual([]);
  });

  test("chosen on training rows, judged on test rows; hindsight is at least as good", () => {
    const source = random(2);
    const noise = () =>
      Array.from({ length: 40 }, () =>
        names.map(() => (source.below(2) ? "1" : `${source.below(4)}`)),
      );
    const train = voted(noise());
    const held = {
      ...voted(noise()),
      seconds: new Float32Array(160).fill(2),
      prices: new Float32Array(160).fill(0.5),
    };
    const { rows: table } = evaluateSplit({ train, test: held, choosers: [], seed: 1 });
    const row = (name: string) => table.find((one) => one.name.startsWith(name))!;
    const chosen = row("best set of 2 (train)");
    expect(chosen).toMatchObject({ kind: "joint", latency: 4, price: 1 });
    const members = chosen.members!.map((name) => names.indexOf(name));
    const marks = jointMarks(held, members);
    expect(chosen.accuracy).toBeCloseTo(marks.reduce((sum, mark) => sum + mark) / 40, 12);
    const best = row("best set of any size (hindsight)").accuracy;
    for (const set of subsets(4, 1)) {
      const mean = jointMarks(held, set).reduce((sum, mark) => sum + mark) / 40;
      expect(best).toBeGreaterThanOrEqual(mean - 1e-12);
    }
    expect(row("all jointly")).toMatchObject({ latency: 8, price: 2, members: names });
  });

  test("in cross-validation each fold chooses for itself", async () => {
    const evaluation = await crossValidate({
      outcomes: voted(rows),
      folds: 3,
      seed: 1,
      fit: async () => [],
    });
    const set = evaluation.rows.find(({ name }) => name === "best set of 3 (train)")!;
    expect(set.accuracy).toBe(1);
    expect(set).not.toHaveProperty("members");
  });
});

describe("joint votes", () => {
  test("the mark of an equal answer decides, whoever gave it, before the marks of majorities", () => {
    const outcomes = outcomesOf(["a", "b", "c"], [[0, 0, 1]], {
      golds: ["7"],
      answers: [[["x", "x"], ["y"], ["x ", "z", "z"]]],
      answerMarks: [[[null, null], [0], [1, 0, 0]]],
    });
    expect([...jointMarks(outcomes)]).toEqual([1]);
    expect([...jointMarks(outcomes, [0, 1])]).toEqual([1]);
    expect([...jointMarks(outcomes, [1])]).toEqual([0]);
    const { answerMarks: _, ...without } = outcomes;
    expect([...jointMarks(without)]).toEqual([0]);
  });
});

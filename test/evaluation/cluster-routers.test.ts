import { expect, test } from "vitest";
import { fitClusterRouters } from "../../src/evaluation/cluster-routers.js";
import { evaluateSplit } from "../../src/evaluation/evaluate.js";
import { jointMarks } from "../../src/evaluation/joint.js";
import { random } from "../../src/random.js";
import type { Outcomes } from "../../src/types.js";
import { outcomesOf } from "./outcomes.js";

const words = ["red", "blue", "tall", "small", "fast", "slow", "old", "new"];

/** Sums: a, b and c are right 3 times out of 4 each by themselves, so that their vote is better. Facts: only d is right. */
function world(n: number, seed: number, embedded = false): Outcomes {
  const { below } = random(seed);
  const kinds = Array.from({ length: n }, () => below(2));
  const marks = kinds.map((isSum) => {
    const right = () => Number(below(4) < 3);
    return isSum ? [right(), right(), right(), 0] : [0, 0, 0, 1];
  });
  return outcomesOf(["a", "b", "c", "d"], marks, {
    prompts: kinds.map((isSum) => {
      const rest = Array.from({ length: 5 }, () => words[below(8)]).join(" ");
      return `${isSum ? "add these numbers" : "name that thing"} ${rest}`;
    }),
    answers: marks.map((row) => row.map((mark, model) => [mark ? "1" : `${model + 2}`])),
    golds: marks.map(() => "1"),
    ...(embedded && {
      embeddings: {
        rows: n,
        columns: 2,
        values: Float32Array.from(kinds.flatMap((kind) => [kind, 1 - kind])),
      },
    }),
  });
}

test("sets by vote ask the good models of a cluster only, and beat its best model", async () => {
  const [train, held] = [world(300, 1), world(150, 2)];
  const choosers = await fitClusterRouters(train, { seed: 1 });
  const { rows } = evaluateSplit({ train, test: held, choosers, seed: 1 });
  const row = (name: string) => rows.find((one) => one.name === name)!;
  const sets = row("k-means, sets by vote");
  expect(sets.accuracy).toBeGreaterThan(row("k-means").accuracy);
  expect(sets.accuracy).toBeGreaterThan(
    jointMarks(held).reduce((sum, mark) => sum + mark, 0) / held.prompts.length,
  );
  expect(sets.answers).toBeLessThan(4);
  expect(sets.answers).toBeGreaterThan(1);
});

test("with embeddings also clusters of those", async () => {
  const [train, held] = [world(200, 3, true), world(100, 4, true)];
  const choosers = await fitClusterRouters(train, { seed: 1 });
  const { rows } = evaluateSplit({ train, test: held, choosers, seed: 1 });
  const found = rows.find(({ name }) => name === "k-means, encoder vectors")!;
  expect(found.shares!.d).toBeCloseTo(
    held.marks.filter((_, cell) => cell % 4 === 3).reduce((sum, mark) => sum + mark, 0) / 100,
    6,
  );
});

import { expect, test } from "vitest";
import { evaluateSplit } from "../../src/evaluation/evaluate.js";
import { formatPaper } from "../../src/evaluation/format-paper.js";
import { paperFigures } from "../../src/evaluation/paper.js";
import { fitPaperRouters } from "../../src/evaluation/paper-routers.js";
import { random } from "../../src/random.js";
import { outcomesOf } from "../worlds.js";

/** Words without numbers, for prompts that differ in numbers only count as one group; two skills, two specialists. */
function world(n: number, seed: number) {
  const { below } = random(seed);
  const vocabulary = [
    "red",
    "blue",
    "green",
    "tall",
    "small",
    "fast",
    "slow",
    "old",
    "new",
    "warm",
  ];
  return outcomesOf(
    ["sums", "facts", "general"],
    Array.from({ length: n }, () => {
      const isSum = below(2) === 0;
      const words = Array.from({ length: 4 }, () => vocabulary[below(10)]);
      const prompt = `${isSum ? "add" : "name"} ${words.join(" ")}`;
      const skilled = Number(below(10) < 9);
      return { prompt, scores: [isSum ? skilled : 0, isSum ? 0 : skilled, Number(below(10) < 6)] };
    }),
  );
}

test("the paper's policies, fitted and judged; its rows find ours", async () => {
  const train = world(250, 1);
  const choosers = await fitPaperRouters(train, { seed: 1 });
  const evaluation = evaluateSplit({ train, test: world(100, 2), choosers, seed: 1 });
  const row = (name: string) => evaluation.rows.find((one) => one.name === name)!;
  expect(row("multi-label").accuracy).toBeGreaterThan(0.7);
  // Released Prediction takes one number off all scores: it is ArgMax.
  expect(row("prediction-as-released").accuracy).toBe(row("multi-label").accuracy);
  expect(row("upper bound of multi-label").kind).toBe("upper-bound");
  const text = formatPaper(evaluation, paperFigures, "gsm8k");
  for (const name of ["ArgMax +67.6 +-3.5 +multi-label", "Random +67.5 +-3.6 +random of top 3"]) {
    expect(text).toMatch(new RegExp(name));
  }
  expect(text).toMatch(/Sorted Prediction .* sorted-prediction /);
});

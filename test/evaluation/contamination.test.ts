import { describe, expect, test } from "vitest";
import { contaminationVerdicts, withoutContaminated } from "../../src/evaluation/contamination.js";
import { accuracyBySubject } from "../../src/evaluation/subjects.js";
import { outcomesOf } from "../worlds.js";

const rows = (n: number, split: string, scores: (i: number) => number[]) =>
  Array.from({ length: n }, (_, i) => ({ prompt: `${split} ${i}`, split, scores: scores(i) }));

/** "honest" is right on half of everything; "memo" on all training questions but half of the clean ones. */
const training = rows(100, "train", (i) => [i % 2, 1]);
const validation = rows(60, "validation", (i) => [i % 2, (i + 1) % 2]);
const models = ["honest", "memo"];

describe("contamination alarm", () => {
  const verdicts = contaminationVerdicts(
    outcomesOf(models, training),
    outcomesOf(models, validation),
  );

  test("flags the model that is much better on training questions, with the statistic", () => {
    expect(verdicts.map((v) => v.contaminated)).toEqual([false, true]);
    expect(verdicts[1]).toMatchObject({ model: "memo", train: 1, clean: 0.5 });
    // SE = sqrt(0 / 100 + s^2 / 60) with s^2 = 15 / 59 for 30 of 60.
    expect(verdicts[1]!.z).toBeCloseTo(0.5 / Math.sqrt(15 / 59 / 60), 6);
  });

  test("a model that is worse on training questions is no cause for alarm", () => {
    const swapped = contaminationVerdicts(
      outcomesOf(models, validation),
      outcomesOf(models, training),
    );
    expect(swapped.some((v) => v.contaminated)).toBe(false);
  });

  test("hides the labels of the flagged model on the flagged split only", () => {
    const both = outcomesOf(models, [...training, ...validation]);
    const clean = withoutContaminated(both, verdicts, "train");
    const hidden = [...clean.marks].map((mark) => Number.isNaN(mark));
    expect(hidden.filter(Boolean)).toHaveLength(100);
    expect(hidden.slice(0, 2)).toEqual([false, true]);
    expect(hidden.slice(200).some(Boolean)).toBe(false);
    expect(both.marks.some(Number.isNaN)).toBe(false);
  });
});

test("accuracy by subject leaves unknown marks out", () => {
  const outcomes = {
    ...outcomesOf(
      ["a"],
      [1, 0, Number.NaN, 1].map((mark, i) => ({ prompt: `${i}`, scores: [mark] })),
    ),
    subjects: ["sums", "sums", "sums", "facts"],
  };
  expect([...accuracyBySubject(outcomes)]).toEqual([
    ["sums", [0.5]],
    ["facts", [1]],
  ]);
});

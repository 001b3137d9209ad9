import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { crossValidate, crossValidateSeeds } from "../../src/evaluation/cross-validate.js";
import { formatTable } from "../../src/evaluation/format.js";
import type { FittedChooser } from "../../src/evaluation/judge.js";
import { random } from "../../src/random.js";
import type { Outcomes } from "../../src/types.js";
import { outcomesOf } from "./outcomes.js";

const n = 80;
const source = random(4);
const outcomes = outcomesOf(
  ["a", "b", "c"],
  Array.from({ length: n }, () => [0, 1, 2].map((model) => Number(source.below(10) < 7 - model))),
);

/** Fits nothing but a chance of its seed. */
const byChance = async (_: Outcomes, seed: number): Promise<FittedChooser[]> => {
  const draw = random(seed);
  const choose = ({ prompts }: Outcomes) => Int32Array.from(prompts, () => draw.below(3));
  return [{ name: "router", kind: "router", choose }];
};

const router = ({ rows }: Awaited<ReturnType<typeof crossValidate>>) =>
  rows.find(({ kind }) => kind === "router")!;

describe("cross-validation over several seeds", () => {
  const options = { outcomes, folds: 4, fit: byChance };

  test("averages the gains of the seeds", async () => {
    const seeds = [1, 2, 3];
    const progress: number[] = [];
    const all = await crossValidateSeeds({
      ...options,
      seeds,
      onProgress: (done, total) => progress.push(done / total),
    });
    const each = await Promise.all(seeds.map((seed) => crossValidate({ ...options, seed })));
    const mean = (of: (row: ReturnType<typeof router>) => number) =>
      each.reduce((sum, one) => sum + of(router(one)) / 3, 0);
    expect(router(all).accuracy).toBeCloseTo(
      mean(({ accuracy }) => accuracy),
      12,
    );
    expect(router(all).gain).toBeCloseTo(
      mean(({ gain }) => gain),
      12,
    );
    for (const model of outcomes.models) {
      expect(router(all).shares![model]).toBeCloseTo(
        mean(({ shares }) => shares![model]!),
        12,
      );
    }
    expect(all).toMatchObject({ n, groups: n, folds: 4, seed: 1, seeds });
    expect(formatTable(all)).toContain("seeds 1, 2, 3");
    expect(progress).toHaveLength(12);
    expect(progress.at(-1)).toBe(1);
  });

  test("more seeds do not narrow the interval of what does not depend on the seed", async () => {
    const width = async (seeds: number[]) => {
      const { rows } = await crossValidateSeeds({ ...options, seeds });
      const oracle = rows.find(({ kind }) => kind === "oracle")!;
      return oracle.high - oracle.low;
    };
    expect(await width([1, 2, 3, 4, 5, 6])).toBe(await width([1]));
  });

  test("one seed is a plain cross-validation", async () => {
    expect(await crossValidateSeeds({ ...options, seeds: [7] })).toEqual(
      await crossValidate({ ...options, seed: 7 }),
    );
  });

  test("refuses no seed, and one seed twice", async () => {
    for (const seeds of [[], [1, 2, 1]]) {
      await expect(crossValidateSeeds({ ...options, seeds })).rejects.toThrow(InvalidArgumentError);
    }
  });
});

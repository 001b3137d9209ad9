import { describe, expect, test } from "vitest";
import { NoLabelsError } from "../../src/errors.js";
import { buildTable } from "../../src/evaluation/table.js";
import { runProtocol } from "../../src/reproduction/protocol.js";
import type { Outcomes } from "../../src/types.js";
import { outcomesOf } from "../worlds.js";

const models = ["sums", "facts", "general", "memo"];
const sumWords = ["add", "take", "share", "count"];
const factWords = ["capital", "symbol", "author", "river"];

/** Two tasks with a specialist each, and a model that knows the training questions by heart. */
function world(): Outcomes {
  const sizes = { train: 120, validation: 40, test: 60 };
  const rows = Object.entries(sizes).flatMap(([split, count]) =>
    Array.from({ length: count }, (_, i) => {
      const isSum = i % 2 === 0;
      const word = (isSum ? sumWords : factWords)[Math.floor(i / 2) % 4]!;
      const prompt = isSum
        ? `${split}: how many if you ${word} ${i} and ${7 * i}`
        : `${split}: which is the ${word} of ${i}`;
      const byHeart = split === "train" ? 1 : i % 5 === 0 ? 1 : 0;
      // Nobody is always right, or there would be nothing to tell one model's shift from the others'.
      const slip = i % 9 === 0 ? 0 : 1;
      const scores = isSum ? [slip, 0, i % 3 ? 1 : 0, byHeart] : [0, slip, i % 3 ? 1 : 0, byHeart];
      return { prompt, split, scores };
    }),
  );
  const outcomes = outcomesOf(models, rows);
  const tasks = rows.map(({ prompt }) => (prompt.includes("how many") ? "sums" : "facts"));
  return { ...outcomes, tasks };
}

describe("the protocol", () => {
  test("shows the paper's failure and, without flagged labels, its mend", async () => {
    const notes: string[] = [];
    const { verdicts, benchmarks } = await runProtocol(world(), {
      seed: 1,
      onProgress: (done, total, note) => notes.push(`${done}/${total} ${note}`),
    });
    const flagged = verdicts.filter(({ contaminated }) => contaminated);
    expect(flagged.map(({ model, split }) => `${model} ${split}`)).toEqual(["memo train"]);
    expect(benchmarks.map(({ name }) => name)).toEqual(["sums", "facts", "all tasks"]);
    expect(notes[0]).toBe("0/6 sums: as the paper did it");
    expect(notes.at(-1)).toBe("6/6 all tasks: done");

    const all = benchmarks[2]!;
    const row = (table: typeof all.clean, name: string) =>
      buildTable(table).rows.find((one) => one.name === name)!;
    expect(row(all.asPaper, "multi-label").shares!.memo).toBeGreaterThan(0.9);
    expect(row(all.asPaper, "multi-label").gain).toBeLessThan(-0.2);
    expect(row(all.clean, "router").gain).toBeGreaterThan(0.1);
  }, 60_000);

  test("names a split that is missing", async () => {
    const { splits, ...rest } = world();
    const renamed = { ...rest, splits: splits.map((s) => (s === "validation" ? "dev" : s)) };
    await expect(runProtocol(renamed, { seed: 1 })).rejects.toThrow(
      new NoLabelsError(
        'No outcome is of split "validation". Give questions of the splits train, validation, test.',
      ),
    );
  });
});

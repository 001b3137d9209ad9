import { describe, expect, test } from "vitest";
import type { EditName } from "../../src/datasets/edits.js";
import { formatRobustness, robustness } from "../../src/evaluation/robustness.js";
import { chooserOf } from "../../src/evaluation/routers.js";
import { MultiLabelClassifier } from "../../src/models/multi-label.js";
import { fitRouter } from "../../src/router/fit.js";
import { twoSkillWorld } from "../worlds.js";

const test40 = twoSkillWorld(40);
/** Right on prompts that begin in lower case, and on no others. */
const byCase = {
  name: "by case",
  choose: ({ prompts }: { readonly prompts: readonly string[] }) =>
    Int32Array.from(prompts, (prompt) => {
      const isSum = /apples/i.test(prompt);
      return Number(isSum === (prompt[0] !== prompt[0]!.toLowerCase()));
    }),
};

describe("robustness", () => {
  test("counts flips and what they cost, by hand", () => {
    const { accuracy, rows } = robustness(byCase, test40, {
      edits: ["lower case", "upper case", "question template"],
    });
    expect(accuracy.mean).toBe(1);
    const [lower, upper, template] = rows;
    expect(lower).toMatchObject({ edit: "lower case", flips: { mean: 0 }, change: { mean: 0 } });
    expect(upper).toMatchObject({ edit: "upper case", flips: { mean: 1 }, change: { mean: -1 } });
    expect(template!.flips.mean).toBe(1);
    expect(upper!.flips.high).toBeLessThanOrEqual(1);
    expect(upper!.flips.low).toBeLessThan(1);
  });

  test("a fitted router bears case and white space, and loses to many typos", async () => {
    const estimator = new MultiLabelClassifier({ C: 10 });
    const router = await fitRouter(twoSkillWorld(60), { estimator, surface: false });
    const { accuracy, rows } = robustness(chooserOf("linear", "router", router), test40);
    const flips = (name: EditName) => rows.find(({ edit }) => edit === name)!.flips.mean;
    expect(accuracy.mean).toBe(1);
    expect(rows).toHaveLength(10);
    expect(flips("upper case") + flips("lower case") + flips("white space")).toBe(0);
    expect(flips("typos 10 %")).toBeGreaterThanOrEqual(flips("typos 1 %"));
  });

  test("the seed decides; unknown edits are refused", () => {
    const options = { seed: 4 };
    expect(robustness(byCase, test40, options)).toEqual(robustness(byCase, test40, options));
    const edits = ["no such" as EditName];
    expect(() => robustness(byCase, test40, { edits })).toThrow(/for edits but received "no such"/);
  });

  test("the text fits a terminal, without control characters", () => {
    const text = formatRobustness(robustness({ ...byCase, name: "a\u001b[31m" }, test40));
    expect(text).toContain("a?[31m: 100.0 % right on the prompts as they are");
    expect(text).toMatch(/upper case +100\.0 +\S+ +-100\.0/);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

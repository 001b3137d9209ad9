import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { augment } from "../../src/datasets/augment.js";
import { type EditName, edits } from "../../src/datasets/edits.js";
import { groupPrompts } from "../../src/datasets/near-duplicates.js";
import { InvalidArgumentError } from "../../src/errors.js";
import { BlendClassifier } from "../../src/models/blend.js";
import { MultiLabelClassifier } from "../../src/models/multi-label.js";
import { random } from "../../src/random.js";
import { fitRouter } from "../../src/router/fit.js";
import { twoSkillWorld } from "../worlds.js";

const question =
  "Which gas, found in air, do plants take in?\nA. Oxygen\nB. Carbon dioxide\n(C) 1,000 g of x = 3.5 m";
const apply = (name: EditName, prompt: string, seed = 1) => edits[name](prompt, random(seed));

describe("edits", () => {
  test.each(Object.keys(edits) as EditName[])("%s: numbers and option letters stay", (name) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (seed) => {
        const edited = apply(name, question, seed);
        for (const kept of ["A. ", "\nB. ", "\n(C) 1,000 ", " x ", "3.5 "]) {
          expect(edited.replace(/ +/g, " ")).toContain(kept);
        }
      }),
      { numRuns: 50 },
    );
  });

  test.each(Object.keys(edits) as EditName[])("%s: any text in, the same text out", (name) => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (prompt) => {
        expect(apply(name, prompt, 3)).toBe(apply(name, prompt, 3));
      }),
    );
  });

  test("typos: as many as asked for, each by a key beside", () => {
    const prompt = "keyboard ".repeat(5000);
    for (const [name, rate] of [
      ["typos 1 %", 0.01],
      ["typos 3 %", 0.03],
      ["typos 10 %", 0.1],
    ] as const) {
      const edited = apply(name, prompt);
      const hit = [...edited].filter((letter, at) => letter !== prompt[at]);
      expect(hit.length / 40_000).toBeGreaterThan(0.85 * rate);
      expect(hit.length / 40_000).toBeLessThan(1.15 * rate);
    }
    const keys = [...apply("typos 10 %", "TTTT ".repeat(500)).replaceAll(/[T ]/g, "")];
    expect(new Set(keys)).toEqual(new Set("RYG"));
  });

  test("case and white space change nothing else", () => {
    expect(apply("lower case", question)).toContain("\nB. carbon dioxide\n(C) 1,000 g");
    expect(apply("upper case", question)).toContain("WHICH GAS, FOUND IN AIR");
    const spaced = apply("white space", question);
    expect(spaced).not.toBe(question);
    expect(spaced.replaceAll("  ", " ")).toBe(question);
    const program = "if x:\n    return  1";
    expect(apply("white space", program).split("\n")[1]).toBe("    return  1");
  });

  test("frames hold the prompt whole, whatever is in it", () => {
    for (const name of ["polite words", "system prompt", "question template"] as const) {
      for (let seed = 0; seed < 20; seed++) {
        const edited = apply(name, "$& {} $1", seed);
        expect(edited).toContain("$& {} $1");
        expect(edited.length).toBeGreaterThan(8);
      }
    }
  });
});

describe("augment", () => {
  const world = twoSkillWorld(20);

  test("keeps the rows, and adds copies with the label and the group of their prompt", () => {
    const { outcomes, groups } = augment(world, { copies: 2, edits: ["typos 10 %"] });
    expect(outcomes.prompts).toHaveLength(60);
    expect(outcomes.prompts.slice(0, 20)).toEqual(world.prompts);
    expect(new Set(outcomes.ids).size).toBe(60);
    expect(groups.slice(0, 20)).toEqual(groupPrompts(world.prompts));
    for (let row = 20; row < 60; row++) {
      expect(groups[row]).toBe(groups[row % 20]);
      expect(outcomes.scores.slice(3 * row, 3 * row + 3)).toEqual(
        world.scores.slice(3 * (row % 20), 3 * (row % 20) + 3),
      );
    }
    expect(
      outcomes.prompts.filter((prompt) => !world.prompts.includes(prompt)).length,
    ).toBeGreaterThan(30);
  });

  test("the seed decides", () => {
    expect(augment(world, { seed: 5 })).toEqual(augment(world, { seed: 5 }));
    expect(augment(world, { seed: 5 })).not.toEqual(augment(world, { seed: 6 }));
  });

  test("a router learns from them, its inner folds by their groups", async () => {
    const { outcomes, groups } = augment(twoSkillWorld());
    const estimator = new BlendClassifier({
      parts: [new MultiLabelClassifier({ C: 10 })],
      folds: 2,
    });
    const router = await fitRouter(outcomes, { groups, estimator });
    expect(router.info.training.prompts).toBe(120);
    expect(router.route("how many apples if you add 900 and 7")).toBe("sums");
    await expect(fitRouter(outcomes, { groups: groups.slice(1), estimator })).rejects.toThrow(
      /Expected a length of 120 for groups but received 119/,
    );
  });

  test.each([
    [{ copies: 0 }, /whole number from 1 to 100 for copies/],
    [{ copies: 1.5 }, /copies/],
    [{ edits: [] }, /for edits/],
    [{ edits: ["toString" as EditName] }, /names out of typos 1 %/],
  ])("%j is refused", (options, message) => {
    expect(() => augment(world, options)).toThrow(InvalidArgumentError);
    expect(() => augment(world, options)).toThrow(message);
  });

  test("embeddings are refused: they are of the prompts as they were", () => {
    const embeddings = { rows: 20, columns: 1, values: new Float32Array(20) };
    expect(() => augment({ ...world, embeddings })).toThrow(/nothing for outcomes\.embeddings/);
  });
});

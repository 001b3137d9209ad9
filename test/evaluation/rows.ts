import type { FittedChooser } from "../../src/evaluation/judge.js";
import type { Evaluation } from "../../src/evaluation/table.js";

export const row = (evaluation: Evaluation, name: string) => {
  const found = evaluation.rows.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no row "${name}"`);
  return found;
};

/** A router that always takes the same model. */
export const always = (model: number, more: Partial<FittedChooser> = {}): FittedChooser => ({
  name: "router",
  kind: "router",
  choose: ({ prompts }) => new Int32Array(prompts.length).fill(model),
  ...more,
});

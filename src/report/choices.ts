import type { Outcomes } from "../types.js";
import type { Confusion, Example, Examples } from "./data.js";

const excerpt = 280;
const examplesOfAKind = 5;

/** Where one model alone is right: which one the router chose. @returns undefined where there is no such prompt. */
export function confusion(
  { models, marks }: Pick<Outcomes, "models" | "marks">,
  choices: Int32Array,
): Confusion | undefined {
  const counts = models.map(() => models.map(() => 0));
  for (let row = 0; row < choices.length; row++) {
    const right = rightModels(marks, models.length, row);
    if (right.length === 1) counts[right[0]!]![choices[row]!]! += 1;
  }
  return counts.some((line) => line.some((count) => count > 0)) ? { models, counts } : undefined;
}

/**
 * Prompts that tell the router from the best single model, evenly spaced over all that do.
 * @param reference marks of the best single model.
 * @param probabilities [prompts x models], where the router has them.
 */
export function examples(
  outcomes: Outcomes,
  choices: Int32Array,
  reference: Float64Array,
  probabilities?: Float32Array,
): Examples {
  const { models, marks, prompts, tasks } = outcomes;
  const width = models.length;
  const markOf = (row: number) => marks[row * width + choices[row]!]!;
  const example = (row: number): Example => {
    const task = tasks[row];
    return {
      prompt: cut(prompts[row]!),
      ...(task !== undefined && { task }),
      chosen: models[choices[row]!]!,
      ...(probabilities && { probability: probabilities[row * width + choices[row]!]! }),
      right: rightModels(marks, width, row).map((model) => models[model]!),
    };
  };
  const spaced = (test: (row: number) => boolean) => {
    const rows = Array.from(choices.keys()).filter(test);
    const step = Math.max(1, rows.length / examplesOfAKind);
    const count = Math.min(examplesOfAKind, rows.length);
    return Array.from({ length: count }, (_, at) => example(rows[Math.floor(at * step)]!));
  };
  return {
    right: spaced((row) => markOf(row) >= 0.5 && reference[row]! < 0.5),
    wrong: spaced((row) => markOf(row) < 0.5 && rightModels(marks, width, row).length > 0),
  };
}

/** Indices of the models with a mark of at least 0.5. */
function rightModels(marks: Float32Array, width: number, row: number): number[] {
  const own = Array.from(marks.subarray(row * width, (row + 1) * width));
  return own.flatMap((mark, model) => (mark >= 0.5 ? [model] : []));
}

function cut(text: string): string {
  return text.length > excerpt ? `${text.slice(0, excerpt - 1).trimEnd()}…` : text;
}

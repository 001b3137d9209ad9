import type { Outcomes } from "../src/types.js";

/** Outcomes from plain rows; what a test does not care about is left empty. */
export function outcomesOf(
  models: readonly string[],
  rows: readonly { prompt: string; scores: readonly number[]; split?: string }[],
): Outcomes {
  const scores = Float32Array.from(rows.flatMap((row) => row.scores));
  return {
    models,
    ids: rows.map((_, i) => String(i)),
    prompts: rows.map((row) => row.prompt),
    tasks: rows.map(() => undefined),
    subjects: rows.map(() => undefined),
    splits: rows.map((row) => row.split),
    golds: rows.map(() => undefined),
    scores,
    marks: scores,
  };
}

const sums = ["add", "take", "share", "count", "double", "total"];
const facts = ["capital", "symbol", "author", "animal", "opposite", "river"];

/** Two kinds of question, two specialists and a generalist that is never best at either. */
export function twoSkillWorld(rows = 60): Outcomes {
  return outcomesOf(
    ["sums", "facts", "general"],
    Array.from({ length: rows }, (_, i) => {
      const isSum = i % 2 === 0;
      const word = (isSum ? sums : facts)[Math.floor(i / 2) % 6]!;
      const prompt = isSum
        ? `how many apples if you ${word} ${i} and ${i + 1}`
        : `which is the ${word} of thing ${i}`;
      return { prompt, scores: isSum ? [1, 0, 0.6] : [0, 1, 0.6] };
    }),
  );
}

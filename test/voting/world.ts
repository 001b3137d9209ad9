import { random } from "../../src/random.js";
import type { Outcomes } from "../../src/types.js";
import { majority } from "../../src/voting/ballots.js";
import { outcomesOf, word } from "../evaluation/outcomes.js";

/** Made-up answers: model m's answer s is right with probability skills[m][s], else one of four wrong ones. */
export function votingWorld(
  prompts: number,
  { skills, seed = 1 }: { skills: readonly (readonly number[])[]; seed?: number },
): Outcomes {
  const { below } = random(seed);
  const answers = Array.from({ length: prompts }, () =>
    skills.map((slots) =>
      slots.map((skill) => (below(1000) < 1000 * skill ? "right" : `w${below(4)}`)),
    ),
  );
  const marks = answers.map((row) => row.map((list) => Number(majority(list) === "right")));
  return outcomesOf(
    skills.map((_, model) => word(model)),
    marks,
    { answers, golds: answers.map(() => "right") },
  );
}

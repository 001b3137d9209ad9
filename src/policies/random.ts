import { random } from "../random.js";
import { argMax } from "./argmax.js";
import type { Policy } from "./policy.js";

/** A highest score of at most this is no confidence at all, says the paper. */
const unsure = Math.fround(0.6);
const candidates = 3;

/**
 * The paper's Random policy (section 4): where no score is above 0.60, one of the three highest by chance, else ArgMax.
 * @param seed the policies of one seed draw the same sequence.
 */
export function randomOfTop(seed: number): Policy {
  const { below } = random(seed);
  return (scores) => {
    const best = argMax(scores);
    if (scores[best]! > unsure) return best;
    const ranked = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
    return ranked[below(Math.min(candidates, ranked.length))]!;
  };
}

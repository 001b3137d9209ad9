import type { Policy } from "./policy.js";

/** The paper's ArgMax policy (section 4): the highest score; the first of equal ones. */
export const argMax: Policy = (scores) => {
  let best = 0;
  for (let i = 1; i < scores.length; i++) {
    if (scores[i]! > scores[best]!) best = i;
  }
  return best;
};

import { argMax } from "./argmax.js";

/**
 * ArgMax as the paper's released code has it: a prompt on which every score is below 0.5, a hard label of 0 for all,
 * counts as wrong, whatever the chosen model answers.
 * @param scores P(right) of each model, [models].
 * @returns the chosen model, or undefined where the prompt counts as wrong.
 */
export function argMaxAsReleased(scores: Float32Array): number | undefined {
  const best = argMax(scores);
  return scores[best]! >= 0.5 ? best : undefined;
}

import { knownPairs } from "../models/calibration.js";
import {
  brierScore,
  expectedCalibrationError,
  reliabilityCurve,
} from "../models/calibration-metrics.js";
import type { Outcomes } from "../types.js";
import type { Reliability } from "./data.js";

const bins = 10;

/**
 * Reliability of each model's probabilities over ten bins of equal width.
 * @param probabilities [prompts x models]. Unknown marks are left out; so is a model without a known one.
 */
export function reliability(
  { models, marks }: Pick<Outcomes, "models" | "marks">,
  probabilities: Float32Array,
): Reliability[] {
  return models.flatMap((model, at) => {
    const { p, y } = knownPairs(probabilities, marks, models.length, at);
    if (p.length === 0) return [];
    const ece = expectedCalibrationError(p, y, bins);
    return [{ model, ece, brier: brierScore(p, y), bins: reliabilityCurve(p, y, bins) }];
  });
}

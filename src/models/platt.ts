import type { Calibrator } from "./calibration.js";
import { fitSigmoid, logit } from "./sigmoid.js";

/**
 * Platt's scaling (Platt 1999) of log-odds: P' = sigmoid(a logit(P) + b). Targets are drawn in as he does, as if one
 * more prompt of each class had been seen. A falling curve would turn the ranking round; then all P are the mean.
 */
export function platt(p: Float64Array, y: Float64Array): Calibrator {
  const right = y.reduce((sum, value) => sum + value, 0);
  const [high, low] = [(right + 1) / (right + 2), 1 / (y.length - right + 2)];
  const targets = y.map((value) => value * high + (1 - value) * low);
  const { slope, intercept } = fitSigmoid(p.map(logit), targets, true);
  const mean = targets.reduce((sum, value) => sum + value, 0) / targets.length;
  if (!(slope > 0)) return () => mean;
  return (x) => 1 / (1 + Math.exp(-(slope * logit(x) + intercept)));
}

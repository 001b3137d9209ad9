import type { Calibrator } from "./calibration.js";
import { fitSigmoid, logit } from "./sigmoid.js";

/** Temperature scaling (Guo et al. 2017): P' = sigmoid(logit(P) / T), with 1 / T of at least 0. */
export function temperature(p: Float64Array, y: Float64Array): Calibrator {
  const { slope } = fitSigmoid(p.map(logit), y, false);
  const inverse = Math.max(0, slope);
  return (x) => 1 / (1 + Math.exp(-inverse * logit(x)));
}

import { InvalidArgumentError } from "../errors.js";
import { isotonic } from "./isotonic.js";
import { platt } from "./platt.js";
import { temperature } from "./temperature.js";

/** P as predicted -> P as it turns out; never falling. */
export type Calibrator = (p: number) => number;

const methods = { platt, isotonic, temperature } as const;

export type CalibrationMethod = keyof typeof methods;

/** A model's curve is kept at 0, 1/64, .. 1. */
const knots = 65;

/**
 * Learns for each model how often it is right where it is said to be right with P.
 * @param P predictions for prompts that the estimator was not fitted on, [rows x models].
 * @param Y success rates, [rows x models]; NaN = unknown, left out.
 * @param method default "platt": on real outcomes of 240 to 4,000 prompts its log loss is the least throughout, and the
 *   steps of isotonic regression tie models that argmax must tell apart.
 * @returns knots for `LinearHeads.calibration`, [models x 65]; a model without labels keeps its P.
 */
export function fitCalibration(
  P: Float32Array,
  Y: Float32Array,
  models: number,
  method: CalibrationMethod = "platt",
): Float32Array {
  if (P.length !== Y.length)
    throw InvalidArgumentError.of("P", `a length of ${Y.length}`, P.length);
  if (!Object.hasOwn(methods, method)) {
    throw InvalidArgumentError.of("method", Object.keys(methods).join(", "), method);
  }
  const out = new Float32Array(models * knots);
  for (let m = 0; m < models; m++) {
    const { p, y } = knownPairs(P, Y, models, m);
    const curve = p.length === 0 ? (x: number) => x : methods[method](p, y);
    for (let knot = 0; knot < knots; knot++) out[m * knots + knot] = curve(knot / (knots - 1));
  }
  return out;
}

/** P and labels of one model where both are known. */
export function knownPairs(P: Float32Array, Y: Float32Array, models: number, model: number) {
  const rows: number[] = [];
  for (let cell = model; cell < P.length; cell += models) {
    if (!Number.isNaN(Y[cell]! + P[cell]!)) rows.push(cell);
  }
  return {
    p: Float64Array.from(rows, (cell) => P[cell]!),
    y: Float64Array.from(rows, (cell) => Y[cell]!),
  };
}

import { InvalidArgumentError, NotFittedError } from "../errors.js";
import { fitLeastSquares } from "../native/least-squares.js";
import type { CsrMatrix } from "../types.js";
import { type CalibrationMethod, fitCalibration } from "./calibration.js";
import { checkInteger } from "./checks.js";
import type { Estimator, FitOptions, LinearHeads } from "./estimator.js";
import { scaleParts, sideBySide, weightedSum } from "./heads.js";
import { checkGroups, innerSplits, outOfFold } from "./out-of-fold.js";
import { calibrate } from "./predict.js";
import { columnMeans } from "./rows.js";

export interface BlendClassifierOptions {
  /** The estimators, not fitted; the blend fits them. */
  readonly parts: readonly Estimator[];
  /**
   * "fitted": non-negative least squares out of fold. "equal": an average. "best": the part alone, or the fitted blend of
   * all, whose choices earn the highest success rates out of fold; of equals the one with the least squared error.
   * Default "fitted".
   */
  readonly weights?: "fitted" | "equal" | "best";
  /** Inner folds. Default 4. */
  readonly folds?: number;
  /** Of the folds, a whole number from 0 to 2^32 - 1. Default 1. */
  readonly seed?: number;
  /** "none": the blend's P as it is. Default "platt". */
  readonly calibration?: CalibrationMethod | "none";
}

const calibrations: readonly string[] = ["platt", "isotonic", "temperature", "none"];

/**
 * Stacking (Wolpert 1992; with non-negative weights Breiman 1996): P is a weighted sum of what several estimators say.
 * Weights and calibration are learnt from predictions for prompts that the estimators were not fitted on; then the
 * estimators are fitted again on all prompts. A part counts alike for all models: weights of each model's own, and
 * greedy selection by the score of the chosen models, routed no better on real outcomes.
 */
export class BlendClassifier implements Estimator {
  readonly name: string;
  readonly options: Required<BlendClassifierOptions>;
  #candidates: readonly { readonly name: string; readonly score: number }[] = [];
  #fitted: { heads: LinearHeads; outOfFold: Float32Array; weights: Float64Array } | undefined;

  constructor(options: BlendClassifierOptions) {
    this.options = { weights: "fitted", folds: 4, seed: 1, calibration: "platt", ...options };
    const { parts, weights, calibration } = this.options;
    if (!Array.isArray(parts) || parts.length === 0) {
      throw InvalidArgumentError.of("parts", "a list of at least one estimator", parts);
    }
    if (!["fitted", "equal", "best"].includes(weights)) {
      throw InvalidArgumentError.of("weights", '"fitted", "equal" or "best"', weights);
    }
    if (!calibrations.includes(calibration)) {
      throw InvalidArgumentError.of("calibration", calibrations.join(", "), calibration);
    }
    checkInteger(this.options, "folds", 2, 2 ** 31);
    checkInteger(this.options, "seed", 0, 2 ** 32 - 1);
    this.name = `blend of ${parts.map((part) => part.name).join(", ")}`;
  }

  /** Fewer groups than folds make fewer folds. @throws AbortedError. */
  async fit(
    X: CsrMatrix,
    Y: Float32Array,
    models: number,
    options: FitOptions = {},
  ): Promise<this> {
    const { parts, folds, seed, weights: kind, calibration: method } = this.options;
    checkGroups(options.groups, X.rows);
    const groups = options.groups === undefined ? X.rows : new Set(options.groups).size;
    if (groups < 2) return this.#fitUnseen(X, Y, models, options);
    const splits = innerSplits(X.rows, Math.min(folds, groups), seed, options.groups);
    const P = await outOfFold(parts, X, Y, models, splits, options);
    const weights =
      kind === "equal"
        ? new Float64Array(parts.length).fill(1 / parts.length)
        : kind === "fitted"
          ? await fitWeights(P, Y)
          : await this.#choose(P, Y, models);
    const blended = weightedSum(P, weights);
    const calibration = method === "none" ? undefined : fitCalibration(blended, Y, models, method);
    if (calibration !== undefined) calibrate(blended, models, calibration);
    const { onProgress, ...rest } = options;
    const used: LinearHeads[] = [];
    for (const [i, part] of parts.entries()) {
      onProgress?.(i, parts.length);
      if (weights[i] === 0) continue;
      const { heads } = await part.fit(X, Y, models, rest);
      const factor = new Float32Array(models).fill(weights[i]!);
      used.push({ ...heads, parts: scaleParts(heads.parts, factor) });
    }
    const heads = sideBySide(used);
    this.#fitted = {
      heads: calibration === undefined ? heads : { ...heads, calibration },
      outOfFold: blended,
      weights,
    };
    return this;
  }

  /** Nothing can be held out of a single group: the first part alone, of which nothing is known but overall rates. */
  async #fitUnseen(X: CsrMatrix, Y: Float32Array, models: number, options: FitOptions) {
    const { heads } = await this.options.parts[0]!.fit(X, Y, models, options);
    const means = columnMeans(Y, models);
    const outOfFold = Y.map((_, cell) => means[cell % models]!);
    const weights = Float64Array.from(this.options.parts, (_, i) => Number(i === 0));
    this.#fitted = { heads, outOfFold, weights };
    return this;
  }

  /** Notes what each candidate earns. */
  async #choose(P: readonly Float32Array[], Y: Float32Array, models: number) {
    const fitted = await fitWeights(P, Y);
    const single = P.map((_, i) => Float64Array.from(P, (_, j) => Number(i === j)));
    const candidates = [...single, fitted];
    const names = [...this.options.parts.map((part) => part.name), "blend of all"];
    const earned = candidates.map((weights, i) => {
      const blended = weightedSum(P, weights);
      const score = meanOfChosen(blended, Y, models);
      return { name: names[i]!, score, error: squaredError(blended, Y) };
    });
    this.#candidates = earned.map(({ name, score }) => ({ name, score }));
    const order = [...earned.keys()].sort((a, b) => {
      const [one, other] = [earned[a]!, earned[b]!];
      return other.score - one.score || one.error - other.error;
    });
    return candidates[order[0]!]!;
  }

  /** Mean success rate of the choices of each candidate, out of fold; with weights "best", else empty. */
  get candidates(): readonly { readonly name: string; readonly score: number }[] {
    return this.#candidates;
  }

  get heads(): LinearHeads {
    return this.#known.heads;
  }

  /** Calibrated P of the training prompts by the blend without their fold, [prompts x models]; for a gate. */
  get outOfFold(): Float32Array {
    return this.#known.outOfFold;
  }

  /** What each part counts, in the order of the parts. */
  get weights(): Float64Array {
    return this.#known.weights;
  }

  get #known() {
    if (this.#fitted === undefined) throw new NotFittedError("BlendClassifier");
    return this.#fitted;
  }
}

/**
 * Non-negative least squares of the labels on what the parts say, over the known cells of all models.
 * @param P [rows x models] of each part.
 */
async function fitWeights(P: readonly Float32Array[], Y: Float32Array): Promise<Float64Array> {
  const cells = Array.from(Y.keys()).filter((cell) => !Number.isNaN(Y[cell]!));
  const X = Float64Array.from({ length: cells.length * P.length }, (_, at) => {
    return P[at % P.length]![cells[Math.floor(at / P.length)]!]!;
  });
  const y = Float64Array.from(cells, (cell) => Y[cell]!);
  const options = { positive: true, fitIntercept: false };
  return (await fitLeastSquares(X, P.length, y, 1, options)).weights;
}

/** Mean label of the model of the highest P, over the rows where it is known. */
function meanOfChosen(P: Float32Array, Y: Float32Array, models: number): number {
  let [sum, known] = [0, 0];
  for (let begin = 0; begin < P.length; begin += models) {
    const row = P.subarray(begin, begin + models);
    const label = Y[begin + row.indexOf(Math.max(...row))]!;
    if (Number.isNaN(label)) continue;
    sum += label;
    known += 1;
  }
  return known === 0 ? 0 : sum / known;
}

function squaredError(P: Float32Array, Y: Float32Array): number {
  return P.reduce((sum, p, cell) => sum + (Number.isNaN(Y[cell]!) ? 0 : (p - Y[cell]!) ** 2), 0);
}

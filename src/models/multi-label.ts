import { availableParallelism } from "node:os";
import { InvalidArgumentError, NotFittedError } from "../errors.js";
import { fitLogistic } from "../native/logistic.js";
import type { CsrMatrix } from "../types.js";
import { checkInteger, checkNumber } from "./checks.js";
import type { Estimator, FitOptions, LinearHeads } from "./estimator.js";

export interface MultiLabelClassifierOptions {
  /** Inverse of the regularisation strength, as scikit-learn's. Default 0.3: the best of four values in cross-validation on real outcomes. */
  readonly C?: number;
  /** Stop when the gradient has shrunk by this factor. Default 1e-4. */
  readonly tol?: number;
  /** Passes over the data. Default 100. */
  readonly maxIter?: number;
  /** Share of the penalty that is |w|_1, as scikit-learn's: 1 = lasso, between = elastic net. Default 0. */
  readonly l1Ratio?: number;
  /**
   * Weights [a0, a1] of each model's wrong and right answers, generalised to a success rate y as
   * a1 y ln(1 + exp(-z)) + a0 (1 - y) ln(1 + exp(z)). "balanced", as scikit-learn's: with n known rates,
   * a1 = n / (2 sum y) and a0 = n / (2 sum (1 - y)); probabilities are then no longer success rates.
   * Default: 1 each.
   */
  readonly classWeight?: "balanced" | readonly (readonly [number, number])[];
  /**
   * The probability q in 0..0.99 that a training prompt loses a feature: each prompt becomes four noisy copies of a
   * quarter of its weight, which keep each feature with probability 1 - q and value / (1 - q). Default 0.
   */
  readonly featureDropout?: number;
  /** Hold prompts out, and keep for each model the weights of the pass with the least loss on them. Default false. */
  readonly earlyStopping?: boolean;
  /** Share of prompts to hold out, drawn by the seed. Default 0.1. */
  readonly validationFraction?: number;
  /** Passes without a better held-out loss after which a model's training stops. Default 5. */
  readonly nIterNoChange?: number;
  /** Of the order of prompts, the held-out part and the dropout: a whole number from 0 to 2^32 - 1. Default 1. */
  readonly seed?: number;
  /** Sixteen models share a thread; the result does not depend on it. Default: as many as the machine runs at once. */
  readonly threads?: number;
}

export interface MultiLabelFitOptions extends FitOptions {
  /** [prompts], at least 0. */
  readonly sampleWeight?: Float32Array;
  /** [prompts], not 0 = held out, instead of a random part; needs `earlyStopping`. */
  readonly validation?: Uint8Array;
  /** The heads to start from: those of an earlier fit on the same features and models. */
  readonly init?: Pick<LinearHeads, "weights" | "bias">;
}

type Settings = Required<Omit<MultiLabelClassifierOptions, "classWeight">> &
  Pick<MultiLabelClassifierOptions, "classWeight">;

/**
 * The paper's multi-label classifier (MLC, section 4) with a linear body: one sigmoid output a model over shared
 * features, binary cross-entropy. Minimises, for each model,
 * l1Ratio |w|_1 + (1 - l1Ratio) |w|^2 / 2 + C * sum of weighted losses.
 * Labels are success rates, so that all ten samples of a prompt count and not only their majority.
 */
export class MultiLabelClassifier implements Estimator {
  readonly name = "multi-label";
  readonly options: Settings;
  #heads: LinearHeads | undefined;

  constructor(options: MultiLabelClassifierOptions = {}) {
    this.options = {
      C: 0.3,
      tol: 1e-4,
      maxIter: 100,
      l1Ratio: 0,
      featureDropout: 0,
      earlyStopping: false,
      validationFraction: 0.1,
      nIterNoChange: 5,
      seed: 1,
      threads: availableParallelism(),
      ...options,
    };
    checkSettings(this.options);
  }

  /** @throws InvalidArgumentError for options that do not fit X, Y and models; AbortedError. */
  async fit(
    X: CsrMatrix,
    Y: Float32Array,
    models: number,
    options: MultiLabelFitOptions = {},
  ): Promise<this> {
    const { classWeight, earlyStopping, validationFraction, ...settings } = this.options;
    checkFitOptions(options, X, models, earlyStopping);
    const { weights, bias } = await fitLogistic(X, Y, models, {
      ...settings,
      ...options,
      ...(classWeight && { classWeight: classWeights(classWeight, Y, models) }),
      validationFraction: earlyStopping ? validationFraction : 0,
    });
    const weight = new Float32Array(models).fill(1);
    this.#heads = { weights, bias, parts: [{ kind: "logistic", heads: models, weight }] };
    return this;
  }

  get heads(): LinearHeads {
    if (this.#heads === undefined) throw new NotFittedError("MultiLabelClassifier");
    return this.#heads;
  }
}

function checkSettings(settings: Settings): void {
  const { C, classWeight, earlyStopping } = settings;
  if (!(C > 0 && Number.isFinite(C))) throw InvalidArgumentError.of("C", "a number above 0", C);
  checkNumber(settings, "tol", 1, { isOpen: true });
  checkNumber(settings, "l1Ratio", 1);
  checkNumber(settings, "featureDropout", 0.99);
  checkNumber(settings, "validationFraction", 1, { isOpen: true });
  checkInteger(settings, "maxIter", 1, 2 ** 20);
  checkInteger(settings, "nIterNoChange", 1, 2 ** 32 - 1);
  checkInteger(settings, "seed", 0, 2 ** 32 - 1);
  checkInteger(settings, "threads", 1, 1024);
  if (typeof earlyStopping !== "boolean") {
    throw InvalidArgumentError.of("earlyStopping", "true or false", earlyStopping);
  }
  if (classWeight === undefined || classWeight === "balanced") return;
  const isPair = (pair: readonly number[]) =>
    Array.isArray(pair) && pair.length === 2 && pair.every((a) => a >= 0 && Number.isFinite(a));
  if (!Array.isArray(classWeight) || !classWeight.every(isPair)) {
    const expected = '"balanced" or a pair of weights of at least 0 for each model';
    throw InvalidArgumentError.of("classWeight", expected, classWeight);
  }
}

function checkFitOptions(
  { sampleWeight, validation, init }: MultiLabelFitOptions,
  X: CsrMatrix,
  models: number,
  earlyStopping: boolean,
): void {
  checkLength("sampleWeight", sampleWeight, X.rows);
  checkLength("validation", validation, X.rows);
  checkLength("init.weights", init?.weights, X.columns * models);
  checkLength("init.bias", init?.bias, models);
  if (validation !== undefined && !earlyStopping) {
    throw InvalidArgumentError.of("validation", "nothing", validation, "Set earlyStopping.");
  }
}

function checkLength(name: string, array: Float32Array | Uint8Array | undefined, length: number) {
  if (array === undefined || array.length === length) return;
  throw InvalidArgumentError.of(name, `a length of ${length}`, array.length);
}

/** @returns [models x 2] */
function classWeights(
  classWeight: NonNullable<MultiLabelClassifierOptions["classWeight"]>,
  Y: Float32Array,
  models: number,
): Float32Array {
  if (classWeight !== "balanced") {
    if (classWeight.length !== models) {
      throw InvalidArgumentError.of("classWeight", `${models} pairs`, classWeight);
    }
    return Float32Array.from(classWeight.flat());
  }
  const sums = new Float64Array(2 * models);
  Y.forEach((y, cell) => {
    if (Number.isNaN(y)) return;
    const model = cell % models;
    sums[2 * model]! += 1 - y;
    sums[2 * model + 1]! += y;
  });
  // A class that nothing belongs to has no loss to weigh.
  return Float32Array.from(sums, (sum, i) => (sum > 0 ? (sum + sums[i ^ 1]!) / (2 * sum) : 1));
}

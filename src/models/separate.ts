import { InvalidArgumentError, NotFittedError } from "../errors.js";
import type { CsrMatrix } from "../types.js";
import { knownPairs } from "./calibration.js";
import { logLoss } from "./calibration-metrics.js";
import { checkInteger } from "./checks.js";
import type { Estimator, FitOptions, LinearHeads } from "./estimator.js";
import { MultiLabelClassifier } from "./multi-label.js";
import { innerSplits, outOfFold } from "./out-of-fold.js";

export interface SeparateClassifiersOptions {
  /** Values of C to choose from for each model. Default 0.03, 0.1, 0.3, 1 and 3. */
  readonly Cs?: readonly number[];
  /** "balanced", as scikit-learn's: both of a model's classes weigh alike. Default: weights of 1. */
  readonly classWeight?: "balanced";
  /** Of the cross-validation that chooses. Default 4. */
  readonly folds?: number;
  /** A whole number from 0 to 2^32 - 1. Default 1. */
  readonly seed?: number;
}

/**
 * The paper's separate classifiers (SC, section 4) with a linear body: one binary classifier a model. Heads of a
 * linear model share nothing, so what sets them apart from the multi-label classifier is that each has a C of its own:
 * the one of the least log loss in cross-validation that keeps `groups` together.
 */
export class SeparateClassifiers implements Estimator {
  readonly name = "separate";
  readonly options: Required<Omit<SeparateClassifiersOptions, "classWeight">> &
    Pick<SeparateClassifiersOptions, "classWeight">;
  #heads: LinearHeads | undefined;
  #chosen: readonly number[] | undefined;

  constructor(options: SeparateClassifiersOptions = {}) {
    this.options = { Cs: [0.03, 0.1, 0.3, 1, 3], folds: 4, seed: 1, ...options };
    const { Cs } = this.options;
    if (!Array.isArray(Cs) || Cs.length === 0 || !Cs.every((C) => C > 0 && Number.isFinite(C))) {
      throw InvalidArgumentError.of("Cs", "a list of numbers above 0", Cs);
    }
    checkInteger(this.options, "folds", 2, 2 ** 31);
    checkInteger(this.options, "seed", 0, 2 ** 32 - 1);
  }

  /** @throws InvalidArgumentError where there are fewer groups than folds. */
  async fit(
    X: CsrMatrix,
    Y: Float32Array,
    models: number,
    options: FitOptions = {},
  ): Promise<this> {
    const { Cs, folds, seed, classWeight } = this.options;
    const splits = innerSplits(X.rows, folds, seed, options.groups);
    const classifiers = Cs.map(
      (C) => new MultiLabelClassifier({ C, ...(classWeight && { classWeight }) }),
    );
    const P = await outOfFold(classifiers, X, Y, models, splits, options);
    const best = Array.from({ length: models }, (_, m) => {
      const losses = P.map((of) => weightedLoss(of, Y, models, m, classWeight === "balanced"));
      return losses.indexOf(Math.min(...losses));
    });
    const all = new Map<number, LinearHeads>();
    for (const i of new Set(best)) {
      all.set(i, (await classifiers[i]!.fit(X, Y, models, options)).heads);
    }
    this.#heads = columnsOf(best.map((i) => all.get(i)!));
    this.#chosen = best.map((i) => Cs[i]!);
    return this;
  }

  get heads(): LinearHeads {
    if (this.#heads === undefined) throw new NotFittedError("SeparateClassifiers");
    return this.#heads;
  }

  /** C of each model. @throws NotFittedError before `fit`. */
  get chosenC(): readonly number[] {
    if (this.#chosen === undefined) throw new NotFittedError("SeparateClassifiers");
    return this.#chosen;
  }
}

/** Log loss of a model; if balanced, its right and wrong answers weigh alike. A model without labels has none. */
function weightedLoss(
  P: Float32Array,
  Y: Float32Array,
  models: number,
  model: number,
  balanced: boolean,
): number {
  const { p, y } = knownPairs(P, Y, models, model);
  if (p.length === 0) return 0;
  if (!balanced) return logLoss(p, y);
  const right = y.reduce((sum, value) => sum + value, 0);
  // -ln P of the right answers and -ln(1 - P) of the wrong ones, each by its mean: logLoss is linear in the labels.
  const both = p.reduce((sum, value, i) => {
    const ofOne = logLoss(Float64Array.of(value), Float64Array.of(1));
    const ofZero = logLoss(Float64Array.of(value), Float64Array.of(0));
    return sum + (y[i]! * ofOne) / right + ((1 - y[i]!) * ofZero) / (p.length - right);
  }, 0);
  return right > 0 && right < p.length ? both : logLoss(p, y);
}

/** Head m of the m-th of these heads, all over the same features. */
function columnsOf(all: readonly LinearHeads[]): LinearHeads {
  const models = all.length;
  return {
    weights: all[0]!.weights.map((_, cell) => all[cell % models]!.weights[cell]!),
    bias: Float32Array.from(all, (heads, m) => heads.bias[m]!),
    parts: all[0]!.parts,
  };
}

import { InvalidArgumentError } from "../errors.js";
import type { Outcomes } from "../types.js";
import { type Estimate, pairedDifference } from "./statistics.js";

/** What leaving the best single model is worth when each time costs `lambda`. */
export interface NetBenefitPoint {
  /** Cost of one switch in marks: 0.02 = two right answers more in a hundred switches pay for them. */
  readonly lambda: number;
  /** Mean of (mark of the chosen model - mark of the best single one - lambda), 0 where it is not left; 95 % interval. */
  readonly benefit: Estimate;
  /** Share of rows that leave the best single model. */
  readonly switched: number;
  /** The same of a chooser that knows the marks: the most that can be had. */
  readonly oracle: number;
}

export interface NetBenefitOptions {
  readonly outcomes: Pick<Outcomes, "models" | "marks">;
  /** P(right), [rows x models]. */
  readonly probabilities: Float32Array;
  /** Index of the best single model, chosen without these rows. */
  readonly bestSingle: number;
  readonly lambdas: readonly number[];
  /** Group of each row. */
  readonly groups: Int32Array;
}

/**
 * Decision curve of a router (Vickers and Elkin, Medical Decision Making 2006, with "stay" as the default): at each
 * cost it switches to the model of the highest P(right) where that exceeds the best single model's by more than
 * lambda. Always staying has 0. Rows where a mark of the two is unknown are left out.
 */
export function netBenefitCurve(options: NetBenefitOptions): NetBenefitPoint[] {
  const { outcomes, probabilities, bestSingle, lambdas } = options;
  if (probabilities.length !== outcomes.marks.length) {
    const expected = `${outcomes.marks.length} numbers (rows x models)`;
    throw InvalidArgumentError.of("probabilities", expected, probabilities.length);
  }
  if (!(bestSingle in outcomes.models)) {
    throw InvalidArgumentError.of("bestSingle", "the index of a model", bestSingle);
  }
  return lambdas.map((lambda) => pointAt(options, lambda));
}

function pointAt(options: NetBenefitOptions, lambda: number): NetBenefitPoint {
  const { outcomes, probabilities, bestSingle, groups } = options;
  const { marks, models } = outcomes;
  const rows = marks.length / models.length;
  const gains = new Float64Array(rows);
  let [switched, oracle, known] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const own = probabilities.subarray(row * models.length, (row + 1) * models.length);
    const chosen = own.indexOf(Math.max(...own));
    const leaves = own[chosen]! - own[bestSingle]! > lambda;
    const gainOf = (model: number) =>
      marks[row * models.length + model]! - marks[row * models.length + bestSingle]! - lambda;
    gains[row] = leaves ? gainOf(chosen) : 0;
    if (Number.isNaN(gains[row]!)) continue;
    known += 1;
    switched += Number(leaves);
    const every = models.map((_, model) => gainOf(model)).filter((gain) => !Number.isNaN(gain));
    oracle += Math.max(0, ...every);
  }
  return {
    lambda,
    benefit: pairedDifference(gains, new Float64Array(rows), groups),
    switched: switched / known,
    oracle: oracle / known,
  };
}

import { InvalidArgumentError } from "../errors.js";

/** A limit of P(right) under which no model is asked, and what it came to on the prompts it was fitted on. */
export interface Abstention {
  /** Infinity where the wanted precision is out of reach. */
  readonly limit: number;
  /** Share of the prompts that are answered. */
  readonly coverage: number;
  /** Share of right answers among them; NaN where there are none. */
  readonly precision: number;
}

/** "No model is likely to be right." */
export function abstains(scores: Float32Array, { limit }: Pick<Abstention, "limit">): boolean {
  return scores.every((score) => score < limit);
}

/**
 * The lowest limit at which the answered prompts reach a precision, so that as many as possible are answered.
 * @param highest highest P of each prompt by an estimator that was not fitted on it.
 * @param marks of the model that has it, in 0..1; NaN = unknown, left out.
 * @param precision wanted share of right answers, above 0 and at most 1.
 */
export function fitAbstention(
  highest: Float32Array,
  marks: Float32Array,
  precision: number,
): Abstention {
  if (!(precision > 0 && precision <= 1)) {
    throw InvalidArgumentError.of("precision", "a share above 0 and at most 1", precision);
  }
  if (highest.length !== marks.length) {
    throw InvalidArgumentError.of("highest", `a length of ${marks.length}`, highest.length);
  }
  const rows = Array.from(highest.keys()).filter((row) => !Number.isNaN(marks[row]!));
  rows.sort((a, b) => highest[b]! - highest[a]!);
  let found: Abstention = { limit: Number.POSITIVE_INFINITY, coverage: 0, precision: Number.NaN };
  let right = 0;
  rows.forEach((row, i) => {
    right += marks[row]!;
    // Equal scores are answered together or not at all.
    const isLast = highest[row] !== highest[rows[i + 1] ?? -1];
    if (!isLast || right < precision * (i + 1) - 1e-9) return;
    found = {
      limit: highest[row]!,
      coverage: (i + 1) / rows.length,
      precision: right / (i + 1),
    };
  });
  return found;
}

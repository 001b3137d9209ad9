import { pairedDifference } from "../evaluation/statistics.js";
import type { Marks } from "../evaluation/yardsticks.js";
import type { Outcomes } from "../types.js";
import type { WinsBy } from "./data.js";

/** Parts beyond this are too many to read; the largest are kept. */
const maxParts = 60;

/** The router, and the model that gains are counted from, on each prompt. */
export interface Contest {
  readonly router: Marks;
  readonly reference: Marks;
  /** Group of near-duplicates of each prompt. */
  readonly groups: Int32Array;
}

/**
 * Router against best single model in each part of the test set, the largest parts first.
 * @param labels part of each prompt; undefined = none.
 * @returns undefined where there are not two parts.
 */
export function winsBy(
  part: string,
  labels: readonly (string | undefined)[],
  outcomes: Pick<Outcomes, "models" | "marks">,
  contest: Contest,
): WinsBy | undefined {
  const rowsOf = new Map<string, number[]>();
  labels.forEach((label, row) => {
    if (label === undefined) return;
    const rows = rowsOf.get(label) ?? [];
    rows.push(row);
    rowsOf.set(label, rows);
  });
  if (rowsOf.size < 2) return undefined;
  const largest = [...rowsOf].sort((a, b) => b[1].length - a[1].length).slice(0, maxParts);
  return { part, rows: largest.map(([name, rows]) => contestIn(name, rows, outcomes, contest)) };
}

function contestIn(
  name: string,
  rows: readonly number[],
  { models, marks }: Pick<Outcomes, "models" | "marks">,
  { router, reference, groups }: Contest,
): WinsBy["rows"][number] {
  const pick = (of: Marks) => Float64Array.from(rows, (row) => of[row]!);
  const accuracies = models.map((_, model) =>
    mean(rows.map((row) => marks[row * models.length + model]!)),
  );
  const winnerAccuracy = Math.max(...accuracies.filter((one) => !Number.isNaN(one)));
  const [own, other] = [pick(router), pick(reference)];
  const gain = pairedDifference(
    own,
    other,
    Int32Array.from(rows, (row) => groups[row]!),
  );
  return {
    name,
    prompts: rows.length,
    winner: models[accuracies.indexOf(winnerAccuracy)] ?? "",
    winnerAccuracy,
    router: mean(own),
    single: mean(other),
    gain: gain.mean,
    low: gain.low,
    high: gain.high,
  };
}

/** Over the known values. */
function mean(values: ArrayLike<number>): number {
  const known = Array.from(values).filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

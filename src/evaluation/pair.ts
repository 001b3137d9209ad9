import { UnknownModelError } from "../errors.js";
import { type DeferralFigures, deferralFigures } from "./deferral.js";
import type { TableInput } from "./table.js";
import { formatColumns, joinLines, plain } from "./text.js";
import { singleMarks } from "./yardsticks.js";

/** How well routers choose between two models of the pool, by P(strong right) - P(weak right). */
export interface PairEvaluation {
  readonly weak: string;
  readonly strong: string;
  readonly rows: readonly PairRow[];
}

interface PairRow extends DeferralFigures {
  readonly name: string;
}

/**
 * APGR, CPT(50 %) and CPT(80 %) of the router and the multi-label classifier of a table, as far as they are there.
 * @throws UnknownModelError; InvalidArgumentError where no prompt has marks of both models.
 */
export function evaluatePair(
  { columns, test, groups, seed }: TableInput,
  weak: string,
  strong: string,
): PairEvaluation {
  const [a, b] = [weak, strong].map((name) => {
    const model = test.models.indexOf(name);
    if (model < 0) throw new UnknownModelError(name, test.models);
    return model;
  }) as [number, number];
  const marks = { weak: singleMarks(test, a), strong: singleMarks(test, b) };
  const width = test.models.length;
  const rows = columns.flatMap(({ name, kind, probabilities: P }) => {
    if (P === undefined || (kind !== "router" && name !== "multi-label")) return [];
    const scores = marks.weak.map((_, row) => P[row * width + b]! - P[row * width + a]!);
    return [{ name, ...deferralFigures({ ...marks, scores }, { groups, seed }) }];
  });
  return { weak, strong, rows };
}

/** The figures for a terminal, at most 100 columns wide. */
export function formatPair({ weak, strong, rows }: PairEvaluation): string {
  const cell = (of: (row: PairRow) => DeferralFigures["apgr"]) => (row: PairRow) => {
    const { estimate, low, high } = of(row);
    // A curve that never gets so far has no such share.
    return Number.isNaN(estimate)
      ? "-"
      : `${estimate.toFixed(3)} (${low.toFixed(3)}..${high.toFixed(3)})`;
  };
  const table = formatColumns<PairRow>(
    [
      { head: "", cell: ({ name }) => plain(name) },
      { head: "APGR", cell: cell(({ apgr }) => apgr) },
      { head: "CPT(50 %)", cell: cell(({ cpt50 }) => cpt50) },
      { head: "CPT(80 %)", cell: cell(({ cpt80 }) => cpt80) },
    ],
    rows,
  );
  return joinLines([
    `from ${plain(weak)} to ${plain(strong)}`,
    "prompts in the order of P(second right) - P(first right), with 95 % intervals",
    "APGR: share of the gap between them that is recovered, mean over all shares of calls (a coin: 0.5)",
    "CPT(x): least share of calls to the second that recovers x of the gap",
    "",
    ...table,
  ]);
}

import { UnknownModelError } from "../errors.js";
import { averagePgr, deferralCurve } from "../evaluation/deferral.js";
import { buildTable, type Column, type Evaluation, type TableInput } from "../evaluation/table.js";
import { singleMarks } from "../evaluation/yardsticks.js";
import type { Outcomes } from "../types.js";
import { confusion, examples } from "./choices.js";
import type { CertificateData, DeferralData, PlanPoint, ReportData } from "./data.js";
import { paperFigures } from "./paper.js";
import { reliability } from "./reliability.js";
import { type Contest, winsBy } from "./wins.js";

export interface ReportInput {
  readonly title: string;
  /** Names of the files that the outcomes came from. */
  readonly sources: readonly string[];
  /** The test prompts, in the order of the columns of `table`. */
  readonly outcomes: Outcomes;
  /** What the evaluation found on each prompt; the first column of kind "router" is the one that is looked into. */
  readonly table: TableInput;
  /** Cluster of each prompt, where the router has clusters. */
  readonly clusters?: Int32Array;
  /** Models that the deferral curve is drawn for. Default: the best single one and the cheapest other one. */
  readonly pair?: readonly [weak: string, strong: string];
  readonly certificate?: CertificateData;
}

/** Points of a curve that a reader can tell apart. */
const curvePoints = 100;

/** Everything that can be shown of an evaluation. Without a column of kind "router" that is the table. */
export function reportData(input: ReportInput): ReportData {
  const { title, sources, table, certificate } = input;
  const router = table.columns.find(({ kind }) => kind === "router");
  const evaluation = buildTable(table);
  const plans = planPoints(evaluation);
  return {
    title,
    sources,
    evaluation,
    paper: paperFigures,
    ...(router && aboutRouter(input, router)),
    ...(plans.length > 0 && { plans }),
    ...(certificate && { certificate }),
  };
}

/** Plans by rising number of answers. */
function planPoints({ rows }: Evaluation): PlanPoint[] {
  const plans = rows.flatMap(({ name, kind, answers, accuracy }) =>
    kind === "plan" && answers !== undefined ? [{ name, answers, accuracy }] : [],
  );
  return plans.sort((a, b) => a.answers - b.answers);
}

function aboutRouter({ outcomes, table, clusters, pair }: ReportInput, router: Column) {
  const { choices, probabilities } = router;
  const { reference, groups } = table;
  const contest: Contest = { router: router.marks, reference, groups };
  const names = clusters && Array.from(clusters, (cluster) => `${cluster}`);
  const wins = [
    winsBy("task", outcomes.tasks, outcomes, contest),
    winsBy("subject", outcomes.subjects, outcomes, contest),
    names && winsBy("cluster", names, outcomes, contest),
  ].filter((one) => one !== undefined);
  const confused = choices && confusion(outcomes, choices);
  const deferral = probabilities && deferralOf(outcomes, table, probabilities, pair);
  return {
    ...(probabilities && { calibration: reliability(outcomes, probabilities) }),
    ...(wins.length > 0 && { wins }),
    ...(deferral && { deferral }),
    ...(confused && { confusion: confused }),
    ...(choices && { examples: examples(outcomes, choices, reference, probabilities) }),
  };
}

/**
 * The pair that is asked for, else the best single model against the cheapest other one, or the other one of two.
 * Undefined where none is known to be cheapest.
 */
function deferralOf(
  outcomes: Outcomes,
  { bestSingle }: TableInput,
  probabilities: Float32Array,
  pair?: readonly [weak: string, strong: string],
): DeferralData | undefined {
  const { models } = outcomes;
  const strong = modelOf(pair?.[1] ?? bestSingle, models);
  const weak = pair ? modelOf(pair[0], models) : cheapest(outcomes, strong);
  if (weak === undefined) return undefined;
  const marks = { weak: singleMarks(outcomes, weak), strong: singleMarks(outcomes, strong) };
  if (marks.weak.every((mark, row) => Number.isNaN(mark + marks.strong[row]!))) return undefined;
  const cell = (row: number, model: number) => probabilities[row * models.length + model]!;
  const scores = marks.weak.map((_, row) => cell(row, strong) - cell(row, weak));
  const curve = deferralCurve({ ...marks, scores });
  const apgr = averagePgr(curve);
  const step = Math.max(1, (curve.strongShare.length - 1) / curvePoints);
  const count = Math.floor((curve.strongShare.length - 1) / step) + 1;
  return {
    weak: models[weak]!,
    strong: models[strong]!,
    points: Array.from({ length: count }, (_, point) => {
      const at = Math.min(curve.strongShare.length - 1, Math.round(point * step));
      return [curve.strongShare[at]!, curve.accuracy[at]!] as const;
    }),
    ...(!Number.isNaN(apgr) && { apgr }),
  };
}

function modelOf(name: string, models: readonly string[]): number {
  const model = models.indexOf(name);
  if (model < 0) throw new UnknownModelError(name, models);
  return model;
}

function cheapest({ models, prices, seconds }: Outcomes, strong: number): number | undefined {
  if (models.length === 2) return 1 - strong;
  const costs = prices ?? seconds;
  if (costs === undefined) return undefined;
  const means = models.map((_, model) => {
    const known = singleMarks({ models, marks: costs }, model).filter((cost) => cost >= 0);
    return known.reduce((sum, cost) => sum + cost, 0) / known.length;
  });
  const others = [...means.keys()].filter((model) => model !== strong && means[model]! >= 0);
  return others.sort((a, b) => means[a]! - means[b]!)[0];
}

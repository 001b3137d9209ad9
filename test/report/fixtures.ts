import { existsSync } from "node:fs";
import { judge } from "../../src/evaluation/judge.js";
import { singleMarks } from "../../src/evaluation/yardsticks.js";
import { random } from "../../src/random.js";
import { reportData } from "../../src/report/collect.js";
import type { CertificateData, ReportData } from "../../src/report/data.js";
import type { Outcomes } from "../../src/types.js";

/** Debian's, or another one named by the environment. Tests that need it are skipped where it is absent. */
export const chromiumPath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
export const hasChromium = existsSync(chromiumPath);

export const hostile = [
  '<script>document.title="owned"</script>',
  '"><img src="https://example.invalid/x.png" onerror="document.title=1">',
  "\u202eright to left\u202c مرحبا \u0000\u001b[31m",
  "</title></svg><style>body{display:none}</style>{b}",
  `long-${"x".repeat(300)}`,
] as const;

const certificate: CertificateData = {
  prompts: 200,
  groups: 190,
  folds: 5,
  seed: 1,
  fingerprint: "0123456789abcdef".repeat(4),
  bestSingle: hostile[0],
  bestSingleAccuracy: 0.5,
  routerAccuracy: 0.6,
  gain: 0.1,
  gainLow: 0.05,
  gainHigh: 0.15,
  minimumDetectableEffect: 0.04,
  calibration: { ece: 0.02, brier: 0.2 },
  contamination: [{ model: hostile[1], train: 0.9, clean: 0.6, z: 8, contaminated: true }],
  gate: "leaves the best single model where P is 0.10 higher",
};

/** Outcomes and choices by chance, with every section that a report has, under names that try to break out. */
export function hostileReport(models: readonly string[] = hostile, rows = 200): ReportData {
  const generator = random(3);
  const next = () => generator.uint32() / 2 ** 32;
  const width = models.length;
  const matrix = (of: (at: number) => number) =>
    Float32Array.from({ length: rows * width }, (_, at) => of(at));
  const list = Array.from({ length: rows }, (_, row) => row);
  const marks = matrix((at) => Number(next() < 0.3 + 0.1 * (at % 4)));
  const outcomes: Outcomes = {
    models,
    ids: list.map(String),
    prompts: list.map((row) => `${row} ${hostile[row % hostile.length]}`),
    tasks: list.map((row) => hostile[row % hostile.length]),
    subjects: list.map((row) => `subject ${row % 7}`),
    splits: list.map(() => undefined),
    golds: list.map(() => undefined),
    scores: marks,
    marks,
    seconds: matrix((at) => 0.1 + (at % width)),
    prices: matrix((at) => 0.001 * (1 + (at % width))),
  };
  const probabilities = matrix(() => next());
  const router = {
    name: "router",
    kind: "router" as const,
    choose: () => Int32Array.from(list, () => Math.floor(next() * width)),
    probabilities: () => probabilities,
    routingSeconds: 7e-6,
  };
  const plan = (name: string, used: number) => ({
    name,
    kind: "plan" as const,
    vote: () => ({
      marks: Float64Array.from(list, () => Number(next() < 0.6)),
      answers: new Float64Array(rows).fill(used),
    }),
  });
  const table = {
    columns: judge(outcomes, [router, plan(hostile[2]!, 1), plan("vote", 4)]),
    test: outcomes,
    bestSingle: models[0]!,
    reference: singleMarks(outcomes, 0),
    groups: Int32Array.from(list),
    seed: 1,
  };
  return reportData({
    title: hostile[0],
    sources: [hostile[1]],
    outcomes,
    table,
    clusters: Int32Array.from(list, (row) => row % 3),
    certificate,
  });
}

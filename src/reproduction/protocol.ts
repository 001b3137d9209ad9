import { selectRows, selectSplits } from "../datasets/outcomes.js";
import { NoLabelsError } from "../errors.js";
import { fitClusterRouters } from "../evaluation/cluster-routers.js";
import { fitComparedRouters } from "../evaluation/compared.js";
import {
  type ContaminationVerdict,
  relativeVerdicts,
  verdictsBySplit,
  withoutContaminated,
} from "../evaluation/contamination.js";
import { splitColumns } from "../evaluation/evaluate.js";
import type { Participant } from "../evaluation/judge.js";
import { fitPaperRouters } from "../evaluation/paper-routers.js";
import type { TableInput } from "../evaluation/table.js";
import type { Outcomes } from "../types.js";

export interface ProtocolOptions {
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** Told before each of the `total` fits. */
  readonly onProgress?: (done: number, total: number, note: string) => void;
}

/** One benchmark of the protocol: a task, or all of them together. */
export interface BenchmarkResult {
  readonly name: string;
  readonly test: Outcomes;
  /** The paper's routers, fitted on every label of the training questions as the paper did. */
  readonly asPaper: TableInput;
  /** The paper's routers and ours, fitted on training and validation labels of models that were not flagged. */
  readonly clean: TableInput;
}

export interface ProtocolResult {
  /** Success on each split beside the test split; flagged models lose the labels of that split in `clean`. */
  readonly verdicts: readonly ContaminationVerdict[];
  readonly benchmarks: readonly BenchmarkResult[];
}

/** Splits that the protocol needs. */
const protocolSplits = ["train", "validation", "test"] as const;

/**
 * The paper's protocol on labelled outcomes (Srivatsa, Maurya, Kochmar 2024, sections 3 to 5): routers are fitted on the
 * training questions and judged on the test questions, each task by itself and, where there are several, all together.
 * Once as the paper did it, and once with what the paper left out: a contamination alarm, whose flagged labels are not
 * used. Test labels are read by the judge and by the alarm, never by a fit.
 * @throws NoLabelsError where a split has no row; as the fits.
 */
export async function runProtocol(
  outcomes: Outcomes,
  options: ProtocolOptions,
): Promise<ProtocolResult> {
  checkSplits("outcome", outcomes.splits);
  const verdicts = verdictsBySplit(outcomes, "test", relativeVerdicts);
  const parts = benchmarksOf(outcomes);
  const benchmarks: BenchmarkResult[] = [];
  for (const [index, { name, rows }] of parts.entries()) {
    const report = (step: number, note: string) =>
      options.onProgress?.(2 * index + step, 2 * parts.length, `${name}: ${note}`);
    benchmarks.push(await runBenchmark(name, rows, verdicts, options, report));
  }
  return { verdicts, benchmarks };
}

/** @param what has the splits. @throws NoLabelsError where one that the protocol needs is not among them. */
export function checkSplits(what: string, splits: readonly (string | undefined)[]): void {
  for (const split of protocolSplits) {
    if (splits.includes(split)) continue;
    const mend = `Give questions of the splits ${protocolSplits.join(", ")}.`;
    throw new NoLabelsError(`No ${what} is of split "${split}". ${mend}`);
  }
}

async function runBenchmark(
  name: string,
  outcomes: Outcomes,
  verdicts: readonly ContaminationVerdict[],
  { seed, signal }: ProtocolOptions,
  report: (step: number, note: string) => void,
): Promise<BenchmarkResult> {
  const work = { seed, ...(signal && { signal }) };
  const test = selectSplits(outcomes, ["test"]);
  const train = trustedLabels(outcomes, verdicts);
  const columns = (choosers: readonly Participant[]) =>
    splitColumns({ train, test, choosers, seed });
  report(0, "as the paper did it");
  const all = selectSplits(outcomes, ["train"]);
  const paperRouters = [
    ...(await fitPaperRouters(all, work)),
    ...(await fitClusterRouters(all, work)),
  ];
  const asPaper = columns(paperRouters);
  report(1, "with labels that can be trusted");
  const clean = columns(await fitComparedRouters(train, work));
  report(2, "done");
  return { name, test, asPaper, clean };
}

/** Training and validation outcomes without the labels of flagged models. */
export function trustedLabels(
  outcomes: Outcomes,
  verdicts: readonly ContaminationVerdict[],
): Outcomes {
  const labels = selectSplits(outcomes, ["train", "validation"]);
  return ["train", "validation"].reduce(
    (kept, split) =>
      withoutContaminated(
        kept,
        verdicts.filter((verdict) => verdict.split === split),
        split,
      ),
    labels,
  );
}

/** Each task of the test questions, and all together where there are several. */
function benchmarksOf(outcomes: Outcomes): { name: string; rows: Outcomes }[] {
  const tasks = new Set(
    outcomes.tasks.filter((task, row) => task !== undefined && outcomes.splits[row] === "test"),
  );
  const ofTask = (task: string) =>
    [...outcomes.tasks.keys()].filter((row) => outcomes.tasks[row] === task);
  const single = [...tasks].map((task) => ({
    name: task!,
    rows: selectRows(outcomes, ofTask(task!)),
  }));
  return single.length === 1 ? single : [...single, { name: "all tasks", rows: outcomes }];
}

import { join } from "node:path";
import { loadOutcomes } from "../datasets/outcomes.js";
import { chooserOf } from "../evaluation/routers.js";
import { buildTable, type Evaluation } from "../evaluation/table.js";
import { hashesOf, type Pool } from "../execution/pool/pool.js";
import { writeFileAtomic } from "../files.js";
import { reportData } from "../report/collect.js";
import { renderReport } from "../report/render.js";
import { defaultEstimator } from "../router/default-estimator.js";
import { fitRouter } from "../router/fit.js";
import type { Router } from "../router/router.js";
import { pricesOf, writeOutcomes } from "../sampling/index.js";
import { type SamplePoolOptions, samplePool } from "../sampling/sampler.js";
import type { Outcomes } from "../types.js";
import { fitVoteModel } from "../voting/fit.js";
import { formatProtocol } from "./format.js";
import { checkSplits, type ProtocolResult, runProtocol, trustedLabels } from "./protocol.js";

/** Work that takes long, in its order. */
export type Stage = "sampling" | "evaluation" | "router" | "report";

export interface ReproduceOptions extends Omit<SamplePoolOptions, "onProgress"> {
  readonly onStage?: (stage: Stage) => void;
  /** How answers are sampled. Default: samplePool. */
  readonly sample?: typeof samplePool;
  /** Of sampling. */
  readonly onSampling?: NonNullable<SamplePoolOptions["onProgress"]>;
  /** Of the fits of the evaluation. */
  readonly onProgress?: (done: number, total: number, note: string) => void;
}

export interface Reproduction extends Pick<ProtocolResult, "verdicts"> {
  /** Of each benchmark, as evaluation.json holds them. */
  readonly tables: readonly { name: string; asPaper: Evaluation; clean: Evaluation }[];
  /** What was written, in the run directory. */
  readonly files: readonly string[];
  /** All of `formatProtocol`. */
  readonly text: string;
}

/**
 * The paper from one end to the other: samples answers of every model to every question, labels them, runs the protocol,
 * and fits the router that a service would use. Writes outcomes.jsonl, table.txt, evaluation.json, router.safetensors and
 * report.html beside the answers. A run that was stopped goes on where it was.
 * @throws as samplePool, writeOutcomes, runProtocol and fitRouter.
 */
export async function reproduce(options: ReproduceOptions): Promise<Reproduction> {
  const { sample = samplePool, onStage, onSampling, onProgress, ...sampling } = options;
  const { pool, questions, runDirectory, seed, signal } = sampling;
  // Not after a night of sampling.
  checkSplits(
    "question",
    questions.map(({ split }) => split),
  );
  const written: string[] = [];
  const write = async (name: string, data: string) => {
    await writeFileAtomic(join(runDirectory, name), data);
    written.push(name);
  };
  onStage?.("sampling");
  const { answers } = await sample({
    ...sampling,
    ...(onSampling && { onProgress: onSampling }),
  });
  const outcomesFile = join(runDirectory, "outcomes.jsonl");
  await writeOutcomes(outcomesFile, questions, answers, { prices: pricesOf(pool) });
  written.push("outcomes.jsonl");
  const { outcomes } = await loadOutcomes([outcomesFile]);

  onStage?.("evaluation");
  const work = { seed, ...(signal && { signal }) };
  const result = await runProtocol(outcomes, { ...work, ...(onProgress && { onProgress }) });
  const text = formatProtocol(result);
  await write("table.txt", text);
  const { verdicts } = result;
  const tables = tablesOf(result);
  const evaluation = { verdicts, benchmarks: tables };
  await write("evaluation.json", `${JSON.stringify(evaluation, null, 2)}\n`);

  onStage?.("router");
  const router = await fitServiceRouter(trustedLabels(outcomes, verdicts), pool, work);
  await router.save(join(runDirectory, "router.safetensors"));
  written.push("router.safetensors");

  onStage?.("report");
  await write("report.html", await page(result, router));
  return { verdicts, tables, files: written, text };
}

/** The default router, which knows the files that its models were sampled from, and how they vote. */
export function fitServiceRouter(
  labels: Outcomes,
  pool: Pool,
  { seed, signal }: { seed: number; signal?: AbortSignal },
): Promise<Router> {
  return fitRouter(labels, {
    estimator: defaultEstimator({ seed }),
    sha256: hashesOf(pool),
    vote: fitVoteModel(labels, { seed }),
    ...(signal && { signal }),
  });
}

function tablesOf({ benchmarks }: ProtocolResult): Reproduction["tables"] {
  return benchmarks.map(({ name, asPaper, clean }) => ({
    name,
    asPaper: buildTable(asPaper),
    clean: buildTable(clean),
  }));
}

/** The last benchmark is all of them. */
function page({ benchmarks }: ProtocolResult, router: Router): Promise<string> {
  const { name, test, clean } = benchmarks.at(-1)!;
  const clusters = chooserOf("router", "router", router).clusters?.(test);
  const title = `The paper's protocol: ${name}`;
  const data = { title, sources: ["outcomes.jsonl"], outcomes: test, table: clean };
  return renderReport(reportData({ ...data, ...(clusters && { clusters }) }));
}

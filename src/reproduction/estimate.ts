import { AbortedError, EngineError, InvalidArgumentError } from "../errors.js";
import { openEngine } from "../execution/open-engine.js";
import type { PoolModel } from "../execution/pool/pool.js";
import { random, shuffle } from "../random.js";
import { askModel } from "../sampling/ask.js";
import type { RunRoom } from "../sampling/pool-run.js";
import { roomOf, type SamplePoolOptions } from "../sampling/sampler.js";
import { describeRun, type RunInputs } from "../sampling/store/describe-run.js";
import { provenanceOf } from "../sampling/store/fingerprints.js";
import type { Manifest } from "../sampling/store/manifest.js";

export interface EstimateOptions extends RunInputs {
  /** Questions that each model is asked to learn how fast it is. */
  readonly calibration: number;
  readonly concurrency?: NonNullable<SamplePoolOptions["concurrency"]>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, note: string) => void;
}

/** What one model did in calibration, and what the whole run is expected to take. */
export interface ModelEstimate {
  readonly name: string;
  readonly loadSeconds: number;
  readonly tokensPerSecond: number;
  readonly tokensPerAnswer: number;
  /** Of the whole run of this model, loading included. */
  readonly seconds: number;
  /** On disk, of all its answers. */
  readonly bytes: number;
}

export interface RunEstimate {
  readonly models: readonly ModelEstimate[];
  /** Models that could not be tried -> why. */
  readonly failures: Readonly<Record<string, string>>;
  /** Wall time of sampling, as many models at once as the run would have. */
  readonly seconds: number;
  readonly bytes: number;
}

/**
 * Asks each model a few questions, as the run would, and scales up what that took. The end of so short a run keeps
 * fewer prompts in flight than the middle of a long one, so times lean high.
 * @returns the estimate; a model that cannot run is left out of the sums and named.
 * @throws EngineError where no model can run, InvalidArgumentError, AbortedError
 */
export async function estimateRun(options: EstimateOptions): Promise<RunEstimate> {
  const { pool, questions, calibration, seed } = options;
  const room = roomOf(options, pool.models.length);
  const manifest = await describeRun(options);
  if (!Number.isSafeInteger(calibration) || calibration < 1)
    throw InvalidArgumentError.of("calibration", "a whole number of at least 1", calibration);
  const drawn = shuffle([...questions], random(seed)).slice(0, calibration);
  const models: ModelEstimate[] = [];
  const failures: Record<string, string> = {};
  for (const [index, model] of pool.models.entries()) {
    options.onProgress?.(index, pool.models.length, model.name);
    try {
      models.push(await estimateModel(model, drawn, manifest, room, options));
    } catch (error) {
      if (options.signal?.aborted) throw error;
      failures[model.name] = error instanceof Error ? error.message : String(error);
    }
  }
  options.onProgress?.(pool.models.length, pool.models.length, "");
  if (models.length === 0) throw noneRuns(failures);
  const sum = (of: (model: ModelEstimate) => number) => models.reduce((all, m) => all + of(m), 0);
  const longest = Math.max(0, ...models.map(({ seconds }) => seconds));
  return {
    models,
    failures,
    seconds: Math.max(longest, sum(({ seconds }) => seconds) / room.models),
    bytes: sum(({ bytes }) => bytes),
  };
}

function noneRuns(failures: Readonly<Record<string, string>>): EngineError {
  const lines = Object.entries(failures).map(([name, reason]) => `  ${name}: ${reason}`);
  return new EngineError(`No model of the pool can run:\n${lines.join("\n")}`);
}

async function estimateModel(
  model: PoolModel,
  drawn: EstimateOptions["questions"],
  { n, seed, stopping, models }: Manifest,
  { prompts, threads }: RunRoom,
  { questions, signal }: EstimateOptions,
): Promise<ModelEstimate> {
  const began = performance.now();
  await using engine = await openEngine(model, { sequences: prompts, threads });
  const loaded = performance.now();
  let tokens = 0;
  let answers = 0;
  let bytes = 0;
  const provenance = provenanceOf(models[model.name]!);
  const how = { n, seed, stopping, provenance, prompts, signal };
  await askModel(engine, model, drawn, new Map(), how, async (records) => {
    for (const record of records) {
      tokens += record.completionTokens;
      answers += 1;
      bytes += Buffer.byteLength(JSON.stringify(record)) + 1;
    }
  });
  if (answers === 0) throw new AbortedError("Calibration");
  const asking = (performance.now() - loaded) / 1000;
  const scale = questions.length / drawn.length;
  const loadSeconds = (loaded - began) / 1000;
  return {
    name: model.name,
    loadSeconds,
    tokensPerSecond: tokens / asking,
    tokensPerAnswer: tokens / answers,
    seconds: loadSeconds + asking * scale,
    bytes: bytes * scale,
  };
}

import { AbortedError } from "../errors.js";
import { simd } from "../native/addon.js";
import { Scorer, stages as scorerStages } from "../native/scorer.js";
import { loadRouter } from "../router/artifact.js";
import { Router } from "../router/router.js";
import { type BatchTimes, batches } from "./batches.js";
import { coldCalls, timerCost, warmCalls } from "./calls.js";
import { type MemoryGrowth, memoryOf } from "./memory.js";
import type { Percentiles } from "./percentiles.js";
import { type Stage, type StageTimes, stageTimes } from "./stages.js";
import { type Throughput, throughput } from "./throughput.js";

/** What a router costs on the prompts of its user. Times in nanoseconds unless they say otherwise. */
export interface BenchmarkReport {
  readonly simd: string;
  readonly models: number;
  readonly prompts: number;
  readonly meanCharacters: number;
  /** What each stage adds, warm. */
  readonly stages: readonly StageTimes[];
  /** Single calls of `choose`, warm. */
  readonly warm: Percentiles;
  /** The same after 16 MB of other memory were walked. */
  readonly cold: Percentiles;
  /** What reading the timer costs; taken off every time above. */
  readonly timer: number;
  readonly throughput: readonly Throughput[];
  /** Of `scoreBatch` with all prompts, again and again. */
  readonly batches: BatchTimes;
  readonly loadMilliseconds: number;
  readonly memory: MemoryGrowth;
}

export interface BenchmarkOptions {
  readonly router: string;
  readonly prompts: readonly string[];
  /** Throughput is measured on 1 to so many worker threads. */
  readonly threads: number;
  readonly signal?: AbortSignal;
}

/** Prompts timed one by one; of more, evenly spread ones are taken. */
const mostPrompts = 5000;
const passes = 7;
const coldCallCount = 500;
const millisecondsEach = 500;
/** As the router's own default. */
const maxChars = 65_536;

export async function benchmark(options: BenchmarkOptions): Promise<BenchmarkReport> {
  const { signal } = options;
  const prompts = evenly(options.prompts, mostPrompts);
  const begin = performance.now();
  await Router.load(options.router);
  const loadMilliseconds = performance.now() - begin;
  // Pages of the file come to memory as prompts need them.
  const [router, memory] = await memoryOf(async () => {
    const router = await Router.load(options.router);
    for (const prompt of prompts) router.choose(prompt);
    return router;
  });
  const choose = (prompt: string) => router.choose(prompt);
  const warm = warmCalls(prompts, passes, choose);
  const cold = coldCalls(prompts, coldCallCount, choose);
  const { file } = await loadRouter(options.router);
  const stages = stageTimes(prompts, passes, pathOf(router, new Scorer(file, maxChars)));
  const rates: Throughput[] = [];
  for (let threads = 1; threads <= options.threads; threads++) {
    if (signal?.aborted) throw new AbortedError("The benchmark");
    rates.push(await throughput(options.router, prompts, threads, millisecondsEach));
  }
  return {
    simd,
    models: router.models.length,
    prompts: prompts.length,
    meanCharacters: prompts.reduce((sum, prompt) => sum + prompt.length, 0) / prompts.length,
    stages,
    warm,
    cold,
    timer: timerCost(),
    throughput: rates,
    batches: await batches(prompts, millisecondsEach, (all) => router.scoreBatch(all)),
    loadMilliseconds,
    memory,
  };
}

/** The path of a prompt in steps; the scorer is one over the same file, so memory holds it once. */
function pathOf(router: Router, scorer: Scorer): Stage[] {
  const to = (name: string, stage: (typeof scorerStages)[number]): Stage => {
    const number = scorerStages.indexOf(stage);
    return { name, run: (prompt) => scorer.runTo(prompt, number) };
  };
  return [
    to("string copy", "copy"),
    to("words", "words"),
    to("hashing", "hashes"),
    // Looking up, adding rows and scoring are one pass over the hashes.
    { name: "gather and scores", run: (prompt) => scorer.score(prompt) },
    { name: "policy", run: (prompt) => router.choose(prompt) },
  ];
}

function evenly<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)]!);
}

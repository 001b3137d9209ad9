import { join } from "node:path";
import type { Command } from "commander";
import { formatColumns, joinLines, plain } from "../evaluation/text.js";
import { loadPool, type Pool } from "../execution/pool/pool.js";
import { estimateRun, type ModelEstimate, type RunEstimate } from "../reproduction/estimate.js";
import { reproduce, type Stage } from "../reproduction/reproduce.js";
import type { Question } from "../types.js";
import { duration, formatBytes } from "./format.js";
import { wholeNumber } from "./options.js";
import { toyPool, toyQuestions } from "./paths.js";
import { progress } from "./progress.js";
import { addQuestionOptions, chosenQuestions, type QuestionChoice } from "./questions.js";
import { run } from "./run.js";
import {
  addSamplingOptions,
  type SamplingChoice,
  samplerOf,
  samplingOptions,
} from "./sampling-options.js";
import { samplingView } from "./sampling-view.js";

interface ReproduceOptions extends SamplingChoice, QuestionChoice {
  out?: string;
  dryRun?: boolean;
  calibration: number;
  json?: boolean;
}

const stageTexts: Record<Stage, string> = {
  sampling: "1. Sampling and labelling",
  evaluation: "2. The protocol: routers as in the paper, and with labels that can be trusted",
  router: "3. The router that a service would use",
  report: "4. The report",
};

export function addReproduceCommand(program: Command): void {
  addQuestionOptions(addSamplingOptions(program.command("reproduce")))
    .description("the paper's whole protocol: sample, label, train, compare with every yardstick")
    .option("--out <directory>", "run directory, resumed where it is there; default: runs/POOL")
    .option("--dry-run", "say what it would take, from a short calibration run; keeps nothing")
    .option("--calibration <n>", "questions that a dry run asks each model", wholeNumber(1), 24)
    .option("--json", "print verdicts and tables, or the estimate, as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  pointsman reproduce --pool toy" +
        "\n  pointsman reproduce --pool paper --questions gsm8k:DIR mmlu:DIR --dry-run" +
        "\n  pointsman reproduce --pool paper --questions gsm8k:DIR mmlu:DIR --out runs/paper",
    )
    .action((options: ReproduceOptions) =>
      run(async (signal) => {
        const pool = await loadPool(options.pool);
        const questions = await chosenQuestions(options, ownQuestions(options.pool));
        const how = { pool, questions, ...samplingOptions(options), signal };
        if (options.dryRun) await dryRun(how, options);
        else await wholeRun(how, options);
      }),
    );
}

type Inputs = ReturnType<typeof samplingOptions> & {
  pool: Pool;
  questions: Question[];
  signal: AbortSignal;
};

async function wholeRun(inputs: Inputs, options: ReproduceOptions): Promise<void> {
  const { out, json } = options;
  const began = performance.now();
  const { pool, questions, n } = inputs;
  const runDirectory = out ?? join("runs", pool.name);
  const note = (line: string) => void (json || process.stderr.write(`${line}\n`));
  note(`${pool.models.length} models x ${questions.length} questions x ${n} answers`);
  using sampling = samplingView();
  using fits = progress("fitting");
  const result = await reproduce({
    ...inputs,
    runDirectory,
    sample: samplerOf(options),
    onStage: (stage) => note(stageTexts[stage]),
    onSampling: sampling.update,
    onProgress: (done, total, what) => fits.update(done, total, what),
  });
  const { verdicts, tables, text, files } = result;
  process.stdout.write(json ? `${JSON.stringify({ verdicts, benchmarks: tables })}\n` : text);
  note(`Written to ${runDirectory}: ${files.join(", ")}`);
  note(
    `Took ${duration((performance.now() - began) / 1000)}, ${formatBytes(peakMemory())} of memory at most.`,
  );
}

async function dryRun(inputs: Inputs, options: ReproduceOptions): Promise<void> {
  using bar = progress("calibrating");
  const estimate = await estimateRun({
    ...inputs,
    calibration: options.calibration,
    onProgress: (done, total, note) => bar.update(done, total, note),
  });
  const found = { ...estimate, peakMemory: peakMemory() };
  process.stdout.write(
    options.json ? `${JSON.stringify(found)}\n` : formatEstimate(estimate, peakMemory()),
  );
}

/** Only the toy pool brings questions of its own. */
function ownQuestions(pool: string): string[] | undefined {
  return pool === toyPool
    ? (["train", "validation", "test"] as const).map(toyQuestions)
    : undefined;
}

function formatEstimate(estimate: RunEstimate, memory: number): string {
  const { models, failures, seconds, bytes } = estimate;
  const table = formatColumns<ModelEstimate>(
    [
      { head: "", cell: ({ name }) => plain(name) },
      { head: "load", cell: ({ loadSeconds }) => `${loadSeconds.toFixed(1)} s` },
      { head: "tokens/s", cell: ({ tokensPerSecond }) => tokensPerSecond.toFixed(0) },
      { head: "tokens/answer", cell: ({ tokensPerAnswer }) => tokensPerAnswer.toFixed(1) },
      { head: "sampling", cell: (model) => duration(model.seconds) },
      { head: "disk", cell: (model) => formatBytes(Math.round(model.bytes)) },
    ],
    models,
  );
  const failed = Object.entries(failures).map(
    ([name, reason]) => `${plain(name)} cannot run and is not counted: ${plain(reason)}`,
  );
  const took = `${formatBytes(memory)} of memory at most in this dry run`;
  const all = `Together: ${duration(seconds)} of sampling, ${formatBytes(Math.round(bytes))} on disk; ${took}.`;
  return `${joinLines(table)}\n${[...failed, all].join("\n")}\n`;
}

/** Bytes of memory that this process had at most. */
function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}

import { type Command, Option } from "commander";
import {
  type ContaminationVerdict,
  relativeVerdicts,
  verdictsBySplit,
} from "../evaluation/contamination.js";
import { formatTable } from "../evaluation/format.js";
import { formatClassReports } from "../evaluation/format-classes.js";
import { formatContamination } from "../evaluation/format-contamination.js";
import { formatLabelNoise } from "../evaluation/format-label-noise.js";
import { formatPaper } from "../evaluation/format-paper.js";
import { labelNoise } from "../evaluation/label-noise.js";
import { evaluatePair, formatPair } from "../evaluation/pair.js";
import { paperFigures } from "../evaluation/paper.js";
import { buildTable } from "../evaluation/table.js";
import type { Outcomes } from "../types.js";
import { addJudgeOptions, type JudgeOptions, judgeOutcomes } from "./judge.js";
import { pair } from "./options.js";
import { run } from "./run.js";

interface EvaluateOptions extends JudgeOptions {
  pair?: [weak: string, strong: string];
  paper?: "gsm8k" | "mmlu";
  classes?: boolean;
  labels?: boolean;
  json?: boolean;
}

export function addEvaluateCommand(program: Command): void {
  const command = program
    .command("evaluate")
    .description("compare routers with every single model, random choice, oracle and upper bounds");
  addJudgeOptions(command)
    .option(
      "--pair <weak,strong>",
      "how well the router chooses between two models: APGR and call thresholds",
      pair,
    )
    .addOption(
      new Option("--paper <benchmark>", "print the paper's figures beside ours").choices(
        Object.keys(paperFigures),
      ),
    )
    .option("--classes", "precision, recall and F1 of the routers' predictions by model")
    .option("--labels", "how far the labels themselves can be believed")
    .option("--json", "print everything as JSON (docs/evaluation.md)")
    .addHelpText(
      "after",
      "\nExamples:\n  pointsman evaluate --outcomes outcomes.jsonl.gz --cross-validate 5" +
        "\n  pointsman evaluate --outcomes outcomes.jsonl.gz --cross-validate 5 --seeds 1,2,3 --train 1500" +
        "\n  pointsman evaluate --outcomes test.jsonl --router router.safetensors --json",
    )
    .action((options: EvaluateOptions) => run((signal) => evaluate(options, signal)));
}

async function evaluate(options: EvaluateOptions, signal: AbortSignal): Promise<void> {
  const { outcomes, table } = await judgeOutcomes(options, signal);
  const evaluation = buildTable(table);
  const found = {
    pair: options.pair && evaluatePair(table, ...options.pair),
    paper: options.paper && { benchmark: options.paper, ...paperFigures[options.paper] },
    labelNoise: options.labels ? labelNoise(outcomes, options.seed) : undefined,
    contamination: verdictsOn(outcomes),
  };
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ...evaluation, ...found })}\n`);
    return;
  }
  const texts = [
    formatTable(evaluation),
    found.pair && formatPair(found.pair),
    options.paper && formatPaper(evaluation, paperFigures, options.paper),
    options.classes && formatClassReports(evaluation),
    found.labelNoise && `The labels\n\n${formatLabelNoise(found.labelNoise)}`,
    found.contamination &&
      `Is a model better on the train split than the others are there?\n\n${formatContamination(found.contamination)}`,
  ];
  process.stdout.write(texts.filter((text) => text).join("\n"));
}

/** The alarm for a split "train" beside another one, where the file has them. */
function verdictsOn(outcomes: Outcomes): readonly ContaminationVerdict[] | undefined {
  const splits = new Set(outcomes.splits.filter((split) => split !== undefined));
  if (!splits.has("train") || splits.size < 2) return undefined;
  const clean = splits.has("test") ? "test" : [...splits].find((split) => split !== "train")!;
  const found = verdictsBySplit(outcomes, clean, relativeVerdicts).filter(
    // Splits that share no task cannot be compared.
    ({ split, train }) => split === "train" && !Number.isNaN(train),
  );
  return found.length > 0 ? found : undefined;
}

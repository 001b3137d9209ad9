import type { Command } from "commander";
import { groupPrompts } from "../datasets/near-duplicates.js";
import { loadOutcomes, uniquePrompts } from "../datasets/outcomes.js";
import { InvalidArgumentError } from "../errors.js";
import { certify, formatCertificate } from "../evaluation/certify.js";
import {
  type ContaminationVerdict,
  refuseContaminated,
  relativeVerdicts,
  verdictsBySplit,
  withoutContaminated,
} from "../evaluation/contamination.js";
import { formatContamination } from "../evaluation/format-contamination.js";
import { BlendClassifier } from "../models/blend.js";
import type { Certificate } from "../router/certificate.js";
import { type FitRouterOptions, fitRouter } from "../router/fit.js";
import type { Router } from "../router/router.js";
import type { Outcomes } from "../types.js";
import { fitVoteModel } from "../voting/fit.js";
import { addEncoderOptions, type EncoderChoice, openEncoder, withEmbeddings } from "./encoder.js";
import { names, positiveNumber, share, wholeNumber } from "./options.js";
import { progress } from "./progress.js";
import { estimators, type Recipe, routerOptions } from "./recipe.js";
import { run } from "./run.js";

interface TrainOptions extends Recipe, EncoderChoice {
  outcomes: string[];
  out: string;
  models?: string[];
  tasks?: string[];
  labels: "rate" | "majority";
  cleanSplit?: string;
  contaminated: "refuse" | "drop" | "use";
  certificate: boolean;
  folds: number;
  skipBad?: boolean;
  json?: boolean;
}

export function addTrainCommand(program: Command): void {
  const command = program
    .command("train")
    .description("learn a router from outcomes (which model answered which prompt right)")
    .requiredOption(
      "--outcomes <file...>",
      "outcome files: .jsonl, .csv (or .gz of these), .parquet",
    )
    .requiredOption("--out <file>", "router file to write")
    .option("--models <a,b>", "only these models", names)
    .option("--tasks <x,y>", "only these tasks", names)
    .option("--auto", "try more ways to learn, and keep the one that chooses best out of fold")
    .addOption(
      program
        .createOption("--estimator <name>", "what predicts the models' success")
        .choices(estimators)
        .default("default"),
    )
    .addOption(
      program
        .createOption("--labels <kind>", "learn from success rates, or from right by majority vote")
        .choices(["rate", "majority"])
        .default("rate"),
    )
    .option("--clean-split <name>", "split whose questions no model was tuned on")
    .addOption(
      program
        .createOption(
          "--contaminated <what>",
          "labels of a model that does too well on a split: refuse them, drop them, or use them",
        )
        .choices(["refuse", "drop", "use"])
        .default("refuse"),
    )
    .option(
      "--gate <z>",
      "standard errors by which leaving the best single model must pay",
      Number,
      1,
    )
    .option("--no-gate", "always take the highest score")
    .option("--precision <share>", "abstain where fewer answers than this would be right", share)
    .option("--no-certificate", "do not show by cross-validation what the router is worth")
    .option("--folds <k>", "folds of that cross-validation", wholeNumber(2, 100), 5)
    .addOption(
      program
        .createOption(
          "--norm <name>",
          '"l2" with sublinear counts, or "occurrence", which routes faster and chooses a little less well',
        )
        .choices(["l2", "occurrence"])
        .default("l2"),
    )
    .option("--surface", "also learn from how a prompt looks (docs/surface-features.md)")
    .option("--hash-bits <k>", "hash n-grams to 2^k columns, without a vocabulary", wholeNumber(4))
    .option("--word-vectors <file>", "also learn from static word vectors (GloVe, word2vec, .vec)")
    .option("--c <number>", "inverse regularisation strength of multi-label", positiveNumber, 0.3)
    .option("--clusters <k>", "number of clusters of --estimator clusters", wholeNumber(1), 20);
  addEncoderOptions(command)
    .option("--seed <n>", "seed of everything random", wholeNumber(0, 2 ** 32 - 1), 1)
    .option("--skip-bad", "skip bad rows and count them, instead of stopping")
    .option("--json", "print the summary as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  pointsman train --outcomes outcomes.jsonl --out router.safetensors",
    )
    .action((options: TrainOptions) => run((signal) => train(options, signal)));
}

async function train(options: TrainOptions, signal: AbortSignal): Promise<void> {
  if (options.gate !== false && !(options.gate >= 0)) {
    throw InvalidArgumentError.of("--gate", "a number of at least 0", options.gate);
  }
  const loaded = await loadOutcomes(options.outcomes, options);
  const verdicts = contaminationOf(loaded.outcomes, options.cleanSplit);
  const usable = uncontaminated(loaded.outcomes, verdicts, options.contaminated);
  await using encoder = await openEncoder(options);
  const outcomes = await withEmbeddings(usable, encoder, signal);
  const labels = options.labels === "majority" ? byMajority(outcomes) : outcomes;
  const recipe = (): FitRouterOptions => ({
    ...routerOptions(options),
    ...(encoder === undefined ? {} : { encoder: encoder.name }),
    signal,
  });
  const certificate = options.certificate
    ? await certificateOf(labels, recipe, options, verdicts)
    : undefined;
  const made = recipe();
  using bar = progress("training");
  const router = await fitRouter(labels, {
    ...made,
    ...(certificate && { certificate }),
    ...(outcomes.answers && { vote: fitVoteModel(outcomes, { seed: options.seed }) }),
    onProgress: (done, total) => bar.update(done, total),
  });
  await router.save(options.out);
  const summary = { router, skipped: loaded.skipped, file: options.out, verdicts };
  process.stdout.write(
    options.json ? summaryJson(summary, outcomes) : summaryText(summary, candidatesOf(made)),
  );
}

/** Verdicts where the outcomes have several splits; the first that is not called "train" counts as the clean one. */
function contaminationOf(outcomes: Outcomes, cleanSplit: string | undefined) {
  const splits = [...new Set(outcomes.splits.filter((split) => split !== undefined))];
  const clean = cleanSplit ?? splits.find((split) => split !== "train");
  if (cleanSplit === undefined && (splits.length < 2 || clean === undefined)) return [];
  return verdictsBySplit(outcomes, clean!, relativeVerdicts);
}

function uncontaminated(
  outcomes: Outcomes,
  verdicts: readonly ContaminationVerdict[],
  what: TrainOptions["contaminated"],
): Outcomes {
  if (what !== "drop") {
    refuseContaminated(verdicts, { allow: what === "use" });
    return outcomes;
  }
  return verdicts
    .filter(({ contaminated }) => contaminated)
    .reduce((left, verdict) => withoutContaminated(left, [verdict], verdict.split ?? ""), outcomes);
}

/** The majority's mark in place of the rate; answers one by one would bring the rate back. */
function byMajority({ answers: _, answerMarks: __, ...outcomes }: Outcomes): Outcomes {
  return { ...outcomes, scores: outcomes.marks };
}

async function certificateOf(
  outcomes: Outcomes,
  recipe: () => FitRouterOptions,
  { folds, seed }: TrainOptions,
  contamination: readonly ContaminationVerdict[],
): Promise<Certificate | undefined> {
  const unique = uniquePrompts(outcomes);
  const groups = new Set(groupPrompts(unique.prompts)).size;
  if (groups < folds) {
    process.stderr.write(
      `No certificate: ${groups} groups of like prompts are too few for ${folds} folds.\n`,
    );
    return undefined;
  }
  using bar = progress("certificate");
  return certify({
    outcomes: unique,
    folds,
    seed,
    fit: (train) => fitRouter(train, recipe()),
    contamination,
    onProgress: (done, total) => bar.update(done, total),
  });
}

interface Summary {
  readonly router: Router;
  readonly skipped: number;
  readonly file: string;
  readonly verdicts: readonly ContaminationVerdict[];
}

function candidatesOf({ estimator }: FitRouterOptions): BlendClassifier["candidates"] {
  return estimator instanceof BlendClassifier ? estimator.candidates : [];
}

function summaryText(
  { router, skipped, file, verdicts }: Summary,
  candidates: BlendClassifier["candidates"],
): string {
  const { training, certificate, estimator, gate } = router.info;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const means = router.models.map((model, i) => {
    const mean = training.meanMarks[i];
    return `  ${model}  ${mean == null ? "unknown" : percent(mean)}`;
  });
  const closed = gate?.thresholds.every((tau) => tau === null) ?? false;
  return [
    `Trained ${estimator} on ${training.prompts} prompts${skipped > 0 ? ` (${skipped} bad rows skipped)` : ""}.`,
    "Right answers of each model there:",
    ...means,
    `Best single model (fallback): ${router.fallback}`,
    ...(candidates.length > 1
      ? ["Right by what each way to learn chooses, out of fold; the best is kept:"]
      : []),
    ...(candidates.length > 1 ? candidates.map((c) => `  ${c.name}  ${percent(c.score)}`) : []),
    ...(closed ? ["The gate is closed: no way to leave the best single model paid."] : []),
    ...(verdicts.length > 0 ? ["Contamination:", formatContamination(verdicts).trimEnd()] : []),
    ...(certificate ? ["Certificate:", formatCertificate(certificate).trimEnd()] : []),
    `Written: ${file}`,
    "",
  ].join("\n");
}

function summaryJson({ router, skipped, file }: Summary, outcomes: Outcomes): string {
  return `${JSON.stringify({ ...router.info, file, n: outcomes.prompts.length, skipped, fallback: router.fallback })}\n`;
}

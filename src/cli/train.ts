import type { Command } from "commander";
import { loadOutcomes } from "../datasets/outcomes.js";
import { TfidfVectorizer } from "../features/tfidf.js";
import { WordVectorizer } from "../features/word-vectors.js";
import { ClusterClassifier } from "../models/clusters.js";
import { MultiLabelClassifier } from "../models/multi-label.js";
import { type FitRouterOptions, fitRouter } from "../router/fit.js";
import type { Router } from "../router/router.js";
import type { Outcomes } from "../types.js";
import { names, positiveNumber, wholeNumber } from "./options.js";
import { progress } from "./progress.js";
import { run } from "./run.js";

interface TrainOptions {
  outcomes: string[];
  out: string;
  models?: string[];
  tasks?: string[];
  estimator: "multi-label" | "clusters";
  labels: "rate" | "majority";
  norm: "l2" | "occurrence";
  surface?: boolean;
  hashBits?: number;
  wordVectors?: string;
  c: number;
  clusters: number;
  seed: number;
  skipBad?: boolean;
  json?: boolean;
}

export function addTrainCommand(program: Command): void {
  program
    .command("train")
    .description("learn a router from outcomes (which model answered which prompt right)")
    .requiredOption("--outcomes <file...>", "outcome files, .jsonl or .jsonl.gz")
    .requiredOption("--out <file>", "router file to write")
    .option("--models <a,b>", "only these models", names)
    .option("--tasks <x,y>", "only these tasks", names)
    .addOption(
      program
        .createOption("--estimator <name>", "what predicts the models' success")
        .choices(["multi-label", "clusters"])
        .default("clusters"),
    )
    .addOption(
      program
        .createOption("--labels <kind>", "learn from success rates, or from right by majority vote")
        .choices(["rate", "majority"])
        .default("rate"),
    )
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
    .option(
      "--hash-bits <k>",
      "hash n-grams to 2^k columns instead of a vocabulary",
      wholeNumber(4),
    )
    .option("--word-vectors <file>", "also learn from static word vectors (GloVe, word2vec, .vec)")
    .option("--c <number>", "inverse regularisation strength of multi-label", positiveNumber, 0.3)
    .option("--clusters <k>", "number of clusters", wholeNumber(1), 20)
    .option("--seed <n>", "seed of everything random", wholeNumber(0), 1)
    .option("--skip-bad", "skip bad rows and count them, instead of stopping")
    .option("--json", "print the summary as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  pointsman train --outcomes outcomes.jsonl --out router.safetensors",
    )
    .action((options: TrainOptions) => run((signal) => train(options, signal)));
}

async function train(options: TrainOptions, signal: AbortSignal): Promise<void> {
  const { outcomes, skipped } = await loadOutcomes(options.outcomes, options);
  const labels = options.labels === "majority" ? { ...outcomes, scores: outcomes.marks } : outcomes;
  using bar = progress("training");
  const router = await fitRouter(labels, {
    ...featuresOf(options),
    estimator: estimatorOf(options),
    signal,
    onProgress: (done, total) => bar.update(done, total),
  });
  await router.save(options.out);
  process.stdout.write(
    options.json
      ? summaryJson(router, outcomes, skipped, options.out)
      : summary(router, skipped, options.out),
  );
}

function featuresOf({ norm, surface, hashBits, wordVectors }: TrainOptions): FitRouterOptions {
  return {
    vectorizer: new TfidfVectorizer({
      norm,
      sublinearTf: norm === "l2",
      ...(hashBits === undefined ? {} : { hashBits }),
    }),
    surface: surface ?? false,
    ...(wordVectors === undefined
      ? {}
      : { wordVectors: new WordVectorizer({ file: wordVectors }) }),
  };
}

function estimatorOf(options: TrainOptions) {
  return options.estimator === "clusters"
    ? new ClusterClassifier({ clusters: options.clusters, seed: options.seed })
    : new MultiLabelClassifier({ C: options.c });
}

function summary(router: Router, skipped: number, file: string): string {
  const { training } = router.info;
  const lines = router.models.map((model, i) => {
    const mean = training.meanMarks[i];
    return `  ${model}  ${mean == null ? "unknown" : `${(100 * mean).toFixed(1)} %`}`;
  });
  return [
    `Trained ${router.info.estimator} on ${training.prompts} prompts${skipped > 0 ? ` (${skipped} bad rows skipped)` : ""}.`,
    "Right answers of each model there:",
    ...lines,
    `Best single model (fallback): ${router.fallback}`,
    `Written: ${file}`,
    "",
  ].join("\n");
}

function summaryJson(router: Router, outcomes: Outcomes, skipped: number, file: string): string {
  return `${JSON.stringify({ ...router.info, file, n: outcomes.prompts.length, skipped, fallback: router.fallback })}\n`;
}

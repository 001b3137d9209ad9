/**
 * Figures of Srivatsa, Maurya and Kochmar, "Harnessing the power of multiple minds: lessons learned from LLM routing"
 * (2024): result tables of its code, github.com/kvadityasrivatsa/llm-routing, commit c87af59 (MIT). Accuracy by
 * majority vote of 10 answers, as a fraction; mean seconds a prompt, without the router's own time and without the
 * seconds spent on wrong answers.
 */

/** What a row of the paper measures. */
export type PaperRowKind =
  | "oracle"
  | "classifier-bound"
  | "cluster-bound"
  | "best-single"
  | "random"
  | "argmax"
  | "random-of-top"
  | "prediction"
  | "sorted-prediction"
  | "k-means"
  | "k-means-set"
  | "jointly";

export interface PaperRow {
  readonly kind: PaperRowKind;
  readonly name: string;
  readonly accuracy: number;
  readonly seconds?: number;
}

export interface PaperBenchmark {
  readonly testPrompts: number;
  readonly rows: readonly PaperRow[];
}

/** The two benchmarks of the paper. Test sets are GSM8K's own and about 1,530 prompts of MMLU. */
export const paperFigures: Readonly<Record<"gsm8k" | "mmlu", PaperBenchmark>> = {
  gsm8k: {
    testPrompts: 1319,
    rows: [
      row("best-single", "best single (gemma-7b)", 71.11, 7.1),
      row("random", "random", 55.38, 3.623),
      row("argmax", "ArgMax", 67.63, 4.767),
      row("random-of-top", "Random", 67.48, 4.767),
      row("prediction", "Prediction", 67.7, 4.767),
      row("sorted-prediction", "Sorted Prediction", 59.59, 4.773),
      row("k-means", "K-means", 67.25),
      row("k-means-set", "K-means, sets (threshold swept on test)", 76.88),
      row("jointly", "all jointly", 74.37),
      row("classifier-bound", "classifier upper bound", 79.68, 5.16),
      row("cluster-bound", "cluster upper bound", 73.54),
      row("oracle", "oracle", 87.19, 3.859),
    ],
  },
  mmlu: {
    testPrompts: 1530,
    rows: [
      row("best-single", "best single (gemma-7b)", 63.86, 3),
      row("random", "random", 52.56, 2.349),
      row("argmax", "ArgMax", 62.29, 3),
      row("random-of-top", "Random", 58.24, 2.993),
      row("prediction", "Prediction", 63.86, 3),
      row("sorted-prediction", "Sorted Prediction", 48.37, 3),
      row("classifier-bound", "classifier upper bound", 74.18, 2.09),
      row("oracle", "oracle", 89.15, 1.89),
    ],
  },
};

function row(kind: PaperRowKind, name: string, percent: number, seconds?: number): PaperRow {
  // Divided by 100 in decimals: 71.11 / 100 is not 0.7111 in binary.
  const accuracy = Number((percent / 100).toFixed(6));
  return { kind, name, accuracy, ...(seconds !== undefined && { seconds }) };
}

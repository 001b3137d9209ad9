import type { Evaluation } from "../evaluation/table.js";

/**
 * Everything that a report shows: plain values that survive JSON. A section without data is left out of the report.
 * Shares and accuracies are fractions, intervals 95 %.
 */
export interface ReportData {
  /** Heading of the page. */
  readonly title: string;
  /** Names of the files that the outcomes came from. */
  readonly sources: readonly string[];
  /** The table. Its rows also give accuracy against latency and price, and the share that each model gets. */
  readonly evaluation: Evaluation;
  /** Published figures to stand beside the table. */
  readonly paper?: PaperFigures;
  /** Of the router's probabilities, one entry a model. */
  readonly calibration?: readonly Reliability[];
  /** Router against best single model by part of the test set, one list for each way to divide it. */
  readonly wins?: readonly WinsBy[];
  readonly deferral?: DeferralData;
  readonly confusion?: Confusion;
  readonly examples?: Examples;
  /** Accuracy of a plan against the answers it asks for, by rising number of answers. */
  readonly plans?: readonly PlanPoint[];
  readonly certificate?: CertificateData;
}

/** What a paper reports of yardsticks that an evaluation has too. */
export interface PaperFigures {
  /** Author, title, year. */
  readonly source: string;
  /** One a data set. */
  readonly sets: readonly {
    readonly name: string;
    readonly bestSingle: number;
    readonly random: number;
    /** Its router by highest probability. */
    readonly router: number;
    readonly upperBound: number;
    readonly oracle: number;
  }[];
}

/** How far the probabilities of one model can be believed. */
export interface Reliability {
  readonly model: string;
  /** Expected calibration error over the bins, 0..1. */
  readonly ece: number;
  /** Mean squared error of the probabilities, 0..1. */
  readonly brier: number;
  /** Bins of equal width that hold a prompt, by rising probability. */
  readonly bins: readonly {
    /** Mean probability and mean mark. */
    readonly predicted: number;
    readonly observed: number;
    /** Prompts in the bin. */
    readonly count: number;
  }[];
}

/** One way to divide the test set. */
export interface WinsBy {
  /** "task", "subject" or "cluster". */
  readonly part: string;
  readonly rows: readonly {
    readonly name: string;
    readonly prompts: number;
    /** Model of the highest accuracy here, known only in hindsight. */
    readonly winner: string;
    readonly winnerAccuracy: number;
    readonly router: number;
    readonly single: number;
    /** Router minus best single model, paired. */
    readonly gain: number;
    readonly low: number;
    readonly high: number;
  }[];
}

/** Accuracy as more prompts go to the stronger of two models, those first that the router thinks gain most. */
export interface DeferralData {
  readonly weak: string;
  readonly strong: string;
  /** Share of prompts that the strong model gets, and accuracy; by rising share, from 0 to 1. */
  readonly points: readonly (readonly [share: number, accuracy: number])[];
  /** Average performance gap recovered; a coin has 0.5. Absent where the strong model is not the better one. */
  readonly apgr?: number;
}

/** Prompts that one model alone gets right. */
export interface Confusion {
  readonly models: readonly string[];
  /** [only right][chosen]: how often the router chose a model where another was the only one right. */
  readonly counts: readonly (readonly number[])[];
}

export interface Example {
  readonly prompt: string;
  readonly task?: string;
  readonly chosen: string;
  /** P(right) of the chosen model, where the router has it. */
  readonly probability?: number;
  /** Models that get it right. */
  readonly right: readonly string[];
}

export interface Examples {
  /** The router was right where the best single model was not. */
  readonly right: readonly Example[];
  /** The router was wrong where another model was right. */
  readonly wrong: readonly Example[];
}

export interface PlanPoint {
  readonly name: string;
  /** Mean number of answers a prompt. */
  readonly answers: number;
  readonly accuracy: number;
}

/** What a router file says of itself; the fields of the certificate of `pointsman train`. */
export interface CertificateData {
  readonly prompts: number;
  readonly groups: number;
  readonly folds: number;
  readonly seed: number;
  readonly fingerprint: string;
  readonly bestSingle: string;
  readonly bestSingleAccuracy: number;
  readonly routerAccuracy: number;
  readonly gain: number;
  readonly gainLow: number;
  readonly gainHigh: number;
  readonly minimumDetectableEffect: number;
  readonly calibration: { readonly ece: number; readonly brier: number };
  readonly contamination: readonly {
    readonly model: string;
    readonly train: number;
    readonly clean: number;
    readonly z: number;
    readonly contaminated: boolean;
  }[];
  /** The do-no-harm gate in words. */
  readonly gate?: string;
}

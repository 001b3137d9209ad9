import { InvalidArgumentError } from "../errors.js";
import { brierScore, expectedCalibrationError } from "../models/calibration-metrics.js";
import type { Certificate } from "../router/certificate.js";
import { fingerprint } from "../router/fingerprint.js";
import type { Router } from "../router/router.js";
import type { OnProgress, Outcomes } from "../types.js";
import type { ContaminationVerdict } from "./contamination.js";
import { crossValidateColumns } from "./cross-validate.js";
import { chooserOf } from "./routers.js";
import { buildTable, type Column, type Evaluation } from "./table.js";
import { percent, plain, signed } from "./text.js";

export interface CertifyOptions {
  /** What the router will be trained on, without copies of a prompt. */
  readonly outcomes: Outcomes;
  readonly folds: number;
  readonly seed: number;
  /** Makes the router from training rows, as the one to be certified is made: choices and thresholds included. */
  readonly fit: (train: Outcomes) => Promise<Router>;
  /** Goes into the certificate. */
  readonly contamination?: readonly ContaminationVerdict[];
  readonly onProgress?: OnProgress;
}

/**
 * Shows what a way of making routers is worth before one is made: cross-validation in which no prompt, nor one like it,
 * has a part in the router that it is judged with.
 * @throws InvalidArgumentError where there are more folds than groups of prompts; whatever `fit` throws.
 */
export async function certify(options: CertifyOptions): Promise<Certificate> {
  const { outcomes, folds, seed, contamination = [], onProgress } = options;
  const table = await crossValidateColumns({
    outcomes,
    folds,
    seed,
    fit: async (train) => [chooserOf("router", "router", await options.fit(train))],
    ...(onProgress && { onProgress }),
  });
  const evaluation = buildTable(table);
  const router = rowOf(evaluation);
  const accuracy = router.accuracy - router.gain;
  return {
    prompts: evaluation.n,
    groups: evaluation.groups,
    folds,
    seed,
    fingerprint: fingerprint(outcomes),
    bestSingle: evaluation.bestSingle,
    bestSingleAccuracy: Math.min(1, Math.max(0, accuracy)),
    routerAccuracy: router.accuracy,
    gain: router.gain,
    gainLow: router.gainLow,
    gainHigh: router.gainHigh,
    minimumDetectableEffect: evaluation.mde ?? 1,
    calibration: calibrationOf(table.columns.find(({ kind }) => kind === "router")!, outcomes),
    contamination: contamination.map(({ model, train, clean, z, contaminated }) => ({
      model,
      train,
      clean,
      z,
      contaminated,
    })),
  };
}

export interface Recheck {
  readonly gain: number;
  readonly gainLow: number;
  readonly gainHigh: number;
  /** "better" or "worse" than the best single model beyond chance, or "no difference shown". */
  readonly verdict: "better" | "no difference shown" | "worse";
}

/** What a router's gain on new outcomes says of its certificate. */
export function recheck(evaluation: Evaluation): Recheck {
  const { gain, gainLow, gainHigh } = rowOf(evaluation);
  const verdict = gainLow > 0 ? "better" : gainHigh < 0 ? "worse" : "no difference shown";
  return { gain, gainLow, gainHigh, verdict };
}

/** The certificate for a terminal; ends in a line break. */
export function formatCertificate(certificate: Certificate): string {
  const { gain, gainLow, gainHigh, calibration, contamination } = certificate;
  const { prompts, groups, folds, seed } = certificate;
  const flagged = contamination.filter(({ contaminated }) => contaminated);
  const alarm =
    contamination.length === 0
      ? "not run: there was no second split to compare with"
      : flagged.length === 0
        ? `none of ${contamination.length} models`
        : flagged.map(({ model, z }) => `${plain(model)} (z = ${z.toFixed(1)})`).join(", ");
  return `${[
    `judged on      ${prompts} prompts in ${groups} groups, out of fold (${folds} folds, seed ${seed})`,
    `best single    ${plain(certificate.bestSingle)}: ${percent(certificate.bestSingleAccuracy)} % right`,
    `router         ${percent(certificate.routerAccuracy)} % right`,
    `gain           ${signed(gain)} points, 95 % interval ${signed(gainLow)}..${signed(gainHigh)}`,
    `detectable     ${percent(certificate.minimumDetectableEffect)} points with 80 % power`,
    `calibration    ECE ${percent(calibration.ece)} %, Brier ${calibration.brier.toFixed(3)}`,
    `contaminated   ${alarm}`,
    `fingerprint    ${certificate.fingerprint}`,
  ].join("\n")}\n`;
}

function rowOf(evaluation: Evaluation) {
  const row = evaluation.rows.find(({ kind }) => kind === "router");
  if (row === undefined) {
    throw InvalidArgumentError.of("the evaluation", "a router with known marks", "none");
  }
  return row;
}

/** P is that of one answer: it is held against success rates, not against the majority's marks. */
function calibrationOf({ probabilities }: Column, { scores }: Outcomes) {
  const cells = Array.from(scores.keys()).filter((cell) => !Number.isNaN(scores[cell]!));
  const p = Float64Array.from(cells, (cell) => probabilities![cell]!);
  const y = Float64Array.from(cells, (cell) => scores[cell]!);
  return { ece: expectedCalibrationError(p, y, 10), brier: brierScore(p, y) };
}

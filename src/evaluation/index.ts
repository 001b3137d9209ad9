/** Judging routers: outcome files in, a table with yardsticks and intervals out. */

export type { AugmentedOutcomes, AugmentOptions } from "../datasets/augment.js";
export { augment } from "../datasets/augment.js";
export type { Edit, EditName } from "../datasets/edits.js";
export { edits } from "../datasets/edits.js";
export { groupPrompts } from "../datasets/near-duplicates.js";
export type { LoadOutcomesOptions } from "../datasets/outcomes.js";
export { loadOutcomes, selectModels, selectRows, uniquePrompts } from "../datasets/outcomes.js";
export { groupedKFold } from "../datasets/splits.js";
export type { AnswerCounts, BetaDistribution } from "../datasets/success-rates.js";
export { answerCounts, fitBetaBinomial, shrunkenRates } from "../datasets/success-rates.js";
export type { BootstrapIntervals, GroupBootstrap } from "./bootstrap.js";
export { groupBootstrap } from "./bootstrap.js";
export type { CertifyOptions, Recheck } from "./certify.js";
export { certify, formatCertificate, recheck } from "./certify.js";
export type { ClassReport, ClassScores } from "./class-report.js";
export { classReport } from "./class-report.js";
export { fitComparedRouters } from "./compared.js";
export type { ContaminationVerdict } from "./contamination.js";
export {
  contaminationVerdicts,
  refuseContaminated,
  relativeVerdicts,
  verdictsBySplit,
  withoutContaminated,
} from "./contamination.js";
export type { CostCurveOptions, CostPoint } from "./cost-curve.js";
export { averageQuality, costCurve, costHull } from "./cost-curve.js";
export type {
  CrossValidation,
  FitChoosers,
  RepeatedCrossValidation,
} from "./cross-validate.js";
export { crossValidate, crossValidateSeeds } from "./cross-validate.js";
export type {
  BootstrapEstimate,
  DeferralCurve,
  DeferralFigures,
  DeferralOptions,
  ModelPair,
} from "./deferral.js";
export {
  averagePgr,
  callThreshold,
  deferralCurve,
  deferralFigures,
  performanceGapRecovered,
} from "./deferral.js";
export type { FittedEvaluation, SplitEvaluation } from "./evaluate.js";
export { evaluateFitted, evaluateSplit } from "./evaluate.js";
export { formatTable } from "./format.js";
export { formatClassReports } from "./format-classes.js";
export { formatContamination } from "./format-contamination.js";
export { formatLabelNoise } from "./format-label-noise.js";
export { formatPaper } from "./format-paper.js";
export { jointMarks } from "./joint.js";
export type { FittedChooser, FittedVoter, Participant, Votes } from "./judge.js";
export type { LabelNoise, ModelNoise, RankingPower } from "./label-noise.js";
export { effectivePoolSize, labelNoise } from "./label-noise.js";
export type { NetBenefitOptions, NetBenefitPoint } from "./net-benefit.js";
export { netBenefitCurve } from "./net-benefit.js";
export type { PaperBenchmark, PaperRow, PaperRowKind } from "./paper.js";
export { paperFigures } from "./paper.js";
export { fitPaperRouters } from "./paper-routers.js";
export { paretoFront } from "./pareto.js";
export type { Robustness, RobustnessOptions, RobustnessRow } from "./robustness.js";
export { formatRobustness, robustness } from "./robustness.js";
export { chooserOf } from "./routers.js";
export type { OracleFigures } from "./sample-oracles.js";
export { oracleFigures } from "./sample-oracles.js";
export type { Estimate, McNemar } from "./statistics.js";
export {
  detectableGain,
  mcNemar,
  meanMark,
  minimumDetectableEffect,
  pairedDifference,
  wilsonInterval,
} from "./statistics.js";
export { accuracyBySubject } from "./subjects.js";
export type { Evaluation, EvaluationRow, NamedClassReport, RowKind } from "./table.js";
export type { Marks } from "./yardsticks.js";
export {
  bestPerSkill,
  bestSingleModel,
  chosenMarks,
  clusterBoundMarks,
  expectedOracleMarks,
  oracleMarks,
  randomMarks,
  singleMarks,
  upperBoundMarks,
} from "./yardsticks.js";

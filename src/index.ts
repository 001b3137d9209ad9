/** Routing only: loads the native addon and nothing else that is heavy. */

export type { LoadOutcomesOptions } from "./datasets/outcomes.js";
export { loadOutcomes } from "./datasets/outcomes.js";
export type { ErrorCode } from "./errors.js";
export {
  AbortedError,
  ContaminatedLabelsError,
  DeadlineError,
  EngineError,
  EngineExitError,
  EngineUnavailableError,
  InputFileError,
  InvalidArgumentError,
  ModelFileError,
  NativeUnavailableError,
  NoLabelsError,
  NotFittedError,
  OverloadedError,
  PointsmanError,
  RouterFileError,
  StorageError,
  StoreCorruptError,
  StoreMismatchError,
  UnknownModelError,
} from "./errors.js";
export { DenseScaler } from "./features/dense.js";
export { SurfaceVectorizer } from "./features/surface.js";
export type { TfidfVectorizerOptions } from "./features/tfidf.js";
export { TfidfVectorizer } from "./features/tfidf.js";
export type { WordVectorizerOptions } from "./features/word-vectors.js";
export { WordVectorizer } from "./features/word-vectors.js";
export type { AddModelOptions } from "./models/add-model.js";
export { addModel } from "./models/add-model.js";
export type { BlendClassifierOptions } from "./models/blend.js";
export { BlendClassifier } from "./models/blend.js";
export type { CalibrationMethod } from "./models/calibration.js";
export { fitCalibration } from "./models/calibration.js";
export type { BinStrategy, ReliabilityBin } from "./models/calibration-metrics.js";
export {
  brierScore,
  expectedCalibrationError,
  logLoss,
  reliabilityCurve,
} from "./models/calibration-metrics.js";
export type { ClusterClassifierOptions } from "./models/clusters.js";
export { ClusterClassifier } from "./models/clusters.js";
export type { Estimator, FitOptions, LinearHeads } from "./models/estimator.js";
export type { FitGateOptions, FittedGate } from "./models/gate.js";
export { fitGate } from "./models/gate.js";
export type { Batch, MiniBatchKMeansOptions } from "./models/mini-batch.js";
export { MiniBatchKMeans } from "./models/mini-batch.js";
export type { MultiLabelClassifierOptions, MultiLabelFitOptions } from "./models/multi-label.js";
export { MultiLabelClassifier } from "./models/multi-label.js";
export type { NeighborsClassifierOptions } from "./models/neighbors.js";
export { NeighborsClassifier } from "./models/neighbors.js";
export { predictProba } from "./models/predict.js";
export type { SeparateClassifiersOptions } from "./models/separate.js";
export { SeparateClassifiers } from "./models/separate.js";
export type { TransferClassifierOptions } from "./models/transfer.js";
export { TransferClassifier } from "./models/transfer.js";
export { simd } from "./native/addon.js";
export type { KMeansFit, KMeansOptions, NearestCentroids } from "./native/kmeans.js";
export { fitKMeans, nearestCentroids } from "./native/kmeans.js";
export type { Abstention } from "./policies/abstention.js";
export { abstains, fitAbstention } from "./policies/abstention.js";
export { argMax } from "./policies/argmax.js";
export { argMaxAsReleased } from "./policies/argmax-as-released.js";
export type { Gate } from "./policies/gated.js";
export { gated } from "./policies/gated.js";
export type { Policy } from "./policies/policy.js";
export type { FitPredictionOptions, Prediction } from "./policies/prediction.js";
export { fitPrediction, predictionPolicy } from "./policies/prediction.js";
export { predictionAsReleased } from "./policies/prediction-as-released.js";
export { randomOfTop } from "./policies/random.js";
export type { ResidencyAwareOptions } from "./policies/residency-aware.js";
export { residencyAware } from "./policies/residency-aware.js";
export { sortedPredictionAsReleased } from "./policies/sorted-prediction-as-released.js";
export type { UtilityOptions } from "./policies/utility.js";
export { utility } from "./policies/utility.js";
export type { Certificate } from "./router/certificate.js";
export type { DefaultEstimatorOptions } from "./router/default-estimator.js";
export { defaultEstimator } from "./router/default-estimator.js";
export type { Effect, Explanation } from "./router/explain.js";
export type { FitRouterOptions } from "./router/fit.js";
export { fitRouter } from "./router/fit.js";
export type { RouterInfo } from "./router/info.js";
export type { Decision, PlanOptions, RankedModel, RouterOptions } from "./router/router.js";
export { Router } from "./router/router.js";
export type {
  AnswerKind,
  CsrMatrix,
  DenseMatrix,
  ModelLoad,
  OnProgress,
  Outcomes,
  Question,
  ScorerName,
} from "./types.js";

/** Routing only: loads the native addon and nothing else that is heavy. */

export type { LoadOutcomesOptions } from "./datasets/outcomes.js";
export { loadOutcomes } from "./datasets/outcomes.js";
export type { ErrorCode } from "./errors.js";
export {
  AbortedError,
  ContaminatedLabelsError,
  EngineError,
  EngineUnavailableError,
  InputFileError,
  InvalidArgumentError,
  ModelFileError,
  NativeUnavailableError,
  NoLabelsError,
  NotFittedError,
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
export type { ClusterClassifierOptions } from "./models/clusters.js";
export { ClusterClassifier } from "./models/clusters.js";
export type { Estimator, FitOptions, LinearHeads } from "./models/estimator.js";
export type { Batch, MiniBatchKMeansOptions } from "./models/mini-batch.js";
export { MiniBatchKMeans } from "./models/mini-batch.js";
export type { MultiLabelClassifierOptions, MultiLabelFitOptions } from "./models/multi-label.js";
export { MultiLabelClassifier } from "./models/multi-label.js";
export { simd } from "./native/addon.js";
export type { KMeansFit, KMeansOptions, NearestCentroids } from "./native/kmeans.js";
export { fitKMeans, nearestCentroids } from "./native/kmeans.js";
export { argMax } from "./policies/argmax.js";
export type { Policy } from "./policies/policy.js";
export type { Certificate } from "./router/certificate.js";
export type { FitRouterOptions } from "./router/fit.js";
export { fitRouter } from "./router/fit.js";
export type { RouterInfo } from "./router/info.js";
export type { Decision, RankedModel, RouterOptions } from "./router/router.js";
export { Router } from "./router/router.js";
export type { CsrMatrix, DenseMatrix, OnProgress, Outcomes, Question } from "./types.js";

export { type LoadSourcesOptions, loadQuestionSources } from "../datasets/question-source.js";
export { type DryModel, type DryPrompt, type DryRun, dryRun } from "./dry-run.js";
export { type Extract, extractAnswer } from "./extraction/answers.js";
export { compareExtraction, type ExtractionComparison } from "./extraction/compare-extraction.js";
export { extractBoolean } from "./extraction/extract-boolean.js";
export { extractLetter } from "./extraction/extract-letter.js";
export { extractNumber } from "./extraction/extract-number.js";
export { extractText } from "./extraction/extract-text.js";
export { paperAnswer, paperLetter, paperNumber } from "./extraction/paper-extraction.js";
export { type Consensus, consensusOf } from "./labels/consensus.js";
export { type Judged, type JudgeSamplesOptions, judgeSamples } from "./labels/judge-samples.js";
export { type LabelRow, type LabelSource, type Price, pricesOf } from "./labels/label-row.js";
export {
  type LabelOptions,
  labelAnswers,
  type ModelSummary,
  writeOutcomes,
} from "./labels/labels.js";
export { type SamplePoolOptions, samplePool } from "./sampler.js";
export { type RunStatus, type StoredStatus, sampleStatus } from "./status.js";
export { moreAnswers, type StoppingRule } from "./stopping.js";
export { describeRun, type RunInputs } from "./store/describe-run.js";
export { type AnswerSet, loadAnswers, type SampledAnswers } from "./store/load-answers.js";
export type { SampleRecord } from "./store/record.js";
export { readSamples, SampleStore } from "./store/store.js";
export type { ModelStatus } from "./tally.js";
export { type Answer, isStrict, majorityVote } from "./votes.js";

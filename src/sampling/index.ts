export {
  extractAnswer,
  extractLetter,
  extractNumber,
  paperLetter,
  paperNumber,
} from "./answers.js";
export { describeRun, type RunInputs } from "./describe-run.js";
export { type LabelRow, labelAnswers, type ModelSummary, writeOutcomes } from "./labels.js";
export { type AnswerSet, loadAnswers, type SampledAnswers } from "./load-answers.js";
export type { SampleRecord } from "./record.js";
export { type SamplePoolOptions, samplePool } from "./sampler.js";
export { type RunStatus, type StoredStatus, sampleStatus } from "./status.js";
export { moreAnswers, type StoppingRule } from "./stopping.js";
export { readSamples, SampleStore } from "./store.js";
export type { ModelStatus } from "./tally.js";
export { type Answer, majorityVote, strict, successRate } from "./votes.js";

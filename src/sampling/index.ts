export {
  extractAnswer,
  extractLetter,
  extractNumber,
  paperLetter,
  paperNumber,
} from "./answers.js";
export { type LabelRow, labelAnswers, type ModelSummary, writeOutcomes } from "./labels.js";
export { type AnswerSet, loadAnswers, type SampledAnswers } from "./load-answers.js";
export { type SamplePoolOptions, samplePool } from "./sampler.js";
export { moreAnswers, type StoppingRule } from "./stopping.js";
export { readSamples, type SampleRecord } from "./store.js";
export { type Answer, majorityVote, strict, successRate } from "./votes.js";

export {
  extractAnswer,
  extractLetter,
  extractNumber,
  paperLetter,
  paperNumber,
} from "./answers.js";
export {
  type AnswerSet,
  type LabelRow,
  labelAnswers,
  loadAnswers,
  type ModelSummary,
  type SampledAnswers,
  writeOutcomes,
} from "./labels.js";
export { type EngineRoom, type SamplePoolOptions, samplePool } from "./sampler.js";
export { readSamples, type SampleRecord } from "./store.js";
export { type Answer, majorityVote, strict, successRate } from "./votes.js";

export { corpusBleu, sentenceBleu } from "./bleu.js";
export { chrf } from "./chrf.js";
export { type Comparison, compareAll, comparePair, type Judge } from "./judge.js";
export { judgePrompt, type Verdict, verdictOf } from "./judge-prompt.js";
export { rougeL } from "./rouge-l.js";
export { type Scorer, scorerOf, scorers } from "./score.js";
export { exactMatch, normalizeAnswer, tokenF1 } from "./token-f1.js";

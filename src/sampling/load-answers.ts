import { readSamples, type SampleRecord } from "./store.js";
import type { Answer } from "./votes.js";

/** What one model answered to one question. */
export interface AnswerSet {
  readonly answers: readonly Answer[];
  /** Mean seconds of one answer. */
  readonly seconds: number;
}

/** Model -> question id -> answers. */
export type SampledAnswers = ReadonlyMap<string, ReadonlyMap<string, AnswerSet>>;

/** Reads the answers of a run directory, without their texts. */
export async function loadAnswers(runDirectory: string): Promise<SampledAnswers> {
  const answers = new Map<string, Map<string, AnswerSet>>();
  await readSamples(runDirectory, (model, record) => {
    let ofModel = answers.get(model);
    if (ofModel === undefined) {
      ofModel = new Map();
      answers.set(model, ofModel);
    }
    ofModel.set(record.question, answerSet(record));
  });
  return answers;
}

function answerSet({ answers }: SampleRecord): AnswerSet {
  const seconds = answers.reduce((sum, answer) => sum + answer.seconds, 0) / answers.length;
  return { answers: answers.map(({ answer }) => answer), seconds };
}

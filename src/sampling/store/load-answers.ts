import type { Answer } from "../votes.js";
import type { SampleRecord } from "./record.js";
import { readSamples } from "./store.js";

/** What one model answered to one question. */
export interface AnswerSet {
  /** By their index. */
  readonly answers: readonly Answer[];
  /** Mean seconds of one answer. */
  readonly seconds: number;
  /** Mean tokens of the prompt, and of one answer. */
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Model -> question id -> answers. */
export type SampledAnswers = ReadonlyMap<string, ReadonlyMap<string, AnswerSet>>;

interface Sums {
  readonly answers: Answer[];
  seconds: number;
  promptTokens: number;
  completionTokens: number;
}

/**
 * Reads the answers of a run directory, without their texts, also while the run goes on.
 * @param extract takes the answer from a record. Default: the one that was extracted when it was stored.
 * @throws as readSamples.
 */
export async function loadAnswers(
  runDirectory: string,
  extract: (record: SampleRecord) => Answer = ({ answer }) => answer,
): Promise<SampledAnswers> {
  const models = new Map<string, Map<string, Sums>>();
  // A run has few different answers, but JSON.parse makes a new string of each.
  const known = new Map<string, string>();
  await readSamples(runDirectory, (record) => {
    const ofModel = getOr(models, record.model, () => new Map<string, Sums>());
    const sums = getOr(ofModel, record.question, () => ({
      answers: [],
      seconds: 0,
      promptTokens: 0,
      completionTokens: 0,
    }));
    const answer = extract(record);
    sums.answers.push(answer === null ? null : getOr(known, answer, () => answer));
    sums.seconds += record.seconds;
    sums.promptTokens += record.promptTokens;
    sums.completionTokens += record.completionTokens;
  });
  for (const ofModel of models.values()) for (const sums of ofModel.values()) toMeans(sums);
  return models;
}

function toMeans(sums: Sums): void {
  const n = sums.answers.length;
  sums.seconds /= n;
  sums.promptTokens /= n;
  sums.completionTokens /= n;
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

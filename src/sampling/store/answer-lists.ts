import { InvalidArgumentError } from "../../errors.js";
import type { Answer } from "../votes.js";
import { provenanceOf } from "./fingerprints.js";
import type { Manifest } from "./manifest.js";
import { corruptLine, parseRecord, type SampleRecord } from "./record.js";

/** What is there of one model, and what may follow. */
export class AnswerLists {
  readonly lists = new Map<string, Answer[]>();
  readonly #known = new Map<string, string>();
  readonly #settings: string;

  constructor(
    private readonly path: string,
    private readonly model: string,
    private readonly manifest: Manifest,
    private readonly questions?: ReadonlySet<string>,
  ) {
    this.#settings = provenanceOf(manifest.models[model]!).settings;
  }

  /** @throws StoreCorruptError for a line that this run cannot have written. */
  read(line: string, number: number): SampleRecord {
    const record = parseRecord(this.path, number, line);
    const problem = this.#problem(record, this.#count(record.question));
    if (problem !== undefined) throw corruptLine(this.path, number, problem);
    this.#push(record);
    return record;
  }

  add(records: readonly SampleRecord[]): void {
    const counts = new Map<string, number>();
    for (const record of records) {
      const count = counts.get(record.question) ?? this.#count(record.question);
      const problem = this.#problem(record, count);
      if (problem !== undefined)
        throw new InvalidArgumentError(`Cannot keep an answer of "${this.model}": ${problem}.`);
      counts.set(record.question, count + 1);
    }
    for (const record of records) this.#push(record);
  }

  #problem(record: SampleRecord, count: number): string | undefined {
    const { model, question, index, settings } = record;
    if (model !== this.model) return `it is an answer of model "${model}"`;
    if (this.questions?.has(question) === false)
      return `question "${question}" is not one of the run`;
    if (settings !== this.#settings) return "it was sampled with other settings";
    const { n } = this.manifest;
    if (index >= n) return `answer ${index} of question "${question}" is more than the run's ${n}`;
    if (index < count) return `answer ${index} of question "${question}" is already there`;
    return index === count ? undefined : `answer ${count} of question "${question}" is missing`;
  }

  #count(question: string): number {
    return this.lists.get(question)?.length ?? 0;
  }

  #push({ question, answer }: SampleRecord): void {
    const list = this.lists.get(question);
    // A run has few different answers, but JSON.parse makes a new string of each.
    let shared = answer;
    if (answer !== null) {
      shared = this.#known.get(answer) ?? answer;
      this.#known.set(shared, shared);
    }
    if (list === undefined) this.lists.set(question, [shared]);
    else list.push(shared);
  }
}

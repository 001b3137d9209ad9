import { basename } from "node:path";
import { lineError } from "./jsonl.js";

/** One prompt of an outcome file, checked. A model that a map does not name is unknown there. */
export interface OutcomeRow {
  readonly id: string;
  readonly prompt: string;
  readonly task: string | undefined;
  readonly subject: string | undefined;
  readonly split: string | undefined;
  readonly gold: string | undefined;
  readonly scores: ReadonlyMap<string, number>;
  readonly majority: ReadonlyMap<string, number>;
  readonly seconds: ReadonlyMap<string, number>;
  readonly prices: ReadonlyMap<string, number>;
  readonly answers: ReadonlyMap<string, readonly (string | null)[]>;
  /** As long as the list of `answers` of the same model. */
  readonly answerMarks: ReadonlyMap<string, readonly (number | null)[]>;
}

/** Fields that hold one value for each model. */
export const modelFields = [
  "outcomes",
  "majority",
  "latency",
  "cost",
  "samples",
  "sample_correct",
] as const;

/** Shared by all rows without a field: there may be a million of them. */
const nothing: ReadonlyMap<string, unknown> = new Map();

/** @param value a row as JSON has it, see docs/outcomes.md. @throws InputFileError naming file, line and field. */
export function parseRow(value: unknown, file: string, line: number): OutcomeRow {
  const fail = (field: string, expected: string): never => {
    throw lineError(file, line, `Expected ${expected} for "${field}".`);
  };
  const entries = (field: string, of: unknown) =>
    typeof of === "object" && of !== null && !Array.isArray(of)
      ? new Map<string, unknown>(Object.entries(of))
      : fail(field, "an object");
  const fields = entries("the row", value);
  const text = (field: string): string | undefined => {
    const found = fields.get(field) ?? undefined;
    return found === undefined || typeof found === "string" ? found : fail(field, "a string");
  };
  const perModel = <T>(
    field: (typeof modelFields)[number],
    expected: string,
    is: (one: unknown, model: string) => one is T,
  ) => {
    const own = fields.get(field) ?? undefined;
    const found = own === undefined ? nothing : entries(field, own);
    for (const [model, one] of found) {
      if (!is(one, model)) fail(`${field}" of "${model}`, expected);
    }
    return found as ReadonlyMap<string, T>;
  };
  const prompt = text("prompt");
  if (prompt === undefined || prompt.trim() === "") return fail("prompt", "a text");
  const scores = perModel("outcomes", "a number from 0 to 1 (leave an unknown model out)", isScore);
  if (scores.size === 0) return fail("outcomes", "an outcome of at least one model");
  const gold = fields.get("gold");
  const answers = perModel("samples", "a list of strings and nulls", isAnswers);
  return {
    id: text("id") ?? `${basename(file)}:${line}`,
    prompt,
    task: text("task"),
    subject: text("subject"),
    split: text("split"),
    gold: typeof gold === "string" ? gold : undefined,
    scores,
    majority: perModel("majority", "a number from 0 to 1", isScore),
    seconds: perModel("latency", "a number of seconds, 0 or more", isAmount),
    prices: perModel("cost", "a number, 0 or more", isAmount),
    answers,
    answerMarks: perModel(
      "sample_correct",
      'a list of numbers from 0 to 1 and nulls, as long as that of "samples"',
      (one, model): one is readonly (number | null)[] =>
        isAnswerMarks(one) && one.length === answers.get(model)?.length,
    ),
  };
}

function isScore(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && Number.isFinite(value);
}

function isAnswers(value: unknown): value is readonly (string | null)[] {
  return Array.isArray(value) && value.every((one) => one === null || typeof one === "string");
}

function isAnswerMarks(value: unknown): value is readonly (number | null)[] {
  return Array.isArray(value) && value.every((one) => one === null || isScore(one));
}

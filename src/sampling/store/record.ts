import { z } from "zod";
import { StoreCorruptError } from "../../errors.js";

const digest = z.string().regex(/^[0-9a-f]{16}$/, { error: "expected 16 hexadecimal digits" });

const recordSchema = z.strictObject({
  model: z.string(),
  /** Its id. */
  question: z.string(),
  /** Number of the answer among those of this model to this question, from 0. It was drawn with (seed, index). */
  index: z.int().min(0),
  seed: z.int().min(0),
  /** Of the rendered prompt: first 16 hexadecimal digits of its SHA-256. */
  prompt: digest,
  /** Of the model's file, likewise; null where there is none or it was not known yet. */
  modelHash: digest.nullable(),
  /** Of the model's settings in the manifest, likewise. */
  settings: digest,
  text: z.string(),
  /** Extracted from the text; null where it holds none. */
  answer: z.string().nullable(),
  promptTokens: z.int().min(0),
  completionTokens: z.int().min(0),
  seconds: z.number().min(0),
  finishReason: z.enum(["stop", "length"]),
  /** When the answer came, ISO 8601 in UTC. */
  time: z.string(),
});

/** One answer of one model to one question: one line of the model's file, readable without Pointsman. */
export type SampleRecord = Readonly<z.infer<typeof recordSchema>>;

/** @throws StoreCorruptError naming file, line and reason. */
export function parseRecord(path: string, number: number, line: string): SampleRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw corruptLine(path, number, `the line is not JSON (${(cause as Error).message})`, cause);
  }
  const parsed = recordSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = issue.path.join(".") || "the line";
  throw corruptLine(path, number, `${field}: ${issue.message}`, parsed.error);
}

export function corruptLine(
  path: string,
  number: number,
  reason: string,
  cause?: unknown,
): StoreCorruptError {
  const mend =
    "This run did not write the line; restore the file, or cut it off before this line to have the rest sampled again.";
  return new StoreCorruptError(`${path}:${number}: ${reason}. ${mend}`, { cause });
}

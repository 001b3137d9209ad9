import { createHash } from "node:crypto";
import { z } from "zod";
import type { Completion, GenerateOptions, Prompt } from "../execution/engine.js";
import { hashModelFile } from "../execution/pool/model-file.js";
import { isRemote, type PoolModel } from "../execution/pool/pool.js";

/** What coordinator and workers say to each other through Redis. Each side checks what the other one wrote. */
const version = 1;
/** In front of every key in Redis, BullMQ's included. */
export const prefix = "pointsman";

const maxPromptCharacters = 4 * 1024 * 1024;
/** Bytes of one result in Redis, in JSON. */
export const maxResultBytes = 16 * 1024 * 1024;
const maxAnswers = 10_000;

const name = z.string().min(1).max(128);
const text = z.string().max(maxPromptCharacters);

/** What answers depend on and each machine has of its own. All other settings travel in the job. */
const identitySchema = z.strictObject({
  /** Of the model's file, hexadecimal; null for a remote model. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  /** The model's name at its endpoint; null for a local model. */
  remoteModel: z.string().max(1024).nullable(),
  contextSize: z.int().min(1).nullable(),
});
export type Identity = z.infer<typeof identitySchema>;

export const jobSchema = z.strictObject({
  version: z.literal(version),
  model: name,
  identity: identitySchema,
  prompt: z.union([
    text.min(1),
    z
      .array(z.strictObject({ role: z.enum(["system", "user", "assistant"]), content: text }))
      .min(1)
      .max(1024),
  ]),
  n: z.int().min(1).max(maxAnswers),
  options: z.strictObject({
    temperature: z.number().min(0),
    topK: z.int().min(0),
    topP: z.number().gt(0).max(1),
    maxTokens: z.int().min(1).max(1_000_000),
    stop: z.array(z.string().min(1).max(1024)).max(64),
    seed: z.int().min(0),
    first: z.int().min(0),
  }),
});
/** n answers to one prompt, those numbered `first` and on. */
export type JobData = z.infer<typeof jobSchema>;

/** The n answers of a job, in order. */
const resultSchema = z
  .array(
    z.strictObject({
      text: z.string(),
      promptTokens: z.int().min(0),
      completionTokens: z.int().min(0),
      seconds: z.number().min(0),
      finishReason: z.enum(["stop", "length"]),
    }),
  )
  .max(maxAnswers);

const count = z.int().min(0);
const models = z.array(z.strictObject({ name, identity: identitySchema })).max(1024);

/** A run whose coordinator is alive: what it wants, and how far it is. */
export const runSchema = z.strictObject({
  version: z.literal(version),
  pool: name,
  /** (model, question) pairs. */
  done: count,
  total: count,
  /** Models that are being asked; those that are through are not listed. */
  models,
  /** Seconds after which a job of a worker that has gone silent is given to another. */
  takeover: z.number().min(1).max(86_400),
});
export type RunState = z.infer<typeof runSchema>;

export const workerSchema = z.strictObject({
  version: z.literal(version),
  host: z.string().max(256),
  pid: count,
  /** Those that it has. */
  models,
  /** The one that it is at; null where it waits for work. */
  model: name.nullable(),
  /** Since it was started. */
  answers: count,
  tokens: count,
  /** Tokens drawn a second, over the last half minute. */
  tokensPerSecond: z.number().min(0),
});
export type WorkerState = z.infer<typeof workerSchema>;

/** @throws ModelFileError where the pool names no hash and the file is not here to be hashed. */
export async function identityOf(model: PoolModel): Promise<Identity> {
  const remote = isRemote(model);
  return {
    sha256: remote ? null : (model.sha256 ?? (await hashModelFile(model.file))),
    remoteModel: remote ? model.model : null,
    contextSize: model.contextSize ?? null,
  };
}

export function sameIdentity(a: Identity, b: Identity): boolean {
  return (
    a.sha256 === b.sha256 && a.remoteModel === b.remoteModel && a.contextSize === b.contextSize
  );
}

export function newJob(
  model: string,
  identity: Identity,
  prompt: Prompt,
  n: number,
  { temperature, topK, topP, maxTokens, stop, seed, first = 0 }: GenerateOptions,
): JobData {
  const options = { temperature, topK, topP, maxTokens, stop: [...stop], seed, first };
  const kept = typeof prompt === "string" ? prompt : prompt.map((message) => ({ ...message }));
  return { version, model, identity, prompt: kept, n, options };
}

/** The same job always has the same id, so that it can be posted again without harm. */
export function jobId(job: JobData): string {
  return createHash("sha256").update(JSON.stringify(job)).digest("hex").slice(0, 32);
}

/** Each model of a run has a queue of its own: a worker takes only jobs of models that it has. */
export function queueName(run: string, model: string): string {
  return `${run}-${encodeURIComponent(model)}`;
}

export function runState(state: Omit<RunState, "version">): RunState {
  return { version, ...state };
}

export function workerState(state: Omit<WorkerState, "version">): WorkerState {
  return { version, ...state };
}

/** @returns the answers, or what is wrong with them. */
export function readResult(job: JobData, value: unknown): Completion[] | string {
  const parsed = resultSchema.safeParse(value);
  if (!parsed.success) return z.prettifyError(parsed.error);
  if (parsed.data.length === job.n) return parsed.data;
  return `it has ${parsed.data.length} answers instead of ${job.n}`;
}

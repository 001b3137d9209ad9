import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { StoreCorruptError, StoreMismatchError, storageError } from "../errors.js";
import { writeFileAtomic } from "../files.js";
import type { Question } from "../types.js";

const modelSchema = z.strictObject({
  /** Hexadecimal; null where the file could not be read, filled in when it can. */
  sha256: z.string().nullable(),
  kind: z.enum(["base", "chat"]),
  template: z.string().nullable(),
  stop: z.array(z.string()),
  contextSize: z.number().nullable(),
  temperature: z.number(),
  topK: z.number(),
  topP: z.number(),
  maxTokens: z.number(),
});

const manifestSchema = z.strictObject({
  format: z.literal("pointsman-samples"),
  version: z.literal(1),
  pool: z.string(),
  models: z.record(z.string(), modelSchema),
  /** Answers of each model to each question. */
  n: z.int().min(1),
  seed: z.int().min(0),
  questions: z.strictObject({ count: z.int().min(1), sha256: z.string() }),
});

/** What a run directory was made with: everything that an answer depends on. */
export type Manifest = z.infer<typeof manifestSchema>;
export type ModelManifest = z.infer<typeof modelSchema>;

/** Of everything that asking and marking depend on, in order. */
export function questionsFingerprint(questions: readonly Question[]): Manifest["questions"] {
  const hash = createHash("sha256");
  for (const { id, prompt, gold, answer } of questions)
    hash.update(`${JSON.stringify([id, prompt, gold, answer])}\n`);
  return { count: questions.length, sha256: hash.digest("hex") };
}

/** @returns undefined where there is none. @throws StoreCorruptError, StorageError */
export async function readManifest(file: string): Promise<Manifest | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw storageError("read", file, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new StoreCorruptError(`"${file}" is not JSON: ${(cause as Error).message}. ${mend}`, {
      cause,
    });
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new StoreCorruptError(
      `"${file}": ${issue.path.join(".") || "the file"}: ${issue.message}. ${mend}`,
      {
        cause: parsed.error,
      },
    );
  }
  return parsed.data;
}

const mend = "It was not written by this version of Pointsman; choose another run directory.";

/** Atomic: a crash leaves the old manifest or the new one. */
export function writeManifest(file: string, manifest: Manifest): Promise<void> {
  return writeFileAtomic(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * Whether a run may go on in a directory made with another manifest.
 * @returns the manifest to go on with, hashes filled in that were not known before.
 * @throws StoreMismatchError naming every difference.
 */
export function reconcile(directory: string, stored: Manifest, wanted: Manifest): Manifest {
  const differences = [...differencesOf(stored, wanted)];
  if (differences.length > 0) {
    const lines = differences.map((line) => `  ${line}`).join("\n");
    throw new StoreMismatchError(
      `Run directory "${directory}" was made with other inputs:\n${lines}\nGo back to those, or choose another run directory.`,
    );
  }
  const models = Object.entries(stored.models).map(([name, model]) => {
    return [name, { ...model, sha256: model.sha256 ?? wanted.models[name]!.sha256 }] as const;
  });
  return { ...stored, models: Object.fromEntries(models) };
}

function* differencesOf(stored: Manifest, wanted: Manifest): Generator<string> {
  for (const field of ["pool", "n", "seed"] as const) {
    if (stored[field] !== wanted[field])
      yield `${field}: ${stored[field]} there, ${wanted[field]} now`;
  }
  if (stored.questions.count !== wanted.questions.count) {
    yield `questions: ${stored.questions.count} there, ${wanted.questions.count} now`;
  } else if (stored.questions.sha256 !== wanted.questions.sha256) {
    yield "questions: as many, but other ones, other reference answers or another order";
  }
  for (const name of Object.keys(stored.models)) {
    if (!Object.hasOwn(wanted.models, name))
      yield `model "${name}": there, but not in the pool now`;
  }
  for (const [name, model] of Object.entries(wanted.models)) {
    if (!Object.hasOwn(stored.models, name))
      yield `model "${name}": in the pool now, but not there`;
    else yield* modelDifferences(name, stored.models[name]!, model);
  }
}

function* modelDifferences(
  name: string,
  stored: ModelManifest,
  wanted: ModelManifest,
): Generator<string> {
  for (const field of Object.keys(modelSchema.shape) as (keyof ModelManifest)[]) {
    if (field === "sha256" && (stored.sha256 === null || wanted.sha256 === null)) continue;
    const [there, now] = [JSON.stringify(stored[field]), JSON.stringify(wanted[field])];
    if (there !== now) yield `model "${name}", ${field}: ${there} there, ${now} now`;
  }
}

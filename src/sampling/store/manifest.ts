import { readFile } from "node:fs/promises";
import { z } from "zod";
import { StoreCorruptError, StoreMismatchError, storageError } from "../../errors.js";
import { writeFileAtomic } from "../../files.js";

const version = 2;

const modelSchema = z.strictObject({
  /** Of the model's file, hexadecimal; null where there is none, or it could not be read: filled in when it can. */
  sha256: z.string().nullable(),
  /** SHA-256 of all rendered prompts: worked examples, template and style in one. */
  prompts: z.string(),
  kind: z.enum(["base", "chat"]),
  template: z.string().nullable(),
  shots: z.number(),
  stop: z.array(z.string()),
  contextSize: z.number().nullable(),
  /** Of a remote model: base URL, and the model's name there. */
  endpoint: z.string().nullable(),
  remoteModel: z.string().nullable(),
  temperature: z.number(),
  topK: z.number(),
  topP: z.number(),
  maxTokens: z.number(),
});

const stoppingSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("all") }),
  z.strictObject({ kind: z.literal("exact") }),
  z.strictObject({ kind: z.literal("bayes"), error: z.number().gt(0).lt(1) }),
]);

const manifestSchema = z.strictObject({
  format: z.literal("pointsman-samples"),
  version: z.literal(version),
  pool: z.string(),
  models: z.record(z.string(), modelSchema),
  /** Answers of each model to each question; the most, where `stopping` ends votes earlier. */
  n: z.int().min(1),
  seed: z.int().min(0),
  stopping: stoppingSchema,
  /** How many, and SHA-256 of questions.jsonl. */
  questions: z.strictObject({ count: z.int().min(1), sha256: z.string() }),
});

/** What a run directory was made with: everything that an answer depends on. */
export type Manifest = z.infer<typeof manifestSchema>;
export type ModelManifest = z.infer<typeof modelSchema>;

/** @returns undefined where there is none. @throws StoreCorruptError, StoreMismatchError for another version, StorageError */
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
  checkVersion(file, value);
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

/** A run of another version is whole, only not ours to go on with: that is said in other words than damage. */
function checkVersion(file: string, value: unknown): void {
  const found = z
    .object({ format: z.literal("pointsman-samples"), version: z.int() })
    .safeParse(value).data?.version;
  if (found === undefined || found === version) return;
  throw new StoreMismatchError(
    found < version
      ? `"${file}" is of version ${found}, which kept one line a question; this Pointsman keeps one line an answer (version ${version}). Its outcomes.jsonl stays usable; sample into another run directory, or delete this one.`
      : `"${file}" is of version ${found}; this Pointsman knows versions up to ${version}. Update Pointsman.`,
  );
}

/** Atomic: a crash leaves the old manifest or the new one. */
export function writeManifest(file: string, manifest: Manifest): Promise<void> {
  return writeFileAtomic(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { InputFileError, storageError } from "../errors.js";
import type { Prompt, SamplerSettings } from "./engine.js";

export interface PoolModel {
  readonly name: string;
  /** Absolute path of the GGUF file. */
  readonly file: string;
  /** Lower-case hexadecimal; checked before the file is loaded. */
  readonly sha256?: string;
  /** A chat model is asked through the chat template in its file. */
  readonly kind: "base" | "chat";
  /** Text around a question, with `{prompt}` where it goes. */
  readonly template?: string;
  readonly stop: readonly string[];
  /** Tokens of prompt and answer together. Default: what the model was trained for, at most 4096. */
  readonly contextSize?: number;
  readonly sampling: Omit<SamplerSettings, "stop">;
}

export interface Pool {
  readonly name: string;
  readonly models: readonly PoolModel[];
}

/** Where a pool file gives none: the paper's temperature and length, with llama.cpp's top-k and top-p. */
const defaultSampling = { temperature: 0.7, topK: 40, topP: 0.95, maxTokens: 750 };

const maxPoolBytes = 16 * 1024 * 1024;
const name = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@|+/:-]{0,127}$/u, {
  error: 'expected 1 to 128 letters, digits and " ._@|+/:-", beginning with a letter or digit',
});
const template = z.string().refine((text) => text.includes("{prompt}"), {
  error: 'expected a text with "{prompt}" where the question goes',
});

const modelSchema = z.strictObject({
  name,
  file: z.string().min(1),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, { error: "expected 64 hexadecimal digits" })
    .toLowerCase()
    .optional(),
  kind: z.enum(["base", "chat"]),
  template: template.optional(),
  stop: z.array(z.string().min(1)).max(64).default([]),
  contextSize: z.int().min(8).max(16_777_216).optional(),
  sampling: z
    .strictObject({
      temperature: z.number().min(0).max(100),
      topK: z.int().min(0),
      topP: z.number().gt(0).max(1),
      maxTokens: z.int().min(1).max(1_000_000),
    })
    .default(defaultSampling),
});

const poolSchema = z.strictObject({
  name,
  models: z
    .array(modelSchema)
    .min(1)
    .max(1024)
    .superRefine((models, context) => {
      const seen = new Map<string, number>();
      for (const [index, model] of models.entries()) {
        // Names become file names, and some file systems take "A" and "a" for the same.
        const key = model.name.toLowerCase();
        const first = seen.get(key);
        if (first === undefined) seen.set(key, index);
        else {
          const message = `"${model.name}" is also the name of models[${first}]. Give each model its own name.`;
          context.addIssue({ code: "custom", path: [index, "name"], message });
        }
      }
    }),
});

/**
 * Reads a pool file, JSON: `{ name, models: [{ name, file, sha256?, kind, template?, stop?, contextSize?, sampling? }] }`
 * with `file` relative to the pool file. Model files are not looked at.
 * @throws InputFileError naming every wrong, missing or unknown field, StorageError.
 */
export async function loadPool(file: string): Promise<Pool> {
  const text = await readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InputFileError(`Pool file "${file}" is not JSON: ${(cause as Error).message}.`, {
      cause,
    });
  }
  const parsed = poolSchema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `  ${fieldName(issue.path)}: ${issue.message}`,
    );
    throw new InputFileError(`Pool file "${file}" is not usable:\n${problems.join("\n")}`, {
      cause: parsed.error,
    });
  }
  const directory = dirname(resolve(file));
  const models = parsed.data.models.map(({ sha256, template, contextSize, ...model }) => ({
    ...model,
    file: resolve(directory, model.file),
    ...(sha256 !== undefined && { sha256 }),
    ...(template !== undefined && { template }),
    ...(contextSize !== undefined && { contextSize }),
  }));
  return { name: parsed.data.name, models };
}

/** What a model of the pool is asked for a question. */
export function renderPrompt(
  model: Pick<PoolModel, "kind" | "template">,
  question: string,
): Prompt {
  const content = (model.template ?? "{prompt}").replaceAll("{prompt}", () => question);
  return model.kind === "chat" ? [{ role: "user", content }] : content;
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > maxPoolBytes) {
      throw new InputFileError(
        `Pool file "${file}" has ${size} bytes, at most ${maxPoolBytes} are accepted.`,
      );
    }
    return (await readFile(file, "utf8")).replace(/^\uFEFF/, "");
  } catch (error) {
    throw error instanceof InputFileError ? error : storageError("read", file, error);
  }
}

function fieldName(path: readonly PropertyKey[]): string {
  const field = path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("");
  return field === "" ? "the file" : field.replace(/^\./, "");
}

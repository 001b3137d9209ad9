import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { InputFileError, storageError } from "../errors.js";
import type { SamplerSettings } from "./engine.js";

interface CommonModel {
  readonly name: string;
  /** A chat model is asked through its chat template. */
  readonly kind: "base" | "chat";
  /** Text around a question, with `{prompt}` where it goes. */
  readonly template?: string;
  /** Worked examples in front of a question whose kind of answer is known. */
  readonly shots: number;
  readonly stop: readonly string[];
  /** Tokens of prompt and answer together. Default: what the model was trained for, at most 4096. */
  readonly contextSize?: number;
  readonly sampling: Omit<SamplerSettings, "stop">;
  /** Of a million tokens, in whatever currency the pool counts. */
  readonly price?: { readonly prompt: number; readonly completion: number };
}

/** A GGUF file on this machine, run by llama.cpp. */
export interface LocalModel extends CommonModel {
  /** Absolute path of the GGUF file. */
  readonly file: string;
  /** Lower-case hexadecimal; checked before the file is loaded. */
  readonly sha256?: string;
  /** Where `pointsman pool pull` gets the file: `hf:user/repository/file.gguf`, `hf:user/repository:quant` or https. */
  readonly source?: string;
}

/** A model behind an OpenAI-compatible endpoint: vLLM, llama.cpp's server, Ollama. */
export interface RemoteModel extends CommonModel {
  /** Base URL, e.g. "http://127.0.0.1:8000/v1". */
  readonly endpoint: string;
  /** The model's name there. */
  readonly model: string;
  /** Environment variable that holds the API key. Keys themselves never stand in a pool file. */
  readonly apiKeyEnv?: string;
}

export type PoolModel = LocalModel | RemoteModel;

export function isRemote(model: PoolModel): model is RemoteModel {
  return "endpoint" in model;
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

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, { error: "expected 64 hexadecimal digits" })
  .toLowerCase();
const price = z.number().min(0);

const modelSchema = z
  .strictObject({
    name,
    file: z.string().min(1).optional(),
    sha256: sha256.optional(),
    source: z.string().min(1).optional(),
    endpoint: z.url({ protocol: /^https?$/ }).optional(),
    model: z.string().min(1).optional(),
    apiKeyEnv: z.string().min(1).optional(),
    kind: z.enum(["base", "chat"]),
    template: template.optional(),
    shots: z.int().min(0).max(16).default(0),
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
    price: z.strictObject({ prompt: price, completion: price }).optional(),
  })
  .superRefine((model, context) => {
    const local = model.file !== undefined;
    const remote = model.endpoint !== undefined && model.model !== undefined;
    const message = 'expected either "file", or "endpoint" and "model"';
    if (local === (model.endpoint !== undefined) || (!local && !remote))
      context.addIssue({ code: "custom", message });
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
  return { name: parsed.data.name, models: parsed.data.models.map((m) => toModel(m, directory)) };
}

/** Undefined fields are left out, so that a model is equal to another of the same file. */
function toModel(parsed: z.infer<typeof modelSchema>, directory: string): PoolModel {
  const given = Object.entries(parsed).filter(([, value]) => value !== undefined);
  const model = Object.fromEntries(given) as unknown as PoolModel;
  return isRemote(model) ? model : { ...model, file: resolve(directory, model.file) };
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

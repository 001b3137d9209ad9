import { z } from "zod";
import { fileNameOf, sourcePattern } from "./source.js";

/** Where a pool file gives none: the paper's temperature and length, with llama.cpp's top-k and top-p. */
const samplingSchema = z.strictObject({
  temperature: z.number().min(0).max(100).default(0.7).describe("0 = always the likeliest token"),
  topK: z.int().min(0).default(40).describe("draw from the k likeliest tokens; 0 = from all"),
  topP: z
    .number()
    .gt(0)
    .max(1)
    .default(0.95)
    .describe("smallest set with this probability; 1 = off"),
  maxTokens: z.int().min(1).max(1_000_000).default(750).describe("most tokens of one answer"),
});

const name = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@|+/:-]{0,127}$/u, {
  error: 'expected 1 to 128 letters, digits and " ._@|+/:-", beginning with a letter or digit',
});
const sha256 = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, { error: "expected 64 hexadecimal digits" })
  .toLowerCase();
const price = z.number().min(0);

const common = {
  name: name.describe("unique in the pool; routers, runs and outcome files name the model so"),
  kind: z.enum(["base", "chat"]).describe("a chat model is asked through its chat template"),
  template: z
    .string()
    .refine((text) => text.includes("{prompt}"), {
      error: 'expected a text with "{prompt}" where the question goes',
    })
    .optional()
    .describe("text around a question, with {prompt} where it goes"),
  shots: z.int().min(0).max(16).default(0).describe("worked examples in front of a question"),
  stop: z.array(z.string().min(1)).max(64).default([]).describe("texts that end an answer"),
  contextSize: z
    .int()
    .min(8)
    .max(16_777_216)
    .optional()
    .describe("tokens of prompt and answer; default: as trained, at most 4096"),
  sampling: samplingSchema.prefault({}),
  price: z
    .strictObject({ prompt: price, completion: price })
    .optional()
    .describe("of a million tokens, in whatever currency the pool counts"),
};

const localSchema = z
  .strictObject({
    ...common,
    file: z.string().min(1).optional().describe("GGUF file, relative to the pool file"),
    source: z
      .string()
      .max(2048)
      .regex(sourcePattern, {
        error:
          "expected hf:user/repository/file.gguf, hf:user/repository:QUANT or the URL of a .gguf file",
      })
      .optional()
      .describe("where `pointsman pool pull` gets the file"),
    sha256: sha256.optional().describe("of the file; checked before it is loaded"),
    bytes: z.int().min(1).optional().describe("size of the file, may be approximate"),
    licence: z.string().min(1).optional(),
    quantisation: z.string().min(1).optional().describe("e.g. Q4_K_M"),
  })
  .refine((model) => model.file !== undefined || model.source !== undefined, {
    error: 'expected "file" or "source" or both',
  })
  .meta({ title: "local model", anyOf: [{ required: ["file"] }, { required: ["source"] }] });

const remoteSchema = z
  .strictObject({
    ...common,
    endpoint: z
      .url({ protocol: /^https?$/, error: "expected a URL, e.g. http://127.0.0.1:8000/v1" })
      .refine((url) => !/^https?:\/\/[^/]*@/i.test(url), {
        error: 'expected no user or password. Name an environment variable in "apiKeyEnv" instead.',
      })
      .describe("base URL of an OpenAI-compatible API"),
    model: z.string().min(1).describe("the model's name there"),
    apiKeyEnv: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
        error: "expected the name of an environment variable, never the key itself",
      })
      .optional()
      .describe("environment variable that holds the API key"),
    retries: z
      .int()
      .min(0)
      .max(20)
      .optional()
      .describe("attempts after one that failed in a way that may pass, default 5 (half a minute)"),
    timeoutSeconds: z
      .number()
      .gt(0)
      .max(86_400)
      .optional()
      .describe("most seconds of one answer, default 600"),
  })
  .meta({ title: "remote model" });

type ModelFields = z.infer<typeof localSchema> | z.infer<typeof remoteSchema>;

const localFields = ["file", "source", "sha256", "bytes", "licence", "quantisation"];
const remoteFields = ["endpoint", "model", "apiKeyEnv", "retries", "timeoutSeconds"];

/** Checked as what its fields show it to be: the problems of a union would be those of either kind, or of neither. */
const modelSchema = z.record(z.string(), z.unknown()).transform((fields, context): ModelFields => {
  const local = localFields.some((field) => field in fields);
  if (local === remoteFields.some((field) => field in fields)) {
    const message =
      'expected either "file" or "source" (a local model), or "endpoint" and "model" (a remote one)';
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  }
  const parsed = (local ? localSchema : remoteSchema).safeParse(fields);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) {
    context.addIssue({ code: "custom", path, message });
  }
  return z.NEVER;
});

const poolOf = <Model extends z.ZodType<ModelFields>>(model: Model) =>
  z
    .strictObject({
      $schema: z.string().optional().describe("the JSON schema, for editors"),
      name,
      directory: z
        .string()
        .min(1)
        .optional()
        .describe("where files of models with only a source lie; relative to the pool file"),
      models: z.array(model).min(1).max(1024).superRefine(checkTogether),
    })
    .meta({ title: "Pointsman pool" });

export type PoolFields = z.infer<ReturnType<typeof poolOf>>;

/** More than this many lines help nobody. */
const mostProblems = 20;

/**
 * Checks what a pool file holds.
 * @returns its fields with defaults filled in, or its problems, a line each: `models[2].kind: ...`.
 */
export function parseFields(value: unknown): PoolFields | string[] {
  const parsed = poolOf(modelSchema).safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${fieldName(path)}: ${message}`);
  const rest = problems.length - mostProblems;
  return rest > 0 ? [...problems.slice(0, mostProblems), `and ${rest} more`] : problems;
}

/** The JSON schema of pool files, for editors. It cannot say that names differ. */
export function poolJsonSchema(): unknown {
  const schema = poolOf(z.union([localSchema, remoteSchema]));
  return z.toJSONSchema(schema, { io: "input", target: "draft-7" });
}

function fieldName(path: readonly PropertyKey[]): string {
  const field = path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("");
  return field === "" ? "the file" : field.replace(/^\./, "");
}

/** Names become file names, and some file systems take "A" and "a" for the same. */
function checkTogether(models: readonly ModelFields[], context: z.RefinementCtx): void {
  const names = new Map<string, number>();
  const files = new Map<string, number>();
  for (const [index, model] of models.entries()) {
    const sameName = firstWith(names, model.name, index);
    if (sameName !== undefined) {
      const message = `"${model.name}" is also the name of models[${sameName}]. Give each model its own name.`;
      context.addIssue({ code: "custom", path: [index, "name"], message });
    }
    if (!("source" in model) || model.source === undefined || model.file !== undefined) continue;
    const file = fileNameOf(model.source);
    const first = firstWith(files, file, index);
    const other = first === undefined ? undefined : models[first];
    if (other !== undefined && "source" in other && other.source !== model.source) {
      const message = `its file "${file}" is also that of models[${first}]. Give one of them a "file" of another name.`;
      context.addIssue({ code: "custom", path: [index, "source"], message });
    }
  }
}

function firstWith(seen: Map<string, number>, text: string, index: number): number | undefined {
  const key = text.toLowerCase();
  const first = seen.get(key);
  if (first === undefined) seen.set(key, index);
  return first;
}

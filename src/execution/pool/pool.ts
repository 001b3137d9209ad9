import { dirname, join, resolve } from "node:path";
import { InputFileError } from "../../errors.js";
import type { SamplerSettings } from "../engine.js";
import { readPoolFile } from "./file.js";
import { type PoolPlace, placeOf } from "./names.js";
import { type PoolFields, parseFields } from "./schema.js";
import { fileNameOf } from "./source.js";

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
  /** Where `pointsman pool pull` gets the file: `hf:user/repository/file.gguf`, `hf:user/repository:QUANT` or a URL. */
  readonly source?: string;
  /** Size of the file, may be approximate. */
  readonly bytes?: number;
  readonly licence?: string;
  /** e.g. "Q4_K_M". */
  readonly quantisation?: string;
}

/** A model behind an OpenAI-compatible endpoint: vLLM, llama.cpp's server, Ollama. */
export interface RemoteModel extends CommonModel {
  /** Base URL, e.g. "http://127.0.0.1:8000/v1". */
  readonly endpoint: string;
  /** The model's name there. */
  readonly model: string;
  /** Environment variable that holds the API key. Keys themselves never stand in a pool file. */
  readonly apiKeyEnv?: string;
  /** Attempts after a request that failed in a way that may pass. Default 5: half a minute. */
  readonly retries?: number;
  /** Most seconds of one answer. Default 600. */
  readonly timeoutSeconds?: number;
}

export type PoolModel = LocalModel | RemoteModel;

export function isRemote(model: PoolModel): model is RemoteModel {
  return "endpoint" in model;
}

export interface Pool {
  readonly name: string;
  readonly models: readonly PoolModel[];
}

/** Model -> SHA-256 of its file, where the pool names it. */
export function hashesOf({ models }: Pool): Record<string, string> {
  return Object.fromEntries(
    models.flatMap((m) => (!isRemote(m) && m.sha256 ? [[m.name, m.sha256]] : [])),
  );
}

/**
 * Reads a pool, YAML or JSON; docs/pools.md lists the fields. Model files are not looked at.
 * @param nameOrFile "toy", "paper" or the path of a pool file; its `file`s are relative to it.
 * @throws InputFileError naming every wrong, missing or unknown field, StorageError.
 */
export async function loadPool(nameOrFile: string): Promise<Pool> {
  const place = placeOf(nameOrFile);
  const { value } = await readPoolFile(place.file);
  return toPool(checkFields(value, place.file), place);
}

/** @throws InputFileError naming every wrong, missing or unknown field. */
export function checkFields(value: unknown, file: string): PoolFields {
  const fields = parseFields(value);
  if (!Array.isArray(fields)) return fields;
  const problems = fields.map((problem) => `  ${problem}`).join("\n");
  throw new InputFileError(`Pool file "${file}" is not usable:\n${problems}`);
}

function toPool({ name, directory, models }: PoolFields, place: PoolPlace): Pool {
  const beside = dirname(resolve(place.file));
  const pulled = directory === undefined ? place.directory : resolve(beside, directory);
  return { name, models: models.map((model) => toModel(model, beside, pulled)) };
}

/** Undefined fields are left out, so that a model is equal to another of the same file. */
function toModel(fields: PoolFields["models"][number], beside: string, pulled: string): PoolModel {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  const model = Object.fromEntries(given) as unknown as PoolModel;
  if (isRemote(model)) return model;
  const { file, source } = model as { file?: string; source?: string };
  const path = file === undefined ? join(pulled, fileNameOf(source!)) : resolve(beside, file);
  return { ...model, file: path };
}

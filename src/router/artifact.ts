import { constants, open } from "node:fs/promises";
import { z } from "zod";
import { RouterFileError, storageError } from "../errors.js";
import type { TfidfState } from "../features/tfidf.js";
import type { FeatureState } from "../features/union.js";
import type { LinearHeads } from "../models/estimator.js";
import {
  type CompileOptions,
  compileTerms,
  openRouter,
  type RouterHandle,
  readRouter,
} from "../native/router.js";
import { foldHeads } from "./fold.js";
import { infoSchema, type RouterInfo } from "./info.js";
import { partTensors } from "./parts.js";
import { encodeSafetensors, type Tensor } from "./safetensors.js";

/** All that a router is made of. */
export interface RouterParts {
  readonly info: RouterInfo;
  readonly features: FeatureState;
  readonly heads: LinearHeads;
}

/** A router file that is in use. */
export interface OpenRouter {
  readonly info: RouterInfo;
  readonly file: RouterHandle;
}

const format = "pointsman-router";
const version = "3";

/** The bytes of a router file; the same parts give the same bytes. docs/router-file.md has the layout. */
export async function encodeRouter({ info, features, heads }: RouterParts): Promise<Uint8Array> {
  const folded = foldHeads(features, heads);
  const columns = heads.bias.length;
  const table = (data: Float32Array, width = columns): Tensor => ({
    shape: [data.length / width, width],
    data,
  });
  const tensors = new Map<string, Tensor>([
    ["heads.bias", list(folded.bias)],
    ["terms.idf", list(features.terms.idf)],
    ...(await compiled("terms", { ...features.terms, weights: folded.terms, heads: columns })),
  ]);
  for (const [name, tensor] of partTensors(heads, info.models.length)) tensors.set(name, tensor);
  if (features.surface !== undefined && folded.surface !== undefined) {
    tensors.set("surface.weights", table(folded.surface));
    tensors.set("surface.means", list(Float32Array.from(features.surface.mean)));
  }
  if (folded.embedding !== undefined) tensors.set("embedding.weights", table(folded.embedding));
  if (features.wordVectors !== undefined && folded.vectors !== undefined) {
    const { terms, offsets } = features.wordVectors;
    const idf = new Float32Array(offsets.length - 1).fill(1);
    const words = { terms, offsets, idf, weights: folded.vectors, heads: columns };
    for (const [name, tensor] of await compiled("vectors", words)) tensors.set(name, tensor);
  }
  const config = configOf(features.terms);
  return encodeSafetensors(tensors, {
    format,
    version,
    features: config,
    router: JSON.stringify(info),
  });
}

/** The tensors of a block of terms. */
async function compiled(block: string, options: CompileOptions): Promise<[string, Tensor][]> {
  const { multipliers, tags, rows, scales } = await compileTerms(options);
  const stride = scales.length;
  return [
    [`${block}.scales`, list(scales)],
    [`${block}.rows`, { shape: [rows.length / stride, stride], data: rows }],
    ...("terms" in options
      ? ([
          [`${block}.tags`, list(tags)],
          [`${block}.multipliers`, list(multipliers)],
          [`${block}.offsets`, list(options.offsets)],
          [`${block}.text`, list(options.terms)],
        ] as [string, Tensor][])
      : []),
  ];
}

/** @throws RouterFileError for a file that is not a router of this version; StorageError when it cannot be read. */
export async function loadRouter(path: string): Promise<OpenRouter> {
  try {
    // For the error: the native side knows numbers only.
    await readOneByte(path);
  } catch (error) {
    throw storageError("read the router file", path, error);
  }
  return checked(() => openRouter(path), path);
}

/** Fails where mapping the file would, as a folder can be opened but not read. A pipe does not hold it up. */
async function readOneByte(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    await file.read(new Uint8Array(1), 0, 1);
  } finally {
    await file.close();
  }
}

/** The same for bytes in memory. */
export function routerFromBytes(bytes: Uint8Array): Promise<OpenRouter> {
  return checked(async () => readRouter(bytes), "router in memory");
}

async function checked(read: () => Promise<RouterHandle>, source: string): Promise<OpenRouter> {
  let file: RouterHandle;
  try {
    file = await read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RouterFileError(`"${source}" is not a usable router file: ${reason}.`, { cause });
  }
  return { file, info: parseInfo(file, source) };
}

function list(data: Tensor["data"]): Tensor {
  return { shape: [data.length], data };
}

function configOf(features: TfidfState): string {
  return JSON.stringify({
    token_pattern: features.tokenPattern,
    words: features.ngramRange,
    ...(features.charNgramRange === undefined ? {} : { chars: features.charNgramRange }),
    ...("hashBits" in features ? { hash_bits: features.hashBits } : {}),
    sublinear_tf: features.sublinearTf,
    norm: features.norm,
  });
}

function parseInfo(file: RouterHandle, source: string): RouterInfo {
  const fail = (reason: string): never => {
    throw new RouterFileError(`"${source}" holds a damaged router description: ${reason}.`);
  };
  let json: unknown;
  try {
    json = JSON.parse(file.info);
  } catch {
    fail("it is not JSON");
  }
  const result = infoSchema.safeParse(json);
  if (!result.success) return fail(z.prettifyError(result.error));
  const { models, fallback, training } = result.data;
  if (models.length !== file.models)
    fail(`it names ${models.length} models and scores ${file.models}`);
  if (fallback >= models.length) fail(`fallback ${fallback} is not one of ${models.length} models`);
  if (training.meanMarks.length !== models.length) {
    fail(`it has ${training.meanMarks.length} mean marks for ${models.length} models`);
  }
  if (new Set(models.map((model) => model.name)).size !== models.length) {
    fail("a model name stands there twice");
  }
  const voters = result.data.vote?.weights.models;
  if (voters !== undefined && voters.join("\n") !== models.map(({ name }) => name).join("\n")) {
    fail(`it has votes of other models (${voters.join(", ")})`);
  }
  return result.data;
}

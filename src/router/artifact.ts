import { readFile } from "node:fs/promises";
import { z } from "zod";
import { RouterFileError, storageError } from "../errors.js";
import type { TfidfState } from "../features/tfidf.js";
import { writeFileAtomic } from "../files.js";
import type { LinearHeads } from "../models/estimator.js";
import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsFile,
  type Tensor,
} from "./safetensors.js";

/** All that a router is: what it saves and what it loads. */
export interface RouterParts {
  readonly info: RouterInfo;
  readonly features: TfidfState;
  readonly heads: LinearHeads;
}

const infoSchema = z.strictObject({
  /** Pool members in the order of the scores. */
  models: z
    .array(z.strictObject({ name: z.string().min(1), sha256: z.string().optional() }))
    .min(1),
  /** Index of the best single model on the training data: taken where a prompt says nothing that is known. */
  fallback: z.int().nonnegative(),
  estimator: z.string(),
  ngramRange: z.tuple([z.int().min(1).max(3), z.int().min(1).max(3)]),
  sublinearTf: z.boolean(),
  training: z.strictObject({
    /** SHA-256 over prompts, models and scores. */
    fingerprint: z.string(),
    prompts: z.int().nonnegative(),
    /** Mean mark of each model on the training data, in the order of `models`; null where none was known. */
    meanMarks: z.array(z.number().min(0).max(1).nullable()),
  }),
});

/** What a router says of itself. */
export type RouterInfo = z.infer<typeof infoSchema>;

const format = "pointsman-router";
const version = "1";

/** The same router gives the same bytes. The file appears whole or not at all. */
export async function saveRouter(file: string, parts: RouterParts): Promise<void> {
  await writeFileAtomic(file, encodeRouter(parts));
}

/** @throws RouterFileError for a file that is not a router of this version; StorageError when it cannot be read. */
export async function loadRouter(file: string): Promise<RouterParts> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw storageError("read the router file", file, error);
  }
  return decodeRouter(bytes, file);
}

function encodeRouter({ info, features, heads }: RouterParts): Uint8Array {
  const terms = features.idf.length;
  const columns = heads.bias.length;
  const tensors = new Map<string, Tensor>([
    ["heads.weights", { shape: [terms, columns], data: heads.weights }],
    ["heads.bias", { shape: [columns], data: heads.bias }],
    ["features.idf", { shape: [terms], data: features.idf }],
    ["features.offsets", { shape: [terms + 1], data: features.offsets }],
  ]);
  if (heads.rates !== undefined) {
    tensors.set("heads.rates", { shape: [columns, info.models.length], data: heads.rates });
  }
  tensors.set("features.terms", { shape: [features.terms.length], data: features.terms });
  return encodeSafetensors({
    tensors,
    metadata: { format, version, router: JSON.stringify(info) },
  });
}

function decodeRouter(bytes: Uint8Array, source: string): RouterParts {
  const file = decodeSafetensors(bytes, source);
  const info = parseInfo(file, source);
  const read = new TensorReader(file, source);
  const idf = read.floats("features.idf", [undefined]);
  const terms = idf.length;
  const bias = read.floats("heads.bias", [undefined]);
  const hasRates = file.tensors.has("heads.rates");
  const parts: RouterParts = {
    info,
    features: {
      ngramRange: info.ngramRange,
      sublinearTf: info.sublinearTf,
      terms: read.bytes("features.terms"),
      offsets: read.integers("features.offsets", [terms + 1]),
      idf,
    },
    heads: {
      weights: read.floats("heads.weights", [terms, bias.length]),
      bias,
      ...(hasRates ? { rates: read.floats("heads.rates", [bias.length, info.models.length]) } : {}),
    },
  };
  checkConsistency(parts, read);
  return parts;
}

function parseInfo({ metadata }: SafetensorsFile, source: string): RouterInfo {
  if (metadata.format !== format) {
    throw new RouterFileError(`"${source}" is a safetensors file but not a Pointsman router.`);
  }
  if (metadata.version !== version) {
    throw new RouterFileError(
      `"${source}" is a router file of version ${metadata.version}; this Pointsman reads version ${version}. ` +
        "Train the router again, or use the Pointsman that made it.",
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(metadata.router ?? "");
  } catch {
    throw new RouterFileError(
      `"${source}" holds a router description that is not JSON; it is damaged.`,
    );
  }
  const result = infoSchema.safeParse(json);
  if (!result.success) {
    throw new RouterFileError(
      `"${source}" holds a damaged router description. ${z.prettifyError(result.error)}`,
    );
  }
  return result.data;
}

function checkConsistency({ info, features, heads }: RouterParts, read: TensorReader): void {
  const models = info.models.length;
  if (info.fallback >= models)
    read.fail(`fallback ${info.fallback} is not one of ${models} models`);
  if (info.training.meanMarks.length !== models) {
    read.fail(`it has ${info.training.meanMarks.length} mean marks for ${models} models`);
  }
  if (new Set(info.models.map((m) => m.name)).size !== models)
    read.fail("a model name stands there twice");
  if (info.ngramRange[0] > info.ngramRange[1])
    read.fail(`ngramRange [${info.ngramRange}] does not ascend`);
  if (heads.rates === undefined && heads.bias.length !== models) {
    read.fail(`it has ${heads.bias.length} heads for ${models} models`);
  }
  const { offsets, terms } = features;
  for (let i = 1; i < offsets.length; i++) {
    if (offsets[i]! <= offsets[i - 1]!)
      read.fail(`term ${i - 1} of the vocabulary is empty or out of place`);
  }
  if (offsets[0] !== 0 || offsets.at(-1) !== terms.length) {
    read.fail(`its vocabulary spans ${offsets[0]}..${offsets.at(-1)} of ${terms.length} bytes`);
  }
}

/** Fetches tensors by name, with dtype, shape and values checked. */
class TensorReader {
  constructor(
    private readonly file: SafetensorsFile,
    private readonly source: string,
  ) {}

  fail(reason: string): never {
    throw new RouterFileError(`"${this.source}" is not a usable router file: ${reason}.`);
  }

  /** @param shape expected; undefined = any size. */
  floats(name: string, shape: readonly (number | undefined)[]): Float32Array {
    const { data } = this.tensor(name, shape);
    if (!(data instanceof Float32Array)) return this.fail(`tensor "${name}" is not F32`);
    const bad = data.findIndex((x) => !Number.isFinite(x));
    if (bad >= 0) this.fail(`tensor "${name}" holds ${data[bad]} at element ${bad}`);
    return data;
  }

  integers(name: string, shape: readonly (number | undefined)[]): Uint32Array {
    const { data } = this.tensor(name, shape);
    return data instanceof Uint32Array ? data : this.fail(`tensor "${name}" is not U32`);
  }

  bytes(name: string): Uint8Array {
    const { data } = this.tensor(name, [undefined]);
    return data instanceof Uint8Array ? data : this.fail(`tensor "${name}" is not U8`);
  }

  private tensor(name: string, shape: readonly (number | undefined)[]): Tensor {
    const tensor = this.file.tensors.get(name) ?? this.fail(`tensor "${name}" is missing`);
    const matches =
      tensor.shape.length === shape.length &&
      shape.every((size, i) => size === undefined || size === tensor.shape[i]);
    if (!matches) {
      this.fail(
        `tensor "${name}" has shape [${tensor.shape}] where [${shape.map((s) => s ?? "any")}] is needed`,
      );
    }
    return tensor;
  }
}

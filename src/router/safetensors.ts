import { RouterFileError } from "../errors.js";

/**
 * The safetensors format: u64 header length (little-endian), JSON header, tensor data without holes.
 * https://github.com/huggingface/safetensors
 */
export type Tensor =
  | { readonly shape: readonly number[]; readonly data: Uint8Array }
  | { readonly shape: readonly number[]; readonly data: Uint32Array }
  | { readonly shape: readonly number[]; readonly data: Float32Array };

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Text by key; goes under `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
}

const dtypes = { U8: Uint8Array, U32: Uint32Array, F32: Float32Array } as const;
type DType = keyof typeof dtypes;

/** The data begins at a multiple of this many bytes, so that every tensor can be viewed in place. */
const alignment = 64;
/** The format's own limit. */
const maxHeaderBytes = 100_000_000;

/** Tensors lie in the order given, which must have the widest elements first; nothing else varies. */
export function encodeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { data, shape }] of tensors) {
    const begin = end;
    end += data.byteLength;
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [begin, end] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const dataStart = Math.ceil((8 + json.length) / alignment) * alignment;
  const file = Buffer.alloc(dataStart + end, 0x20);
  file.writeBigUInt64LE(BigInt(dataStart - 8));
  json.copy(file, 8);
  let position = dataStart;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

/**
 * Views into `file`, every offset and size checked; tensors are copied only where they are misaligned.
 * @param source name for error texts.
 * @throws RouterFileError that says what is wrong.
 */
export function decodeSafetensors(file: Uint8Array, source: string): SafetensorsFile {
  const fail = (reason: string): never => {
    throw new RouterFileError(`"${source}" is not a usable safetensors file: ${reason}.`);
  };
  if (file.byteLength < 8)
    fail(`it has ${file.byteLength} bytes, fewer than the 8 of its header length`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > maxHeaderBytes)
    fail(`its header claims ${headerBytes} bytes, over the limit of ${maxHeaderBytes}`);
  if (8 + headerBytes > file.byteLength) {
    fail(
      `its header claims ${headerBytes} bytes but the file has ${file.byteLength}; it is truncated or damaged`,
    );
  }
  const header = parseHeader(file.subarray(8, 8 + headerBytes), fail);
  const data = file.subarray(8 + headerBytes);
  const tensors = new Map<string, Tensor>();
  let metadata: Record<string, string> = {};
  const spans: [begin: number, end: number, name: string][] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === "__metadata__") {
      metadata = checkMetadata(value, fail);
    } else {
      const { dtype, shape, begin, end } = checkEntry(name, value, data.byteLength, fail);
      spans.push([begin, end, name]);
      tensors.set(name, viewTensor(data.subarray(begin, end), dtype, shape));
    }
  }
  checkNoOverlapNoHole(spans, data.byteLength, fail);
  return { tensors, metadata };
}

type Fail = (reason: string) => never;

function dtypeOf(data: Tensor["data"]): DType {
  if (data instanceof Float32Array) return "F32";
  return data instanceof Uint32Array ? "U32" : "U8";
}

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    fail("its header is not JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header))
    fail("its header is not an object");
  return header as Record<string, unknown>;
}

function checkMetadata(value: unknown, fail: Fail): Record<string, string> {
  if (typeof value !== "object" || value === null) fail("its metadata is not an object");
  for (const entry of Object.values(value as object)) {
    if (typeof entry !== "string") fail("its metadata holds something other than text");
  }
  return value as Record<string, string>;
}

function checkEntry(name: string, value: unknown, available: number, fail: Fail) {
  const { dtype, shape, data_offsets } = (value ?? {}) as Record<string, unknown>;
  if (typeof dtype !== "string" || !Object.hasOwn(dtypes, dtype)) {
    fail(
      `tensor "${name}" has dtype ${JSON.stringify(dtype)}; known are ${Object.keys(dtypes).join(", ")}`,
    );
  }
  if (!isCounts(shape)) fail(`tensor "${name}" has no usable shape`);
  if (!isCounts(data_offsets) || (data_offsets as number[]).length !== 2) {
    fail(`tensor "${name}" has no usable data_offsets`);
  }
  const [begin, end] = data_offsets as [number, number];
  if (begin > end || end > available) {
    fail(
      `tensor "${name}" lies at ${begin}..${end} but there are ${available} bytes; it is truncated or damaged`,
    );
  }
  const size = (shape as number[]).reduce(
    (a, b) => a * b,
    dtypes[dtype as DType].BYTES_PER_ELEMENT,
  );
  if (size !== end - begin) {
    fail(`tensor "${name}" of shape [${shape}] needs ${size} bytes but has ${end - begin}`);
  }
  return { dtype: dtype as DType, shape: shape as number[], begin, end };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function viewTensor(bytes: Uint8Array, dtype: DType, shape: number[]): Tensor {
  const type = dtypes[dtype];
  // Not bytes.slice(): a Buffer's does not copy.
  const aligned = bytes.byteOffset % type.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  const data = new type(
    aligned.buffer as ArrayBuffer,
    aligned.byteOffset,
    aligned.byteLength / type.BYTES_PER_ELEMENT,
  );
  return { shape, data } as Tensor;
}

function checkNoOverlapNoHole(
  spans: [number, number, string][],
  available: number,
  fail: Fail,
): void {
  spans.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let position = 0;
  for (const [begin, end, name] of spans) {
    if (begin !== position)
      fail(`tensor "${name}" begins at ${begin} where ${position} was expected`);
    position = end;
  }
  if (position !== available)
    fail(`its tensors end at ${position} but the data has ${available} bytes`);
}

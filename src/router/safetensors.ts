/**
 * Writes the safetensors format: u64 header length (little-endian), JSON header, tensor data without holes.
 * https://github.com/huggingface/safetensors. The native side reads it.
 */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Uint16Array | Uint32Array | Int16Array | Float32Array;
}

/** The data begins at a multiple of this many bytes, so that every tensor can be used in place. */
const alignment = 64;

function dtypeOf(data: Tensor["data"]): string {
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Uint32Array) return "U32";
  if (data instanceof Int16Array) return "I16";
  return data instanceof Uint16Array ? "U16" : "U8";
}

/**
 * Tensors with the widest elements lie first, so that all are aligned; otherwise in the order given.
 * @param metadata text by key; goes under `__metadata__`.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const sorted = [...tensors].sort(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { data, shape }] of sorted) {
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
  for (const [, { data }] of sorted) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

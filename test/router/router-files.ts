import { readFileSync } from "node:fs";
import { encodeSafetensors, type Tensor } from "../../src/router/safetensors.js";

/** A router file in parts, to be spoilt one by one. */
export interface FileParts {
  readonly tensors: Map<string, Tensor>;
  readonly metadata: Record<string, string>;
}

const arrays = {
  F32: Float32Array,
  U32: Uint32Array,
  U16: Uint16Array,
  I16: Int16Array,
  U8: Uint8Array,
};

/** Reads what the native side would, and checks nothing. */
export function partsOf(file: Uint8Array): FileParts {
  const bytes = Uint8Array.from(file);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString());
  const { __metadata__: metadata, ...entries } = header;
  const tensors = Object.entries<{
    dtype: keyof typeof arrays;
    shape: number[];
    data_offsets: [number, number];
  }>(entries).map(([name, { dtype, shape, data_offsets }]): [string, Tensor] => {
    const [begin, end] = data_offsets.map((offset) => 8 + length + offset);
    return [name, { shape, data: new arrays[dtype](bytes.buffer.slice(begin, end)) }];
  });
  return { metadata, tensors: new Map(tensors) };
}

/** The file at `path`, changed. */
export function spoilt(path: string, spoil: (parts: FileParts) => void): Uint8Array {
  const parts = partsOf(readFileSync(path));
  spoil(parts);
  return encodeSafetensors(parts.tensors, parts.metadata);
}

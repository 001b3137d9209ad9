/**
 * The part of a GGUF file that tells how long it must be: header, metadata (skipped) and tensor infos.
 * Source of the layout and of the block sizes: ggml's docs/gguf.md and ggml.h.
 */

/** A promise about the file is broken; the text says which. */
export class GgufError extends Error {}

/** The header goes on behind the bytes given. */
export class MoreBytesNeeded extends Error {}

const versions = [2, 3];
const maxTensors = 100_000;
const maxPairs = 100_000;
const maxDimensions = 4;
const maxNesting = 4;
const defaultAlignment = 32;
const stringType = 8;
const arrayType = 9;
const uint32Type = 4;

/** Bytes of each metadata value type; strings and arrays have none of their own. */
const valueBytes: Record<number, number> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};

/** ggml type -> [weights a block, bytes a block]. */
const blocks: Record<number, readonly [number, number]> = {
  0: [1, 4],
  1: [1, 2],
  2: [32, 18],
  3: [32, 20],
  6: [32, 22],
  7: [32, 24],
  8: [32, 34],
  9: [32, 36],
  10: [256, 84],
  11: [256, 110],
  12: [256, 144],
  13: [256, 176],
  14: [256, 210],
  15: [256, 292],
  16: [256, 66],
  17: [256, 74],
  18: [256, 98],
  19: [256, 50],
  20: [32, 18],
  21: [256, 110],
  22: [256, 82],
  23: [256, 136],
  24: [1, 1],
  25: [1, 2],
  26: [1, 4],
  27: [1, 8],
  28: [1, 8],
  29: [256, 56],
  30: [1, 2],
  34: [256, 54],
  35: [256, 66],
  39: [32, 17],
};

/**
 * @param bytes the begin of the file, as much of it as is at hand.
 * @returns bytes that the file must have at least. Tensors of a type not known here count as empty.
 * @throws GgufError, or MoreBytesNeeded where the header is longer than `bytes`.
 */
export function expectedFileBytes(bytes: Buffer): number {
  const reader = new Reader(bytes);
  if (reader.take(4).toString("latin1") !== "GGUF")
    throw new GgufError('it does not begin with "GGUF"');
  const version = reader.uint32();
  if (!versions.includes(version)) {
    throw new GgufError(`its GGUF version is ${version}, known are ${versions.join(" and ")}`);
  }
  const tensors = reader.count("tensors", maxTensors);
  const pairs = reader.count("metadata entries", maxPairs);
  let alignment = defaultAlignment;
  for (let i = 0; i < pairs; i++) {
    const key = reader.string();
    const type = reader.uint32();
    if (key === "general.alignment" && type === uint32Type) alignment = reader.uint32();
    else reader.skipValue(type, 0);
  }
  if (alignment === 0 || alignment % 8 !== 0) {
    throw new GgufError(`its alignment is ${alignment}, expected a multiple of 8`);
  }
  let dataBytes = 0;
  for (let i = 0; i < tensors; i++) dataBytes = Math.max(dataBytes, reader.tensorEnd());
  return Math.ceil(reader.position / alignment) * alignment + dataBytes;
}

class Reader {
  position = 0;

  constructor(private readonly bytes: Buffer) {}

  take(length: number): Buffer {
    this.skip(length);
    return this.bytes.subarray(this.position - length, this.position);
  }

  skip(length: number): void {
    if (length > this.bytes.length - this.position) throw new MoreBytesNeeded();
    this.position += length;
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  count(what: string, most: number): number {
    const value = this.take(8).readBigUInt64LE();
    if (value > BigInt(most))
      throw new GgufError(`it claims ${value} ${what}, at most ${most} are accepted`);
    return Number(value);
  }

  string(): string {
    return this.take(this.length()).toString("utf8");
  }

  skipValue(type: number, nesting: number): void {
    const size = valueBytes[type];
    if (size !== undefined) this.skip(size);
    else if (type === stringType) this.skip(this.length());
    else if (type === arrayType && nesting < maxNesting) this.#skipArray(nesting);
    else throw new GgufError(`its metadata has a value of unknown type ${type}`);
  }

  #skipArray(nesting: number): void {
    const type = this.uint32();
    const length = this.length();
    const size = valueBytes[type];
    if (size !== undefined) {
      this.skip(length * size);
      return;
    }
    for (let i = 0; i < length; i++) this.skipValue(type, nesting + 1);
  }

  /** A 64-bit length. A hostile one is no danger: nothing is allocated, and it ends in MoreBytesNeeded. */
  length(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  /** Reads one tensor info. @returns where the tensor ends in the data section. */
  tensorEnd(): number {
    const name = this.string();
    const dimensions = this.uint32();
    if (dimensions > maxDimensions) {
      throw new GgufError(
        `tensor "${name}" has ${dimensions} dimensions, at most ${maxDimensions} are possible`,
      );
    }
    let weights = 1n;
    for (let i = 0; i < dimensions; i++) weights *= this.take(8).readBigUInt64LE();
    const [blockWeights, blockBytes] = blocks[this.uint32()] ?? [1, 0];
    const end =
      this.take(8).readBigUInt64LE() + (weights / BigInt(blockWeights)) * BigInt(blockBytes);
    if (end > BigInt(Number.MAX_SAFE_INTEGER))
      throw new GgufError(`tensor "${name}" claims to end at byte ${end}`);
    return Number(end);
  }
}

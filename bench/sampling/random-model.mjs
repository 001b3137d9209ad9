// Writes a GGUF file of llama's architecture with random weights, for speed alone, where computing takes longer than
// everything around it: random-model.mjs FILE [--vocabulary 8192] [--dim 512] [--layers 12] [--ffn 2048] [--heads 8]
import { closeSync, openSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    vocabulary: { type: "string", default: "8192" },
    dim: { type: "string", default: "512" },
    layers: { type: "string", default: "12" },
    ffn: { type: "string", default: "2048" },
    heads: { type: "string", default: "8" },
  },
});
const [vocabulary, dim, layers, ffn, heads] = Object.values(values).map(Number);
const align = 32;
const [f32, f16] = [0, 1];

const text = (value) => {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
};
const number = (size, write) => (value) => {
  const bytes = Buffer.alloc(size);
  bytes[write](value);
  return bytes;
};
const u32 = number(4, "writeUInt32LE");
const f32le = number(4, "writeFloatLE");
const u64 = (value) => number(8, "writeBigUInt64LE")(BigInt(value));
const array = (type, items) => Buffer.concat([u32(9), u32(type), u64(items.length), ...items]);
const key = (name, value) => Buffer.concat([text(`${name}`), value]);
const uint = (name, value) => key(name, Buffer.concat([u32(4), u32(value)]));
const float = (name, value) => key(name, Buffer.concat([u32(6), f32le(value)]));
const string = (name, value) => key(name, Buffer.concat([u32(8), text(value)]));

/** Three special tokens, all bytes, and made-up words. */
function tokens() {
  const hex = (byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
  const bytes = Array.from({ length: 256 }, (_, byte) => hex(byte));
  const words = Array.from({ length: vocabulary - 259 }, (_, i) => `\u2581w${i.toString(36)}`);
  return ["<unk>", "<s>", "</s>", ...bytes, ...words];
}

const names = tokens();
const types = names.map((_, i) => (i < 3 ? [2, 3, 3][i] : i < 259 ? 6 : 1));
const metadata = [
  string("general.architecture", "llama"),
  string("general.name", "random"),
  uint("general.alignment", align),
  uint("llama.context_length", 4096),
  uint("llama.embedding_length", dim),
  uint("llama.block_count", layers),
  uint("llama.feed_forward_length", ffn),
  uint("llama.attention.head_count", heads),
  float("llama.attention.layer_norm_rms_epsilon", 1e-5),
  uint("llama.rope.dimension_count", dim / heads),
  uint("llama.vocab_size", vocabulary),
  string("tokenizer.ggml.model", "llama"),
  key("tokenizer.ggml.tokens", array(8, names.map(text))),
  key(
    "tokenizer.ggml.scores",
    array(
      6,
      names.map((_, i) => f32le(-i)),
    ),
  ),
  key("tokenizer.ggml.token_type", array(5, types.map(u32))),
  uint("tokenizer.ggml.bos_token_id", 1),
  uint("tokenizer.ggml.eos_token_id", 2),
  uint("tokenizer.ggml.unknown_token_id", 0),
];

/** Name, rows, columns, and half the width of the range of the weights; without it all are 1. */
const block = [
  ["attn_norm", 1, dim],
  ...["attn_q", "attn_k", "attn_v", "attn_output"].map((name) => [name, dim, dim, spread(dim)]),
  ["ffn_norm", 1, dim],
  ["ffn_gate", ffn, dim, spread(dim)],
  ["ffn_up", ffn, dim, spread(dim)],
  ["ffn_down", dim, ffn, spread(ffn)],
];
const tensors = [
  ["token_embd.weight", vocabulary, dim, 1],
  ...Array.from({ length: layers }, (_, layer) =>
    block.map(([name, ...rest]) => [`blk.${layer}.${name}.weight`, ...rest]),
  ).flat(),
  ["output_norm.weight", 1, dim],
  ["output.weight", vocabulary, dim, 2.5 * spread(dim)],
];

/** Of uniform weights that keep the size of what they are multiplied with. */
function spread(inputs) {
  return Math.sqrt(3 / inputs);
}

/** A small pseudo-random sequence (mulberry32): the same file each time. */
let state = 1;
function uniform() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

/** The bits of a number below 2 as a half, rounded down; tiny ones become 0. */
function half(value) {
  const size = Math.abs(value);
  if (size < 2 ** -14) return 0;
  const power = Math.floor(Math.log2(size));
  const mantissa = Math.floor((size / 2 ** power - 1) * 1024);
  return (value < 0 ? 0x8000 : 0) | ((power + 15) << 10) | mantissa;
}

function weights([, rows, columns, range]) {
  const count = rows * columns;
  if (range === undefined) return Buffer.from(new Float32Array(count).fill(1).buffer);
  const bits = Uint16Array.from({ length: count }, () => half((2 * uniform() - 1) * range));
  return Buffer.from(bits.buffer);
}

const padding = (length) => Buffer.alloc((align - (length % align)) % align);
let offset = 0;
const infos = tensors.map(([name, rows, columns, range]) => {
  const at = offset;
  const bytes = rows * columns * (range === undefined ? 4 : 2);
  offset += bytes + padding(bytes).length;
  const shape = range === undefined ? [columns] : [columns, rows];
  const type = range === undefined ? f32 : f16;
  return Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(type), u64(at)]);
});
const counts = [u32(3), u64(tensors.length), u64(metadata.length)];
const header = Buffer.concat([Buffer.from("GGUF"), ...counts, ...metadata, ...infos]);
const file = openSync(positionals[0] ?? "random.gguf", "w");
writeSync(file, Buffer.concat([header, padding(header.length)]));
for (const tensor of tensors) {
  const bytes = weights(tensor);
  writeSync(file, Buffer.concat([bytes, padding(bytes.length)]));
}
closeSync(file);

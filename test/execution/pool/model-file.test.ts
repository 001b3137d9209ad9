import { createHash } from "node:crypto";
import { mkdtemp, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ModelFileError } from "../../../src/errors.js";
import { expectedFileBytes, GgufError, MoreBytesNeeded } from "../../../src/execution/pool/gguf.js";
import { checkModelFile, hashModelFile } from "../../../src/execution/pool/model-file.js";

const directory = await mkdtemp(join(tmpdir(), "pointsman-model-file-"));

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: bigint | number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const text = (value: string) => Buffer.concat([u64(value.length), Buffer.from(value)]);

interface Parts {
  version?: number;
  tensors?: bigint | number;
  pairs?: bigint | number;
  dimension?: bigint | number;
  offset?: bigint | number;
}

/** One F16 tensor of 4 x 8 behind metadata of every shape. */
function gguf({
  version = 3,
  tensors = 1,
  pairs = 4,
  dimension = 4,
  offset = 32,
}: Parts = {}): Buffer {
  const header = Buffer.concat([
    Buffer.from("GGUF"),
    u32(version),
    u64(tensors),
    u64(pairs),
    Buffer.concat([text("general.architecture"), u32(8), text("llama")]),
    Buffer.concat([text("llama.block_count"), u32(4), u32(3)]),
    Buffer.concat([text("tokens"), u32(9), u32(8), u64(2), text("a"), text("bc")]),
    Buffer.concat([text("scores"), u32(9), u32(6), u64(3), Buffer.alloc(12)]),
    Buffer.concat([text("t"), u32(2), u64(dimension), u64(8), u32(1), u64(offset)]),
  ]);
  const padded = Buffer.concat([header, Buffer.alloc((32 - (header.length % 32)) % 32)]);
  return Buffer.concat([padded, Buffer.alloc(32 + 64)]);
}

async function written(name: string, bytes: Buffer): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, bytes);
  return file;
}

async function refusal(file: string, sha256?: string): Promise<string> {
  const error = await checkModelFile(file, sha256).then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(ModelFileError);
  expect((error as Error).message).toContain(file);
  return (error as Error).message;
}

describe("checkModelFile", () => {
  test("takes a whole file and tells its hash", async () => {
    const bytes = gguf();
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(await hashModelFile(await written("whole.gguf", bytes))).toBe(sha256);
    expect(await hashModelFile(await written("whole.gguf", bytes), sha256.toUpperCase())).toBe(
      sha256,
    );
  });

  test("refuses a file cut at any byte", async () => {
    const bytes = gguf();
    for (let length = 0; length < bytes.length; length++) {
      const file = await written("cut.gguf", bytes.subarray(0, length));
      expect(await refusal(file)).toMatch(/truncated|does not begin/);
    }
  });

  test.each([
    [
      "another format",
      Buffer.from(`PK\u0003\u0004${"x".repeat(100)}`),
      'does not begin with "GGUF"',
    ],
    ["an old version", gguf({ version: 1 }), "GGUF version is 1"],
    ["a hostile tensor count", gguf({ tensors: 2n ** 63n }), "claims 9223372036854775808 tensors"],
    ["a hostile metadata count", gguf({ pairs: 2n ** 40n }), "metadata entries"],
    ["a hostile size", gguf({ dimension: 2n ** 62n }), "claims to end at byte"],
    ["a hostile offset", gguf({ offset: 2n ** 40n }), "header promises 1099511"],
  ])("refuses %s", async (_, bytes, words) => {
    expect(await refusal(await written("hostile.gguf", bytes))).toContain(words);
  });

  test("refuses a wrong hash, a directory and a missing file", async () => {
    const file = await written("other.gguf", gguf());
    expect(await refusal(file, "0".repeat(64))).toContain("the pool file says 0000");
    expect(await refusal(directory)).toMatch(/not a regular file/);
    expect(await refusal(join(directory, "none.gguf"))).toContain("does not exist");
  });

  test("notices that a file whose hash it knows has changed", async () => {
    const file = await written("changing.gguf", gguf());
    const before = await hashModelFile(file);
    const changed = gguf();
    changed[changed.length - 1] = 1;
    await written("changing.gguf", changed);
    expect(await hashModelFile(file)).not.toBe(before);
    await truncate(file, 200);
    expect(await refusal(file, before)).toContain("truncated");
  });
});

describe("expectedFileBytes", () => {
  test("of any bytes ends in a number or an error of its own", () => {
    const bytes = gguf();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (edits) => {
          const copy = Buffer.from(bytes);
          for (const [at, value] of edits) copy[at] = value;
          try {
            expect(expectedFileBytes(copy)).toBeGreaterThan(0);
          } catch (error) {
            expect(error instanceof GgufError || error instanceof MoreBytesNeeded).toBe(true);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

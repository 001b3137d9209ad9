import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, test } from "vitest";
import type { JsonLine } from "../../src/datasets/jsonl.js";
import { readParquet } from "../../src/datasets/parquet.js";
import { InputFileError } from "../../src/errors.js";
import { random } from "../../src/random.js";

const folder = mkdtempSync(join(tmpdir(), "pointsman-parquet-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const limits = { seconds: 10, secondsPerMebibyte: 1, mebibytes: 256 };

const prompts = Array.from({ length: 40 }, (_, at) => `prompt ${at}`);
const scores = prompts.map((_, at) => (at < 20 ? null : 1));
const whole = new Uint8Array(
  parquetWriteBuffer({
    codec: "UNCOMPRESSED",
    columnData: [
      { name: "prompt", data: prompts, type: "STRING" },
      { name: "outcomes.a", data: scores, type: "DOUBLE" },
    ],
  }),
);

/** The file with other bytes in the place of those that `find` names. */
function damaged(find: number[], replace: number[]): Uint8Array {
  const at = Buffer.from(whole).indexOf(Buffer.from(find));
  expect(at).toBeGreaterThan(0);
  const bytes = whole.slice();
  bytes.set(replace, at);
  return bytes;
}
// The page has 40 values: a zigzag varint of 0x50. Another first byte makes it one of two bytes, or more.
const loops = () => damaged([0x50, 0x15, 0x00, 0x15, 0x50], [0x80]);
// Twenty nulls (a run of 20 zeros), then twenty values, made a run of two thousand million.
const fills = () => damaged([0x28, 0x00, 0x28, 0x01], [0xfe, 0xff, 0xff, 0xff, 0x0f, 0x01]);

async function read(bytes: Uint8Array, own = limits): Promise<JsonLine[]> {
  const file = join(folder, `${files++}.parquet`);
  writeFileSync(file, bytes);
  const rows: JsonLine[] = [];
  for await (const row of readParquet(file, () => {}, own)) rows.push(row);
  return rows;
}

describe("a Parquet file", () => {
  test("gives its rows, over several batches too", async () => {
    const rows = await read(whole);
    expect(rows).toEqual(
      prompts.map((prompt, at) => ({
        line: at + 1,
        value: at < 20 ? { prompt } : { prompt, outcomes: { a: 1 } },
      })),
    );
    const data = Array.from({ length: 300 }, (_, at) => `${at} `.repeat(5000));
    const long = parquetWriteBuffer({
      columnData: [
        { name: "prompt", data },
        { name: "outcomes.a", data: data.map(() => 1) },
      ],
      rowGroupSize: 200,
    });
    const values = (await read(new Uint8Array(long))).map(({ value }) => value);
    expect(values).toEqual(data.map((prompt) => ({ prompt, outcomes: { a: 1 } })));
  });

  test("that makes the decoder loop is given up at the deadline", async () => {
    const error = await read(loops(), { ...limits, seconds: 3 }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(InputFileError);
    expect((error as Error).message).toMatch(
      /\.parquet: cannot .* \(the decoder took over its limit of 3\.\d s\)\. .*smaller/,
    );
  });

  test("that makes the decoder fill the memory ends the decoder only", async () => {
    const error = await read(fills()).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(InputFileError);
    expect((error as Error).message).toMatch(/which may take 256 MiB of memory, died of SIG/);
  });

  test("with a row of more than 8 MiB is refused", async () => {
    const prompt = "x".repeat(9_000_000);
    const columnData = [
      { name: "prompt", data: [prompt] },
      { name: "outcomes.a", data: [1] },
    ];
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData }));
    await expect(read(bytes)).rejects.toThrow(/a row is longer than 8388608 bytes/);
  });

  test("with any byte changed gives rows or a typed error", async () => {
    const { below } = random(20);
    const ends = new Set<string>();
    const variant = async () => {
      const bytes = whole.slice();
      bytes[below(bytes.length)] = below(256);
      await read(bytes, { ...limits, seconds: 3 }).then(
        () => ends.add("rows"),
        (error: unknown) => {
          expect(error).toBeInstanceOf(InputFileError);
          ends.add("error");
        },
      );
    };
    for (let pair = 0; pair < 20; pair += 1) await Promise.all([variant(), variant()]);
    expect([...ends].sort()).toEqual(["error", "rows"]);
  });

  test("that is not read to its end lets the process exit", () => {
    const file = join(folder, "left.parquet");
    writeFileSync(file, whole);
    const module = pathToFileURL(join(import.meta.dirname, "../../dist/datasets/parquet.js"));
    const script = `
      import { readParquet } from "${module}";
      const rows = readParquet(${JSON.stringify(file)}, () => {});
      console.log((await rows.next()).value.line);`;
    const node = ["--input-type=module", "-e", script];
    expect(execFileSync(process.execPath, node, { timeout: 20_000, encoding: "utf8" })).toBe("1\n");
  });
});

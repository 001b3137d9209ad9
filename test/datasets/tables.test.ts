import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as zlib from "node:zlib";
import fc from "fast-check";
import { type ColumnSource, parquetWriteBuffer, type SchemaElement } from "hyparquet-writer";
import { afterAll, describe, expect, test } from "vitest";
import { loadOutcomes } from "../../src/datasets/outcomes.js";
import { readBytes } from "../../src/datasets/unzip.js";
import { InputFileError, InvalidArgumentError, StorageError } from "../../src/errors.js";

const folder = mkdtempSync(join(tmpdir(), "pointsman-tables-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function write(ending: string, content: string | Uint8Array): string {
  const file = join(folder, `${files++}${ending}`);
  writeFileSync(file, content);
  return file;
}

type Cell = string | number | bigint | null | undefined;
type ParquetOptions = Partial<Parameters<typeof parquetWriteBuffer>[0]>;

function parquet(columnData: ColumnSource[], options: ParquetOptions = {}): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({ columnData, ...options }));
}

function wideParquet(names: string[], rows: Cell[][], options: ParquetOptions = {}): Uint8Array {
  const column = (name: string, at: number): ColumnSource => {
    const data = rows.map((row) => row[at] ?? null);
    const text = data.some((cell) => typeof cell === "string");
    return { name, data, type: text ? "STRING" : "DOUBLE" };
  };
  return parquet(names.map(column), options);
}

function csv(names: string[], rows: Cell[][], lineBreak = "\n"): string {
  const quote = (cell: Cell) => {
    const text = String(cell ?? "");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [names, ...rows].map((row) => names.map((_, at) => quote(row[at])).join(","));
  return lines.join(lineBreak);
}

async function load(file: string, skipBad = false) {
  return loadOutcomes([file], { skipBad });
}

async function failure(file: string): Promise<Error> {
  return (await load(file).catch((error: unknown) => error)) as Error;
}

const names = [
  "id",
  "prompt",
  "task",
  "subject",
  "split",
  "gold",
  "note",
  "outcomes.a",
  "outcomes.b-1.5",
  "majority.a",
  "latency.a",
  "cost.b-1.5",
  "samples.a",
  "sample_correct.a",
];
const wide: Cell[][] = [
  [
    ...["q1", 'Say "1,2"\r\nthen 3?', "sum", "small", "test", "2", "n"],
    ...[0.6, 1, 1, 0.5, 0.01, '["2",null]', "[1,null]"],
  ],
  ["q2", "1+2?", null, null, null, null, null, null, 0, null, null, null, null, null],
];
const jsonl = [
  {
    id: "q1",
    prompt: 'Say "1,2"\r\nthen 3?',
    task: "sum",
    subject: "small",
    split: "test",
    gold: "2",
    outcomes: { a: 0.6, "b-1.5": 1 },
    majority: { a: 1 },
    latency: { a: 0.5 },
    cost: { "b-1.5": 0.01 },
    samples: { a: ["2", null] },
    sample_correct: { a: [1, null] },
  },
  { id: "q2", prompt: "1+2?", outcomes: { "b-1.5": 0 } },
];
const expected = load(write(".jsonl", jsonl.map((row) => JSON.stringify(row)).join("\n")));

const perModel = (name: string): SchemaElement[] => [
  { name, num_children: 2, repetition_type: "OPTIONAL" },
  { name: "a", type: "DOUBLE", repetition_type: "OPTIONAL" },
  { name: "b-1.5", type: "DOUBLE", repetition_type: "OPTIONAL" },
];
const text = (name: string): SchemaElement => ({
  name,
  type: "BYTE_ARRAY",
  converted_type: "UTF8",
  repetition_type: "OPTIONAL",
});
const two = [0.6, null].map((a, at) => ({ a, "b-1.5": at === 0 ? 1 : 0 }));

describe("one meaning, several formats", () => {
  const compressed = (codec: "GZIP" | "ZSTD" | "BROTLI", compress: (bytes: Uint8Array) => Buffer) =>
    wideParquet(names, wide, {
      codec,
      compressors: { [codec]: (bytes: Uint8Array) => new Uint8Array(compress(bytes)) },
    });
  const formats: [string, string, () => string | Uint8Array][] = [
    ["CSV", ".csv", () => csv(names, wide)],
    [
      "CSV with CRLF, a byte order mark, a blank line",
      ".csv",
      () => `\ufeff${csv(names, wide, "\r\n")}\r\n\r\n`,
    ],
    ["gzipped CSV", ".csv.gz", () => zlib.gzipSync(csv(names, wide))],
    ["Parquet, snappy", ".parquet", () => wideParquet(names, wide)],
    ["Parquet, plain", ".parquet", () => wideParquet(names, wide, { codec: "UNCOMPRESSED" })],
    ["Parquet, gzip", ".parquet", () => compressed("GZIP", zlib.gzipSync)],
    ["Parquet, brotli", ".parquet", () => compressed("BROTLI", zlib.brotliCompressSync)],
    [
      "Parquet, one row in a row group",
      ".parquet",
      () => wideParquet(names, wide, { rowGroupSize: 1 }),
    ],
  ];

  test.each(formats)("%s", async (_, ending, content) => {
    expect(await load(write(ending, content()))).toEqual(await expected);
  });

  // Older versions of Node cannot write it; the reader brings its own.
  const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Uint8Array) => Buffer };
  test.skipIf(zstdCompressSync === undefined)("Parquet, zstd", async () => {
    const file = write(".parquet", compressed("ZSTD", zstdCompressSync!));
    expect(await load(file)).toEqual(await expected);
  });

  test("Parquet with a struct: its null is unknown, not wrong", async () => {
    const content = parquet(
      [
        { name: "prompt", data: ["x", "y"] },
        { name: "outcomes", data: two },
      ],
      { schema: [{ name: "root", num_children: 2 }, text("prompt"), ...perModel("outcomes")] },
    );
    const { outcomes } = await load(write(".parquet", content));
    expect(outcomes.models).toEqual(["a", "b-1.5"]);
    expect(outcomes.scores).toEqual(Float32Array.of(0.6, 1, Number.NaN, 0));
    expect(outcomes.ids).toEqual([
      expect.stringMatching(/\.parquet:1$/),
      expect.stringMatching(/\.parquet:2$/),
    ]);
  });

  test("Parquet with a map, with whole numbers and a list of answers", async () => {
    const schema: SchemaElement[] = [
      { name: "root", num_children: 3 },
      text("prompt"),
      { name: "outcomes", num_children: 1, repetition_type: "OPTIONAL", converted_type: "MAP" },
      { name: "key_value", num_children: 2, repetition_type: "REPEATED" },
      { name: "key", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
      { name: "value", type: "INT64", repetition_type: "OPTIONAL" },
      { name: "samples.a", num_children: 1, repetition_type: "OPTIONAL", converted_type: "LIST" },
      { name: "list", num_children: 1, repetition_type: "REPEATED" },
      { ...text("element") },
    ];
    const content = parquet(
      [
        { name: "prompt", data: ["x", "y"] },
        { name: "outcomes", data: [{ a: 1n, b: null }, { b: 0n }] },
        { name: "samples.a", data: [["A", null], null] },
      ],
      { schema },
    );
    const { outcomes } = await load(write(".parquet", content));
    expect(outcomes.models).toEqual(["a", "b"]);
    expect(outcomes.scores).toEqual(Float32Array.of(1, Number.NaN, Number.NaN, 0));
    expect(outcomes.answers).toEqual([
      [["A", null], undefined],
      [undefined, undefined],
    ]);
  });

  test.each(["STRING", "JSON"] as const)("Parquet with outcomes as %s text", async (type) => {
    const objects = [{ a: 1 }, { b: 0.5 }];
    const data = type === "JSON" ? objects : objects.map((one) => JSON.stringify(one));
    const content = parquet([
      { name: "prompt", data: ["x", "y"], type: "STRING" },
      { name: "outcomes", data, type },
    ]);
    const { outcomes } = await load(write(".parquet", content));
    expect(outcomes.scores).toEqual(Float32Array.of(1, Number.NaN, Number.NaN, 0.5));
  });

  test("any texts and numbers come back as they were", async () => {
    const cell = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
    const prompt = fc.string({ unit: "grapheme", minLength: 1 }).filter((t) => t.trim() !== "");
    const table = fc.array(fc.tuple(prompt, cell, fc.double({ min: 0, max: 1, noNaN: true })), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const head = ["prompt", "outcomes.m", "outcomes.n"];
        const scores = Float32Array.from(
          rows.flatMap(([, m, n]) => [m ?? Number.NaN, n].map((s) => s + 0)),
        );
        for (const [ending, content] of [
          [".csv", csv(head, rows)],
          [".parquet", wideParquet(head, rows)],
        ] as const) {
          const models = rows.some(([, m]) => m !== null) ? ["m", "n"] : ["n"];
          const { outcomes } = await loadOutcomes([write(ending, content)], { models });
          expect(outcomes.prompts).toEqual(rows.map(([text]) => text));
          expect(outcomes.scores.map((s) => s + 0)).toEqual(
            models.length === 2 ? scores : scores.filter((_, at) => at % 2 === 1),
          );
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe("bad rows", () => {
  const head = ["id", "prompt", "outcomes.a", "samples.a", "sample_correct.a", "cost.a"];
  const good: Cell[] = ["g", "x", 1, null, null, null];
  const bad: [string, Cell[], RegExp][] = [
    ["no prompt", ["h", null, 1], /a text for "prompt"/],
    ["no outcome", ["h", "x", null], /at least one model/],
    ["an outcome above 1", ["h", "x", 1.5], /from 0 to 1 .* for "outcomes" of "a"/],
    ["a negative price", ["h", "x", 1, null, null, -1], /"cost" of "a"/],
    ["samples that are no JSON", ["h", "x", 1, "A"], /JSON.* in the column "samples\.a"/],
    ["samples that are no list", ["h", "x", 1, "3"], /"samples" of "a"/],
    ["more marks than answers", ["h", "x", 1, '["A"]', "[1,1]"], /as long as/],
    ["an id that was used", ["g", "x", 1], /the id "g" is that of .*:\d+\. /],
  ];
  const formats: [ending: string, make: (rows: Cell[][]) => string | Uint8Array, first: number][] =
    [
      [".csv", (rows) => csv(head, rows), 2],
      [".parquet", (rows) => wideParquet(head, rows), 1],
    ];

  describe.each(formats)("%s", (ending, make, first) => {
    test.each(bad)("%s: file, row and reason", async (_, row, message) => {
      const file = write(ending, make([good, row]));
      const error = await failure(file);
      expect(error).toBeInstanceOf(InputFileError);
      expect(error.message).toMatch(message);
      expect(error.message.startsWith(`${file}:${first + 1}: `)).toBe(true);
    });

    test("are counted with skipBad", async () => {
      const { outcomes, skipped } = await load(
        write(ending, make([good, ...bad.map(([, row]) => row)])),
        true,
      );
      expect(outcomes.ids).toEqual(["g"]);
      expect(skipped).toBe(bad.length);
    });

    test("NaN is no outcome", async () => {
      const file = write(ending, make([good, ["h", "x", Number.NaN]]));
      expect((await failure(file)).message).toMatch(/outcomes/);
      expect((await load(file, true)).skipped).toBe(1);
    });

    test("more than 1024 models", async () => {
      const many = Array.from({ length: 1025 }, (_, at) => `outcomes.m${at}`);
      const table: [string[], Cell[][]] = [["prompt", ...many], [["x", ...many.map(() => 1)]]];
      const file = write(ending, ending === ".csv" ? csv(...table) : wideParquet(...table));
      await expect(load(file, true)).rejects.toThrow(/more than 1024 models/);
    });

    test.each<[string, string[], RegExp]>([
      ["no prompt", ["outcomes.a"], /no column "prompt"/],
      ["no outcomes", ["prompt", "outcome.a", "outcomes."], /no column "outcomes\.MODEL"/],
      ["both forms", ["prompt", "outcomes", "outcomes.a"], /"outcomes\.a" says what "outcomes"/],
      [
        "both forms, turned",
        ["prompt", "outcomes.a", "outcomes"],
        /"outcomes\.a" says what "outcomes"/,
      ],
    ])("columns: %s", async (_, columns, message) => {
      const table: [string[], Cell[][]] = [columns, [columns.map(() => 1)]];
      const file = write(ending, ending === ".csv" ? csv(...table) : wideParquet(...table));
      const error = await failure(file);
      expect(error).toBeInstanceOf(InputFileError);
      expect(error.message).toMatch(message);
    });
  });

  test("CSV: the same column twice", async () => {
    const error = await failure(write(".csv", "prompt,outcomes.a,outcomes.a\nx,1,0"));
    expect(error.message).toMatch(/"outcomes\.a" is there twice/);
  });

  test("CSV: rows of another width are bad, and lines are counted through quoted line breaks", async () => {
    const file = write(
      ".csv",
      'prompt,outcomes.a\r\n"x\r\n\r\ny",1\r\n\r\n"z\r\n"\r\nw,1,2\r\nv,1',
    );
    expect((await failure(file)).message).toMatch(/:6: Expected 2 cells.*found 1/);
    const { outcomes, skipped } = await load(file, true);
    expect(skipped).toBe(2);
    expect(outcomes.ids[1]).toMatch(/:9$/);
  });

  test("names of the object prototype are names like any other", async () => {
    const { outcomes } = await load(
      write(".csv", "prompt,outcomes.__proto__,outcomes.constructor\nx,1,0"),
    );
    expect(outcomes.models).toEqual(["__proto__", "constructor"]);
    expect(outcomes.marks).toEqual(Float32Array.of(1, 0));
  });
});

describe("hostile files", () => {
  const head = "prompt,outcomes.a\n";
  test.each([
    ["a quote that does not end", ".csv", `${head}"x,1`, /:2: the row is no CSV/],
    ["text after a quote", ".csv", `${head}x,1\n"x"y,1`, /:3: the row is no CSV/],
    [
      "a huge cell",
      ".csv",
      `${head}${"x".repeat(9_000_000)},1`,
      /:2: the row is no CSV.* of 8388608 /,
    ],
    ["a huge quoted cell", ".csv.gz", zlib.gzipSync(`${head}"${"x".repeat(9_000_000)}`), /8388608/],
    ["bytes that are no UTF-8", ".csv", Buffer.from([...Buffer.from(head), 0xff]), /valid UTF-8/],
    ["a cut-off gzip", ".csv.gz", zlib.gzipSync(head.repeat(9999)).subarray(0, 40), /unzipped/],
    ["an empty Parquet file", ".parquet", "", /cannot be read as Parquet/],
    ["no Parquet file", ".parquet", "x".repeat(100), /cannot be read as Parquet/],
  ])("%s", async (_, ending, content, message) => {
    const error = await failure(write(ending, content));
    expect(error).toBeInstanceOf(InputFileError);
    expect(error.message).toMatch(message);
  });

  test("a gzipped file that unzips to more than a gigabyte", async () => {
    const member = zlib.gzipSync(Buffer.alloc(2 ** 26), { level: 1 });
    const file = write(".jsonl.gz", Buffer.concat(Array(17).fill(member)));
    const unzip = async () => {
      for await (const bytes of readBytes(file)) expect(bytes.length).toBeGreaterThan(0);
    };
    await expect(unzip()).rejects.toThrow(/unzips to more than 1073741824 bytes/);
  });

  test("a Parquet file cut off anywhere gives a typed error", async () => {
    const whole = wideParquet(names, wide);
    for (let length = 0; length < whole.length; length += 241) {
      expect(await failure(write(".parquet", whole.subarray(0, length)))).toBeInstanceOf(
        InputFileError,
      );
    }
  });

  test.each([".csv", ".parquet"])("a missing file and a folder, %s", async (ending) => {
    await expect(load(join(folder, `none${ending}`))).rejects.toThrow(/does not exist/);
    const directory = join(mkdtempSync(join(folder, "d")), "..");
    await expect(load(join(folder, `none${ending}`))).rejects.toThrow(StorageError);
    expect(directory).toBe(folder);
  });

  test("another ending", async () => {
    const error = await failure(write(".xlsx", "x"));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(/ends in \.jsonl, .* or \.parquet for an outcome file/);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { readJsonLines } from "../../src/datasets/jsonl.js";
import {
  loadOutcomes,
  normalizePrompt,
  selectModels,
  selectRows,
  uniquePrompts,
} from "../../src/datasets/outcomes.js";
import {
  InputFileError,
  InvalidArgumentError,
  NoLabelsError,
  StorageError,
  UnknownModelError,
} from "../../src/errors.js";

const folder = mkdtempSync(join(tmpdir(), "pointsman-outcomes-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function write(content: string | Uint8Array): string {
  const file = join(folder, `${files++}.jsonl`);
  writeFileSync(file, content);
  return file;
}

function rows(...list: unknown[]): string {
  return write(list.map((row) => JSON.stringify(row)).join("\n"));
}

async function values(file: string, onBadLine?: (error: InputFileError) => void) {
  const all = [];
  for await (const { line, value } of readJsonLines(file, onBadLine)) all.push([line, value]);
  return all;
}

describe("readJsonLines", () => {
  test("reads plain and gzipped lines, CRLF, blank lines, a byte order mark, no last line break", async () => {
    const text = '\ufeff{"a":"ü"}\r\n\r\n  \n2\n[3]';
    const expected = [
      [1, { a: "ü" }],
      [4, 2],
      [5, [3]],
    ];
    expect(await values(write(text))).toEqual(expected);
    expect(await values(write(gzipSync(text)))).toEqual(expected);
  });

  test("an empty file has no line, gzipped or not, and one byte is no gzip header", async () => {
    expect(await values(write(""))).toEqual([]);
    expect(await values(write(gzipSync("")))).toEqual([]);
    expect(await values(write("7"))).toEqual([[1, 7]]);
  });

  test("lines longer than the chunks of a stream", async () => {
    const long = "ü".repeat(1_000_000);
    expect(await values(write(`1\n${JSON.stringify(long)}\n2\n`))).toEqual([
      [1, 1],
      [2, long],
      [3, 2],
    ]);
  });

  test.each([
    ["bad JSON", "1\n{,}", /:2: the line is not JSON/],
    ["NaN, which is no JSON", '{"a":NaN}', /:1: the line is not JSON/],
    [
      "invalid UTF-8",
      Buffer.from([0x31, 0x0a, 0x22, 0xff, 0x22]),
      /:2: the line is not valid UTF-8/,
    ],
    [
      "an over-long line",
      `1\n${" ".repeat(9_000_000)}`,
      /:2: the line is longer than 8388608 bytes/,
    ],
    ["an over-long line, gzipped", gzipSync("x".repeat(9_000_000)), /:1: the line is longer/],
    ["truncated gzip", gzipSync("1\n".repeat(9999)).subarray(0, 30), /cannot be unzipped/],
    [
      "damaged gzip",
      Buffer.concat([gzipSync("1").subarray(0, 11), Buffer.alloc(20, 255)]),
      /cannot be unzipped/,
    ],
  ])("refuses %s", async (_, content, message) => {
    const error = await values(write(content)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(InputFileError);
    expect((error as Error).message).toMatch(message);
  });

  test("deep nesting neither crashes nor hangs", async () => {
    const read = await values(write("[".repeat(1_000_000))).catch((e: unknown) => e);
    expect(read).toBeInstanceOf(InputFileError);
  });

  test("hands bad lines over and goes on", async () => {
    const bad: string[] = [];
    const good = await values(write("1\n{\n3"), (error) => bad.push(error.message));
    expect(good).toEqual([
      [1, 1],
      [3, 3],
    ]);
    expect(bad).toHaveLength(1);
  });

  test("a missing file and a folder", async () => {
    await expect(values(join(folder, "none"))).rejects.toThrow(StorageError);
    await expect(values(join(folder, "none"))).rejects.toThrow(/does not exist/);
    await expect(values(folder)).rejects.toThrow(/is a directory/);
  });

  test("a reader that stops early leaves nothing behind", async () => {
    for await (const { value } of readJsonLines(write(gzipSync("1\n".repeat(1_000_000))))) {
      expect(value).toBe(1);
      break;
    }
  });
});

describe("loadOutcomes", () => {
  test("reads every field, NaN where a model was not asked", async () => {
    const file = rows(
      {
        id: "q1",
        prompt: "1+1?",
        gold: "2",
        task: "sum",
        subject: "small",
        split: "test",
        outcomes: { a: 0.6, b: 1 },
        majority: { a: 1 },
        samples: { a: ["2", null], b: ["2"] },
        sample_correct: { a: [1, null], b: [0.5] },
        latency: { a: 0.5 },
        cost: { a: 3 },
      },
      { prompt: "1+2?", outcomes: { c: 0 }, gold: ["3", "three"], task: null },
    );
    const { outcomes, skipped } = await loadOutcomes([file]);
    expect(skipped).toBe(0);
    expect(outcomes).toEqual({
      models: ["a", "b", "c"],
      ids: ["q1", expect.stringMatching(/^\d+\.jsonl:2$/)],
      prompts: ["1+1?", "1+2?"],
      golds: ["2", undefined],
      tasks: ["sum", undefined],
      subjects: ["small", undefined],
      splits: ["test", undefined],
      scores: Float32Array.of(0.6, 1, Number.NaN, Number.NaN, Number.NaN, 0),
      marks: Float32Array.of(1, 1, Number.NaN, Number.NaN, Number.NaN, 0),
      seconds: Float32Array.of(0.5, ...new Array(5).fill(Number.NaN)),
      answers: [
        [["2", null], ["2"], undefined],
        [undefined, undefined, undefined],
      ],
      prices: Float32Array.of(3, ...new Array(5).fill(Number.NaN)),
      answerMarks: [
        [[1, null], [0.5], undefined],
        [undefined, undefined, undefined],
      ],
    });
  });

  test("no seconds, prices and answers where no row has them", async () => {
    const { outcomes } = await loadOutcomes([rows({ prompt: "x", outcomes: { a: 1 } })]);
    for (const field of ["seconds", "prices", "answers", "answerMarks"]) {
      expect(outcomes).not.toHaveProperty(field);
    }
  });

  const two = () =>
    rows(
      { prompt: "x", task: "s", outcomes: { a: 1, b: 0 } },
      { prompt: "y", task: "t", outcomes: { b: 1, c: 0 } },
    );

  test("the models asked for, in the order asked for; rows that know none of them are left out", async () => {
    const { outcomes } = await loadOutcomes([two()], { models: ["c", "b"] });
    expect(outcomes.models).toEqual(["c", "b"]);
    expect(outcomes.scores).toEqual(Float32Array.of(Number.NaN, 0, 0, 1));
    expect((await loadOutcomes([two()], { models: ["a"] })).outcomes.prompts).toEqual(["x"]);
    expect((await loadOutcomes([two()], { models: ["a", "a"] })).outcomes.models).toEqual(["a"]);
    await expect(loadOutcomes([two()], { models: ["d"] })).rejects.toThrow(UnknownModelError);
    await expect(loadOutcomes([two()], { models: [] })).rejects.toThrow(InvalidArgumentError);
    await expect(loadOutcomes([two()], { tasks: [] })).rejects.toThrow(InvalidArgumentError);
  });

  test("the tasks asked for bring only their models", async () => {
    const { outcomes } = await loadOutcomes([two()], { tasks: ["t"] });
    expect(outcomes.models).toEqual(["b", "c"]);
    await expect(loadOutcomes([two()], { tasks: ["u"] })).rejects.toThrow(InvalidArgumentError);
    await expect(loadOutcomes([two()], { tasks: ["u"] })).rejects.toThrow(/one of s, t/);
  });

  test("several files are one set; the same id in two files is no error", async () => {
    const first = rows({ id: "1", prompt: "x", outcomes: { a: 1 } });
    const second = rows({ id: "1", prompt: "x", outcomes: { b: 1 } });
    const { outcomes } = await loadOutcomes([first, second]);
    expect(outcomes.models).toEqual(["a", "b"]);
    expect(outcomes.ids).toEqual(["1", "1"]);
  });

  const good = { id: "g", prompt: "x", outcomes: { a: 1 } };
  const bad: [string, unknown, RegExp][] = [
    ["a row that is no object", [1], /the row/],
    ["null", null, /the row/],
    ["no prompt", { outcomes: { a: 1 } }, /a text for "prompt"/],
    ["a blank prompt", { ...good, prompt: " \n" }, /a text for "prompt"/],
    ["a prompt that is no text", { ...good, prompt: 5 }, /"prompt"/],
    ["no outcomes", { prompt: "x" }, /at least one model for "outcomes"/],
    ["empty outcomes", { ...good, outcomes: {} }, /at least one model/],
    ["outcomes in a list", { ...good, outcomes: [1] }, /an object for "outcomes"/],
    [
      "an outcome above 1",
      { ...good, outcomes: { a: 1.01 } },
      /from 0 to 1 .* for "outcomes" of "a"/,
    ],
    ["a negative outcome", { ...good, outcomes: { a: -0.1 } }, /from 0 to 1/],
    ["an outcome that is no number", { ...good, outcomes: { a: "1" } }, /from 0 to 1/],
    ["a null outcome", { ...good, outcomes: { a: null } }, /leave an unknown model out/],
    ["a bad majority", { ...good, majority: { a: 2 } }, /"majority" of "a"/],
    ["samples that are no list", { ...good, samples: { a: "A" } }, /"samples" of "a"/],
    ["a sample that is no text", { ...good, samples: { a: [3] } }, /"samples" of "a"/],
    [
      "marks of answers that are not there",
      { ...good, sample_correct: { a: [1] } },
      /as long as that of "samples" for "sample_correct" of "a"/,
    ],
    [
      "fewer marks than answers",
      { ...good, samples: { a: ["x", "y"] }, sample_correct: { a: [1] } },
      /as long as that of "samples"/,
    ],
    [
      "a mark of an answer above 1",
      { ...good, samples: { a: ["x"] }, sample_correct: { a: [2] } },
      /from 0 to 1 .* for "sample_correct" of "a"/,
    ],
    ["a negative latency", { ...good, latency: { a: -1 } }, /"latency" of "a"/],
    ["a negative price", { ...good, cost: { a: -1 } }, /"cost" of "a"/],
    ["a price that is no number", { ...good, cost: { a: "free" } }, /"cost" of "a"/],
    ["a task that is no text", { ...good, task: 3 }, /a string for "task"/],
    ["an id that was used", good, /the id "g" is that of .*:1\. /],
  ];

  test.each(bad)("refuses %s by file and line", async (_, row, message) => {
    const file = rows(good, row);
    const error = (await loadOutcomes([file]).catch((e: unknown) => e)) as Error;
    expect(error).toBeInstanceOf(InputFileError);
    expect(error.message).toMatch(message);
    expect(error.message.startsWith(`${file}:2: `)).toBe(true);
  });

  test("skipBad counts bad rows and lines that are no JSON", async () => {
    const text = [good, ...bad.map(([, row]) => row)].map((row) => JSON.stringify(row)).join("\n");
    const { outcomes, skipped } = await loadOutcomes([write(`${text}\n{"prompt": "cut o`)], {
      skipBad: true,
    });
    expect(outcomes.ids).toEqual(["g"]);
    expect(skipped).toBe(bad.length + 1);
  });

  test("nothing left", async () => {
    await expect(loadOutcomes([])).rejects.toThrow(NoLabelsError);
    await expect(loadOutcomes([write("\n")])).rejects.toThrow(NoLabelsError);
    await expect(loadOutcomes([write("{")], { skipBad: true })).rejects.toThrow(NoLabelsError);
  });

  test("names of the object prototype are names like any other", async () => {
    const file = write(
      '{"prompt":"x","outcomes":{"__proto__":1,"constructor":0,"toString":0.5},"__proto__":{"polluted":1}}',
    );
    const { outcomes } = await loadOutcomes([file]);
    expect(outcomes.models).toEqual(["__proto__", "constructor", "toString"]);
    expect(outcomes.marks).toEqual(Float32Array.of(1, 0, 0.5));
    expect({}).not.toHaveProperty("polluted");
  });

  test("keys that cannot be models, such as ids, are refused even with skipBad", async () => {
    const outcomes = Object.fromEntries(Array.from({ length: 1025 }, (_, i) => [`id${i}`, 1]));
    const load = loadOutcomes([rows({ prompt: "x", outcomes })], { skipBad: true });
    await expect(load).rejects.toThrow(/more than 1024 models/);
  });
});

describe("selection", () => {
  test("rows and models keep their cells together", async () => {
    const { outcomes } = await loadOutcomes([
      rows(
        {
          id: "1",
          prompt: "x",
          outcomes: { a: 0.1, b: 0.2 },
          samples: { b: ["B"] },
          sample_correct: { b: [1] },
          latency: { a: 1, b: 2 },
          cost: { a: 5, b: 6 },
        },
        {
          id: "2",
          prompt: "y",
          outcomes: { a: 0.3, b: 0.4 },
          samples: { a: ["A"] },
          sample_correct: { a: [0] },
          latency: { a: 3, b: 4 },
          cost: { a: 7, b: 8 },
        },
      ),
    ]);
    const turned = selectModels(selectRows(outcomes, [1, 0]), ["b", "a"]);
    expect(turned.ids).toEqual(["2", "1"]);
    expect(turned.scores).toEqual(Float32Array.of(0.4, 0.3, 0.2, 0.1));
    expect(turned.seconds).toEqual(Float32Array.of(4, 3, 2, 1));
    expect(turned.prices).toEqual(Float32Array.of(8, 7, 6, 5));
    expect(turned.answers).toEqual([
      [undefined, ["A"]],
      [["B"], undefined],
    ]);
    expect(turned.answerMarks).toEqual([
      [undefined, [0]],
      [[1], undefined],
    ]);
    expect(() => selectModels(outcomes, ["z"])).toThrow(UnknownModelError);
  });

  test("copies differ in case, white space and sentence marks only", async () => {
    const prompts = [
      "What is 1+2?",
      "what is  1+2",
      "What is 1-2?",
      "What is 1+3?",
      "f('1')",
      "f(1)",
      "问题一",
      "问题二",
    ];
    const { outcomes } = await loadOutcomes([
      rows(...prompts.map((prompt) => ({ prompt, outcomes: { a: 1 } }))),
    ]);
    expect(uniquePrompts(outcomes).prompts).toEqual([prompts[0], ...prompts.slice(2)]);
    expect(normalizePrompt(" A,\tB:\n5!? ")).toBe("a b 5!");
  });
});

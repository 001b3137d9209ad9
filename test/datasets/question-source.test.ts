import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { loadQuestionSources } from "../../src/datasets/question-source.js";
import { loadQuestions } from "../../src/datasets/questions.js";
import { InputFileError, InvalidArgumentError, NoLabelsError } from "../../src/errors.js";

const folder = await mkdtemp(join(tmpdir(), "pointsman-sources-"));
afterAll(() => rm(folder, { recursive: true }));
let files = 0;

async function write(ending: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, `${files++}${ending}`);
  await writeFile(file, content);
  return file;
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );

describe("questions in CSV", () => {
  const csv =
    '\uFEFFprompt,id,gold,note,references,answer,split\r\n"Who, ""really""?\nSay.",a,Paris,x,"[""paris, france""]",,test\r\n\r\n7 + 1?,b,8,,,,\r\n';
  const rows = [
    {
      id: "a",
      prompt: 'Who, "really"?\nSay.',
      gold: "Paris",
      references: ["paris, france"],
      answer: "text",
      split: "test",
    },
    { id: "b", prompt: "7 + 1?", gold: "8", answer: "number" },
  ];

  test("are those of JSON lines, plain and gzipped", async () => {
    expect(await loadQuestions(await write(".csv", csv))).toEqual(rows);
    expect(await loadQuestions(await write(".CSV.gz", gzipSync(csv)))).toEqual(rows);
    const lines = rows.map((row) => JSON.stringify(row)).join("\n");
    expect(await loadQuestions(await write(".jsonl", lines))).toEqual(rows);
  });

  test.each([
    ["no column prompt", "id,gold\na,1\n", 'no column "prompt"'],
    ["a column twice", "id,prompt,gold,gold\na,b,1,2\n", 'column "gold" is there twice'],
    ["too few cells", "id,prompt,gold\na,b,1\nc,d\n", ":3: Expected 3 cells"],
    ["an empty prompt", "id,prompt,gold\na,,1\n", ':2: field "prompt"'],
    ["a NUL", "id,prompt,gold\na,b\0,1\n", "without NUL"],
    ["references that are no JSON", "id,prompt,gold,references\na,b,c,d\n", "a list in JSON"],
    ["an id twice", "id,prompt,gold\na,b,1\na,c,2\n", "was used in line 2"],
  ])("with %s are refused", async (_, text, words) => {
    const error = await failure(loadQuestions(await write(".csv", text)));
    expect(error).toBeInstanceOf(InputFileError);
    expect(error.message).toContain(words);
  });
});

describe("loadQuestionSources", async () => {
  const row = (id: string, split: string) => JSON.stringify({ id, prompt: id, gold: "1", split });
  const file = await write(".jsonl", [row("a", "train"), row("b", "test")].join("\n"));
  const other = await write(".csv", "id,prompt,gold,split\nc,c,2,train\nd,d,3,train\n");
  const gsm8k = join(folder, "gsm8k");
  await mkdir(gsm8k);
  const solved = ["1", "2", "3"].map((gold) =>
    JSON.stringify({ question: gold, answer: `x\n#### ${gold}` }),
  );
  await writeFile(join(gsm8k, "train.jsonl"), solved.join("\n"));
  const ids = async (...args: Parameters<typeof loadQuestionSources>) =>
    (await loadQuestionSources(...args)).map(({ id }) => id);

  test("joins sources in their order, split and limit in each", async () => {
    const sources = [other, `gsm8k:${gsm8k}`, file];
    const partial = true;
    const all = ["gsm8k/train/0", "gsm8k/train/1", "gsm8k/train/2"];
    expect(await ids(sources, { partial })).toEqual(["c", "d", ...all, "a", "b"]);
    const some = await ids(sources, { partial, splits: "full", split: "train", limit: 1 });
    expect(some).toEqual(["c", "gsm8k/train/0", "a"]);
  });

  test("refuses an id of two sources, an incomplete benchmark, an unknown split", async () => {
    const twice = await failure(loadQuestionSources([file, other, file]));
    expect(twice).toBeInstanceOf(InputFileError);
    expect(twice.message).toContain('the id "a" is also one of');
    const cut = await failure(loadQuestionSources([`gsm8k:${gsm8k}`]));
    expect(cut.message).toContain("expected 7473 questions");
    const split = await failure(
      loadQuestionSources([`gsm8k:${gsm8k}`], { partial: true, split: "dev" }),
    );
    expect(split).toBeInstanceOf(NoLabelsError);
    expect(split.message).toContain("Splits there: train.");
  });

  test.each([
    ["no source", [], {}],
    ["a benchmark without path", ["mmlu:"], {}],
    ["a bad limit", [file], { limit: 0 }],
  ])("refuses %s", async (_, sources, options) => {
    const error = await failure(loadQuestionSources(sources, options));
    expect(error).toBeInstanceOf(InvalidArgumentError);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadPrompts } from "../../src/datasets/prompts.js";
import { InputFileError, NoLabelsError, StorageError } from "../../src/errors.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "pointsman-prompts-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, data: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, data);
  return path;
}

describe("loadPrompts", () => {
  test("takes the field prompt of JSON lines, and lines of text as they are", async () => {
    const rows = '{"prompt":"a\\nb","gold":"1"}\n\n{"prompt":""}\n';
    expect(await loadPrompts(file("a.jsonl", rows))).toEqual(["a\nb", ""]);
    expect(await loadPrompts(file("a.jsonl.gz", gzipSync(rows)))).toEqual(["a\nb", ""]);
    expect(await loadPrompts(file("a.txt", '{"prompt":1}\r\n \nzwölf'))).toEqual([
      '{"prompt":1}',
      "zwölf",
    ]);
    expect(await loadPrompts(file("b.txt.gz", gzipSync("x y\n")))).toEqual(["x y"]);
  });

  test("names file and line of a row without a prompt", async () => {
    for (const bad of ['{"prompt":3}', "7", "null"]) {
      const path = file("bad.jsonl", `{"prompt":"a"}\n${bad}\n`);
      await expect(loadPrompts(path)).rejects.toThrow(
        new InputFileError(`${path}:2: expected a row with a text field "prompt".`),
      );
    }
  });

  test("refuses a file without prompts, one that is no UTF-8 and one that is not there", async () => {
    await expect(loadPrompts(file("empty.txt", " \n\n"))).rejects.toThrow(NoLabelsError);
    await expect(loadPrompts(file("bytes.txt", Buffer.from([0xff, 0x0a])))).rejects.toThrow(
      InputFileError,
    );
    await expect(loadPrompts(join(directory, "none.txt"))).rejects.toThrow(StorageError);
  });
});

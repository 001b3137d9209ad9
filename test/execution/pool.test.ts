import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { InputFileError, StorageError } from "../../src/errors.js";
import { loadPool } from "../../src/execution/pool.js";

const directory = await mkdtemp(join(tmpdir(), "pointsman-pool-"));
const base = { name: "a", file: "models/a.gguf", kind: "base" };

async function load(value: unknown) {
  const file = join(directory, "pool.json");
  await writeFile(file, typeof value === "string" ? value : JSON.stringify(value));
  return loadPool(file);
}

const refusal = async (value: unknown) => {
  const error = await load(value).then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(InputFileError);
  return (error as Error).message;
};

describe("loadPool", () => {
  test("resolves files beside the pool file and fills in defaults", async () => {
    const pool = await load({ name: "p", models: [base] });
    expect(pool.models[0]).toEqual({
      name: "a",
      file: join(directory, "models/a.gguf"),
      kind: "base",
      shots: 0,
      stop: [],
      sampling: { temperature: 0.7, topK: 40, topP: 0.95, maxTokens: 750 },
    });
  });

  test.each([
    ["an unknown key", { name: "p", models: [{ ...base, temprature: 1 }] }, "temprature"],
    [
      "a duplicate name",
      { name: "p", models: [base, { ...base, name: "A" }] },
      '"A" is also the name of models[0]',
    ],
    ["no models", { name: "p", models: [] }, "models:"],
    ["a template without place", { name: "p", models: [{ ...base, template: "Q:" }] }, "{prompt}"],
    ["a short hash", { name: "p", models: [{ ...base, sha256: "abc" }] }, "64 hexadecimal"],
    ["an unknown kind", { name: "p", models: [{ ...base, kind: "instruct" }] }, "models[0].kind"],
    ["an empty stop text", { name: "p", models: [{ ...base, stop: [""] }] }, "models[0].stop[0]"],
    [
      "a name that leaves the directory",
      { name: "p", models: [{ ...base, name: "../x" }] },
      "models[0].name",
    ],
    ["text that is not JSON", "{", "is not JSON"],
    ["a list", [], "the file"],
  ])("refuses %s", async (_, value, words) => {
    expect(await refusal(value)).toContain(words);
  });

  test("names a missing file", async () => {
    await expect(loadPool(join(directory, "none.json"))).rejects.toThrow(StorageError);
  });
});

import { copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { InputFileError, ModelFileError, PointsmanError } from "../../../src/errors.js";
import { addModel } from "../../../src/execution/pool/add.js";
import { loadPool } from "../../../src/execution/pool/pool.js";

const models = join(import.meta.dirname, "../../../models");
const directory = mkdtempSync(join(tmpdir(), "pointsman-add-"));
const gguf = join(directory, "nature-chat.gguf");
copyFileSync(join(models, "nature-chat.gguf"), gguf);
const file = join(directory, "p.yaml");
const one = `name: p\nmodels: [{ name: a, kind: chat, file: ${gguf} }]\n`;

describe("addModel", () => {
  test("to the paper's pool changes nothing but spaces in front of what it adds", async () => {
    const copy = join(directory, "paper.yaml");
    copyFileSync(join(models, "paper.yaml"), copy);
    const before = readFileSync(copy, "utf8");
    await addModel(copy, { name: "mine", kind: "base", source: "hf:user/my-GGUF:Q8_0" });
    const bare = (text: string) => text.replaceAll(" ", "");
    expect(bare(readFileSync(copy, "utf8")).startsWith(bare(before))).toBe(true);
    const pool = await loadPool(copy);
    expect(pool.models.slice(0, 7).map(({ name }) => name)).toEqual(
      (await loadPool("paper")).models.map(({ name }) => name),
    );
    expect(pool.models[7]).toMatchObject({ file: join(directory, "my.Q8_0.gguf") });
  });

  test("to JSON keeps JSON, and a file elsewhere its whole path", async () => {
    const json = join(directory, "sub", "p.json");
    await addModel(json, { name: "a", kind: "chat", file: gguf });
    await addModel(json, { name: "b", kind: "base", file: "/elsewhere/b.gguf" });
    const { name, models: list } = JSON.parse(readFileSync(json, "utf8"));
    expect(name).toBe("p");
    expect(list).toMatchObject([{ file: gguf, bytes: 516_544 }, { file: "/elsewhere/b.gguf" }]);
  });

  test.each([
    ["a name twice", { name: "A", kind: "chat", file: gguf }, InputFileError, /also the name/],
    ["no place", { name: "c", kind: "chat" }, InputFileError, /either "file" or "source"/],
    ["a wrong kind", { name: "c", kind: "x", file: gguf }, InputFileError, /models\[1\]\.kind/],
    ["a broken model", { name: "c", kind: "chat", file: file }, ModelFileError, /GGUF/],
  ])("refuses %s and leaves the file alone", async (_, model, kind, words) => {
    writeFileSync(file, one);
    const error = await addModel(file, model).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(words);
    expect(readFileSync(file, "utf8")).toBe(one);
  });

  test("leaves a pool alone that is wrong already, and no temporary files", async () => {
    writeFileSync(file, "name: p\nmodels: 3\n");
    const added = addModel(file, { name: "c", kind: "chat", file: gguf });
    await expect(added).rejects.toThrow(PointsmanError);
    expect(readFileSync(file, "utf8")).toBe("name: p\nmodels: 3\n");
    expect(readdirSync(directory).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

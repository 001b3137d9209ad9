import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { InputFileError, StorageError } from "../../../src/errors.js";
import { readyMadePools } from "../../../src/execution/pool/names.js";
import { isRemote, loadPool } from "../../../src/execution/pool/pool.js";
import { poolJsonSchema } from "../../../src/execution/pool/schema.js";

const directory = await mkdtemp(join(tmpdir(), "pointsman-pool-"));
const base = { name: "a", file: "models/a.gguf", kind: "base" };
const remote = { name: "r", endpoint: "http://127.0.0.1:8000/v1", model: "m", kind: "chat" };
const models = join(import.meta.dirname, "../../../models");

/** Ten levels of ten references each. */
function bomb(): string {
  const levels = "bcdefghijk".split("").map((key, i) => {
    const below = "abcdefghij"[i];
    return `${key}: &${key} [${Array(10).fill(`*${below}`).join()}]`;
  });
  return ["a: &a [x, x]", ...levels, "name: *k"].join("\n");
}

async function load(value: unknown) {
  const file = join(directory, "pool.yaml");
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
    ["no file, source or endpoint", { name: "p", models: [{ name: "a", kind: "base" }] }, "either"],
    ["a file and an endpoint", { name: "p", models: [{ ...base, ...remote }] }, "either"],
    [
      "an endpoint without its model",
      { name: "p", models: [{ ...remote, model: undefined }] },
      "models[0].model",
    ],
    [
      "an API key where its variable belongs",
      { name: "p", models: [{ ...remote, apiKeyEnv: "sk-12345" }] },
      "never the key itself",
    ],
    [
      "a password in an endpoint",
      { name: "p", models: [{ ...remote, endpoint: "http://me:secret@host/v1" }] },
      "models[0].endpoint",
    ],
    [
      "a source without quantisation",
      { name: "p", models: [{ name: "a", kind: "base", source: "hf:user/repository" }] },
      "models[0].source",
    ],
    [
      "two sources of one file name",
      {
        name: "p",
        models: ["hf:a/x/m.gguf", "hf:b/y/m.gguf"].map((source, i) => ({
          name: `m${i}`,
          kind: "base",
          source,
        })),
      },
      "models[1].source",
    ],
    ["text that is not YAML", "{", "is not YAML or JSON"],
    ["a duplicate key", '{"name": "p", "name": "q", "models": []}', "must be unique"],
    ["an unknown tag", "name: !!js/function f\nmodels: []", "Unresolved tag"],
    ["two documents", "name: p\n---\nname: q", "multiple documents"],
    ["a list", [], "the file"],
    ["an empty file", "", "the file"],
    ["deep nesting", "[".repeat(200_000), "is not YAML or JSON"],
    ["deep nesting that ends", `name: ${"[".repeat(50_000)}${"]".repeat(50_000)}`, "Pool file"],
    ["another object's insides", "__proto__: {name: p}\nmodels: []", "name:"],
    ["a bomb of aliases", bomb(), "alias count"],
    ["a large file", " ".repeat(256 * 1024 + 1), "at most 262144"],
  ])("refuses %s", async (_, value, words) => {
    expect(await refusal(value)).toContain(words);
  });

  test("names every problem of every model, and stops at twenty lines", async () => {
    const wrong = { ...base, kind: "x", shots: -1, colour: "red" };
    const text = await refusal({ name: "p", models: [wrong, { ...remote, stop: [""] }, 3] });
    expect(text.split("\n").slice(1)).toEqual([
      expect.stringContaining("models[0].kind: "),
      expect.stringContaining("models[0].shots: "),
      expect.stringContaining('"colour"'),
      expect.stringContaining("models[1].stop[0]: "),
      expect.stringContaining("models[2]: "),
    ]);
    const many = await refusal({ name: "p", models: Array(15).fill(wrong) });
    expect(many.split("\n")).toHaveLength(22);
    expect(many).toContain("and 25 more");
  });

  test("reads YAML with anchors and merge keys", async () => {
    const pool = await load(
      [
        "name: p # a comment",
        "models:",
        "  - &a { name: a, kind: base, file: a.gguf, sampling: { temperature: 0 } }",
        "  - { <<: *a, name: b }",
      ].join("\n"),
    );
    expect(pool.models[1]).toEqual({ ...pool.models[0], name: "b" });
    expect(pool.models[0]!.sampling).toEqual({
      temperature: 0,
      topK: 40,
      topP: 0.95,
      maxTokens: 750,
    });
  });

  test("of any text ends in a pool or an error of ours", async () => {
    const good = await readFile(join(models, "paper.yaml"), "utf8");
    const edit = fc.tuple(fc.nat(good.length - 1), fc.constantFrom(..."{}[]&*!|>:-#\"'\n\t0a"));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const text = edits.reduce((t, [at, c]) => t.slice(0, at) + c + t.slice(at + 1), good);
        const result = await load(text).catch((error: unknown) => error);
        expect(result instanceof InputFileError || "models" in (result as object)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test("names a missing file", async () => {
    await expect(loadPool(join(directory, "none.json"))).rejects.toThrow(StorageError);
  });
});

describe("where files lie", () => {
  afterEach(() => vi.unstubAllEnvs());

  test.each([
    ["hf:user/some-GGUF/folder/m.Q4_K_M.gguf", "m.Q4_K_M.gguf"],
    ["hf:user/some-GGUF/m.gguf#branch", "m.gguf"],
    ["hf:user/Some-7B-GGUF:Q8_0", "Some-7B.Q8_0.gguf"],
    ["https://host/a/b%20c.gguf?download=true", "b c.gguf"],
    ["http://host:8000/..%2F..%2Fx.gguf", ".._2F.._2Fx.gguf"],
  ])("%s", async (source, file) => {
    const model = { name: "a", kind: "base", source };
    const place = async (fields: object) => {
      const [first] = (await load({ name: "p", ...fields })).models;
      return first !== undefined && !isRemote(first) ? first.file : undefined;
    };
    expect(await place({ models: [model] })).toBe(join(directory, file));
    expect(await place({ directory: "sub", models: [model] })).toBe(join(directory, "sub", file));
    expect(await place({ models: [{ ...model, file: "own.gguf" }] })).toBe(
      join(directory, "own.gguf"),
    );
    vi.stubEnv("POINTSMAN_MODELS", join(directory, "store"));
    expect(await place({ models: [model] })).toBe(join(directory, "store", file));
  });

  test.each(["hf:../x/y.gguf", "hf:u/r/../../x", "file:///etc/x.gguf", "https://u:p@h/x.gguf"])(
    "%s is no source",
    async (source) => {
      const text = await refusal({ name: "p", models: [{ name: "a", kind: "base", source }] });
      expect(text).toContain("models[0].source");
    },
  );
});

describe("ready-made pools", () => {
  test.each(readyMadePools)("%s loads by name", async (name) => {
    expect((await loadPool(name)).models).toHaveLength(7);
  });

  test("paper samples as the paper did, from sources that are told apart", async () => {
    const { models } = await loadPool("paper");
    const local = models.flatMap((model) => (isRemote(model) ? [] : [model]));
    for (const { sampling, contextSize, kind, shots, stop, source, licence, bytes } of local) {
      expect(sampling).toEqual({ temperature: 0.7, topK: 0, topP: 1, maxTokens: 750 });
      expect(contextSize).toBe(4096);
      expect(shots).toBe(kind === "base" ? 5 : 0);
      expect(stop.length).toBe(kind === "base" ? 1 : 0);
      expect(source).toMatch(/^hf:.*Q4_K_M\.gguf$/);
      expect(licence).toBeDefined();
      expect(bytes).toBeGreaterThan(4e9);
    }
    expect(new Set(local.map(({ file }) => file)).size).toBe(7);
  });

  test("the JSON schema for editors is that of the code: npm run pool-schema", async () => {
    const written = JSON.parse(await readFile(join(models, "pool.schema.json"), "utf8"));
    expect(written).toEqual(JSON.parse(JSON.stringify(poolJsonSchema())));
  });
});

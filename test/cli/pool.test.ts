import { copyFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pointsman } from "./pointsman.js";

const directory = mkdtempSync(join(tmpdir(), "pointsman-pool-cli-"));
const models = join(import.meta.dirname, "../../models");
const gguf = join(directory, "nature-chat.gguf");
copyFileSync(join(models, "nature-chat.gguf"), gguf);
const sha256 = JSON.parse(readFileSync(join(models, "nature-chat.json"), "utf8")).sha256;
const path = (name: string) => join(directory, name);
const pool = (...args: string[]) => pointsman(["pool", ...args]);
const json = async (...args: string[]) => {
  const { stdout, stderr } = await pool(...args, "--json");
  expect(stdout, stderr).not.toBe("");
  return JSON.parse(stdout);
};

describe("list and show", () => {
  test("name the ready-made pools and their models", async () => {
    const pools = await json("list");
    expect(pools.map(({ name }: { name: string }) => name)).toEqual(["toy", "paper"]);
    const shown = await pool("show", "paper");
    expect(shown.stdout).toContain("metamath-7b\n  base, 5 shots, context 4096, temperature 0.7");
    expect(shown.stdout).toContain("hf:TheBloke/MetaMath-7B-V1.0-GGUF/");
    expect((await json("show", "paper")).models).toHaveLength(7);
  });
});

describe("check", () => {
  test("the toy pool can run here", async () => {
    const { code, stdout, stderr } = await pool("check");
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("7 of 7 models can run.");
  });

  test("exits with 3 and says of each model what is wrong", async () => {
    writeFileSync(path("cut.gguf"), readFileSync(gguf).subarray(0, 300_000));
    const base = { kind: "base", file: gguf };
    const list = [
      { ...base, name: "right", sha256 },
      { ...base, name: "other", sha256: "0".repeat(64) },
      { ...base, name: "cut", file: "cut.gguf" },
      { ...base, name: "gone", file: "gone.gguf", source: "hf:u/r/gone.gguf", bytes: 5e9 },
      {
        name: "far",
        kind: "chat",
        endpoint: "http://x.y/v1",
        model: "m",
        apiKeyEnv: "NO_SUCH_KEY",
      },
    ];
    writeFileSync(path("wrong.json"), JSON.stringify({ name: "wrong", models: list }));
    const { code, stdout } = await pool("check", path("wrong.json"));
    expect(code).toBe(3);
    for (const words of [
      "ok  right",
      /NO {2}other\n.*SHA-256/,
      /NO {2}cut\n.*truncated/,
      /NO {2}gone\n.*not there.*pool pull/,
      /NO {2}far\n.*NO_SUCH_KEY/,
      "1 of 5 models can run.",
      "Missing: 1 files, 5.0 GB.",
    ]) {
      expect(stdout).toMatch(words);
    }
  });

  test("prints facts and memory as JSON", async () => {
    writeFileSync(path("one.yaml"), `name: one\nmodels: [{name: a, kind: chat, file: ${gguf}}]\n`);
    const {
      ok,
      models: checks,
      together,
    } = await json("check", path("one.yaml"), "--sequences", "4");
    expect(ok).toBe(true);
    expect(checks[0]).toMatchObject({
      sha256,
      contextSize: 256,
      facts: {
        architecture: "llama",
        parameters: 240_768,
        quantisation: "F16",
        hasChatTemplate: true,
      },
      notes: [expect.stringContaining("No sha256")],
    });
    expect(together.need).toEqual(checks[0].need);
    expect(checks[0].need.cpu.ram).toBeGreaterThan(1e6);
  });
});

describe("add", () => {
  test("makes a pool, fills in the hash, keeps comments and order", async () => {
    const file = path("mine.yaml");
    const added = await json("add", file, "--name", "a", "--kind", "chat", "--file", gguf);
    expect(added).toMatchObject({ name: "a", file: "nature-chat.gguf", sha256, bytes: 516_544 });
    const price = "    price: { prompt: 1, completion: 2 } # in cents\n";
    writeFileSync(file, `# on top\n${readFileSync(file, "utf8")}${price}`);
    const before = readFileSync(file, "utf8");
    const remote = ["--endpoint", "http://127.0.0.1:8000/v1", "--model", "m", "--stop", "\nUser:"];
    const { code, stderr } = await pool("add", file, "--name", "b", "--kind", "chat", ...remote);
    expect(code, stderr).toBe(0);
    expect(readFileSync(file, "utf8").startsWith(before)).toBe(true);
    const { models: list } = await json("show", file);
    expect(list).toMatchObject([
      { name: "a", file: gguf, price: { prompt: 1, completion: 2 } },
      { name: "b", endpoint: "http://127.0.0.1:8000/v1", stop: ["\nUser:"] },
    ]);
  });

  test("refuses a ready-made pool", async () => {
    const { code, stderr } = await pool("add", "toy", "--name", "c", "--kind", "chat");
    expect(code).toBe(2);
    expect(stderr).toContain("comes with the package");
    expect(existsSync("toy")).toBe(false);
  });
});

describe("pull", () => {
  test("has nothing to do for the toy pool, and needs known names and a line", async () => {
    const there = await json("pull", "toy", "--models", "nature-chat");
    expect(there).toMatchObject([{ name: "nature-chat", sha256, fetched: false }]);
    expect((await pool("pull", "toy", "--models", "gpt-9")).stderr).toContain('"gpt-9"');
    const source = "http://127.0.0.1:1/x.gguf";
    const text = `name: n\nmodels: [{name: a, kind: base, source: "${source}"}]\n`;
    writeFileSync(path("far.yaml"), text);
    const { code, stderr } = await pool("pull", path("far.yaml"));
    expect(code).toBe(3);
    expect(stderr).toContain("no connection");
  });
});

test("every --pool takes a name", async () => {
  const out = path("run");
  const questions = join(models, "questions/test.jsonl");
  const args = [
    "--pool",
    "paper",
    "--questions",
    questions,
    "--out",
    out,
    "--limit",
    "1",
    "-n",
    "1",
  ];
  const { code, stderr } = await pointsman(["sample", ...args]);
  expect(code).toBe(3);
  expect(stderr).toContain("gemma-7b.Q4_K_M.gguf");
});

import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { twoSkillWorld } from "../worlds.js";
import { pointsman } from "./pointsman.js";

const directory = mkdtempSync(join(tmpdir(), "pointsman-cli-"));
const file = (name: string) => join(directory, name);
const outcomesFile = file("outcomes.jsonl.gz");
const routerFile = file("router.safetensors");

const train = ["train", "--outcomes", outcomesFile, "--folds", "2", "--out"];

beforeAll(async () => {
  const { models, prompts, scores } = twoSkillWorld(600);
  const lines = prompts.map((prompt, row) =>
    JSON.stringify({
      prompt,
      outcomes: Object.fromEntries(models.map((m, i) => [m, scores[row * 3 + i]])),
    }),
  );
  writeFileSync(outcomesFile, gzipSync(lines.join("\n")));
  const { code } = await pointsman([...train, routerFile]);
  expect(code).toBe(0);
});

describe("train", () => {
  test("says what was learnt, as JSON too", async () => {
    const { stdout, code } = await pointsman([...train, file("b.safetensors"), "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      n: 600,
      fallback: "general",
      estimator: "blend of clusters, multi-label",
      certificate: { folds: 2, prompts: 600, bestSingle: "general", contamination: [] },
    });
    expect(readFileSync(file("b.safetensors")).equals(readFileSync(routerFile))).toBe(true);
  });

  test.each([
    [
      "a missing file",
      ["--outcomes", "missing.jsonl", "--out", "x"],
      4,
      /Cannot .*"missing.jsonl": it does not exist/,
    ],
    [
      "an unknown model",
      ["--outcomes", outcomesFile, "--out", "x", "--models", "sums,llama9"],
      2,
      /Unknown model "llama9".*sums, facts, general/,
    ],
    [
      "an unwritable place",
      ["--outcomes", outcomesFile, "--out", join(outcomesFile, "r.safetensors")],
      4,
      /Cannot write/,
    ],
    ["no output named", ["--outcomes", outcomesFile], 2, /--out/],
    [
      "a bad number",
      ["--outcomes", outcomesFile, "--out", "x", "--clusters", "many"],
      2,
      /whole number/,
    ],
    [
      "an unknown option",
      ["--outcomes", outcomesFile, "--out", "x", "--fast"],
      2,
      /unknown option/,
    ],
  ])("%s is refused", async (_, args, code, message) => {
    const result = await pointsman(["train", ...args]);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(result.code).toBe(code);
  });

  test("a bad row is named, and counted with --skip-bad", async () => {
    const bad = file("bad.jsonl");
    writeFileSync(
      bad,
      '{"prompt":"red blue","outcomes":{"m":1}}\n{"prompt":"red blue","outcomes":{"m":7}}\n{"prompt":"red blue","outcomes":{"m":0}}\n',
    );
    const refused = await pointsman(["train", "--outcomes", bad, "--out", file("x")]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/bad\.jsonl:2/);
    const skipped = await pointsman([
      "train",
      "--outcomes",
      bad,
      "--out",
      file("x"),
      "--skip-bad",
      "--json",
    ]);
    expect(JSON.parse(skipped.stdout)).toMatchObject({ n: 2, skipped: 1 });
  });
});

describe("evaluate", () => {
  test("cross-validates: the router finds what no single model has", async () => {
    const { stdout, code } = await pointsman([
      "evaluate",
      "--outcomes",
      outcomesFile,
      "--cross-validate",
      "4",
      "--json",
    ]);
    expect(code).toBe(0);
    const { n, models, rows } = JSON.parse(stdout);
    expect(models).toEqual(["sums", "facts", "general"]);
    expect(n).toBeGreaterThan(0);
    const router = rows.find((row: { kind: string }) => row.kind === "router");
    expect(router.accuracy).toBeGreaterThan(0.9);
    expect(router.gain).toBeGreaterThan(0.2);
    expect(router.gainLow).toBeLessThanOrEqual(router.gain);
    expect(rows.filter((row: { kind: string }) => row.kind === "single")).toHaveLength(3);
  });

  test("judges a router file", async () => {
    const { stdout, code } = await pointsman([
      "evaluate",
      "--outcomes",
      outcomesFile,
      "--router",
      routerFile,
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/router/);
    expect(stdout).toMatch(/oracle/);
  });

  test("asks for one of the two ways", async () => {
    const { stderr, code } = await pointsman(["evaluate", "--outcomes", outcomesFile]);
    expect(stderr).toMatch(/either --router FILE or --cross-validate K/);
    expect(code).toBe(2);
  });
});

describe("route", () => {
  test("one prompt a line in, one decision a line out", async () => {
    const input = "how many apples if you add 3 and 4\n\nwhich is the author of thing 12\n";
    const { stdout, code } = await pointsman(["route", "--router", routerFile], { input });
    const decisions = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(decisions.map((d) => d.model)).toEqual(["sums", "general", "facts"]);
    expect(Object.keys(decisions[0].scores).sort()).toEqual(["facts", "general", "sums"]);
    expect(decisions[0].microseconds).toBeGreaterThan(0);
  });

  test("prompts with line breaks come as JSON", async () => {
    const input = `${JSON.stringify({ id: 7, prompt: "which is\nthe author of thing 12" })}\n`;
    const { stdout } = await pointsman(["route", "--router", routerFile, "--jsonl"], { input });
    expect(JSON.parse(stdout)).toMatchObject({ id: 7, model: "facts" });
    const refused = await pointsman(["route", "--router", routerFile, "--jsonl"], {
      input: "plain\n",
    });
    expect(refused.stderr).toMatch(/standard input:1/);
    expect(refused.code).toBe(2);
  });

  test("a damaged router file gives one line, no stack trace", async () => {
    writeFileSync(file("cut.safetensors"), readFileSync(routerFile).subarray(0, 500));
    const { stderr, code } = await pointsman(["route", "--router", file("cut.safetensors")]);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(/truncated or damaged/);
    expect(code).toBe(2);
  });
});

describe("help", () => {
  test.each([[[]], [["train"]], [["evaluate"]], [["route"]], [["ask"]], [["sample"]], [["demo"]]])(
    "pointsman %s --help",
    async (command) => {
      const { stdout, code } = await pointsman([...command, "--help"]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Usage: pointsman/);
    },
  );
});

describe("certify", () => {
  test("prints the certificate, and checks it on outcomes", async () => {
    const certified = await pointsman(["certify", "--router", routerFile]);
    expect(certified.code).toBe(0);
    expect(certified.stdout).toMatch(/judged on +600 prompts .*2 folds/);
    expect(certified.stdout).toMatch(/gain +\+\d/);
    const again = ["certify", "--router", routerFile, "--outcomes", outcomesFile, "--json"];
    const { check } = JSON.parse((await pointsman(again)).stdout);
    expect(check).toMatchObject({ n: 600, verdict: "better", seenInTraining: true });
  });

  test("ends with 1 where the router is worse than the best single model", async () => {
    const { models, prompts, scores } = twoSkillWorld(200);
    // What each specialist is good at is turned round.
    const lines = prompts.map((prompt, row) => {
      const [a, b, c] = [scores[row * 3]!, scores[row * 3 + 1]!, scores[row * 3 + 2]!];
      const turned = models.map((model, i) => [model, model === "general" ? 1 : 1 - [a, b, c][i]!]);
      return JSON.stringify({ prompt, outcomes: Object.fromEntries(turned) });
    });
    writeFileSync(file("turned.jsonl"), lines.join("\n"));
    const { code, stdout } = await pointsman([
      "certify",
      "--router",
      routerFile,
      "--outcomes",
      file("turned.jsonl"),
    ]);
    expect(stdout).toContain("worse");
    expect(code).toBe(1);
  });

  test("says what a router without a certificate lacks", async () => {
    const bare = file("bare.safetensors");
    await pointsman([...train, bare, "--no-certificate", "--estimator", "multi-label"]);
    const { code, stderr } = await pointsman(["certify", "--router", bare]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/no certificate.*without --no-certificate/s);
  });
});

test("a router of an encoder's vectors routes with that encoder, and names it where it is missing", async () => {
  const encoder = ["--encoder", join(import.meta.dirname, "../../models/general-chat.gguf")];
  const vectors = file("vectors.safetensors");
  const small = file("small.jsonl");
  const { models, prompts, scores } = twoSkillWorld(60);
  const lines = prompts.map((prompt, row) => {
    const outcomes = Object.fromEntries(models.map((model, i) => [model, scores[row * 3 + i]]));
    return JSON.stringify({ prompt, outcomes });
  });
  writeFileSync(small, lines.join("\n"));
  const made = ["train", "--outcomes", small, "--no-certificate", ...encoder, "--out", vectors];
  expect((await pointsman(made)).code).toBe(0);
  const route = ["route", "--router", vectors];
  const bare = await pointsman(route, { input: "Which author?\n" });
  expect(bare.code).toBe(2);
  expect(bare.stderr).toMatch(/the one the router was trained with, gguf:.*for --encoder/);
  const routed = await pointsman([...route, ...encoder], { input: "Which author?\n" });
  expect(models).toContain(JSON.parse(routed.stdout).model);
});

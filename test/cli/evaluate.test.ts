import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadOutcomes } from "../../src/datasets/outcomes.js";
import type { Evaluation } from "../../src/evaluation/table.js";
import { random } from "../../src/random.js";
import { fitRouter } from "../../src/router/fit.js";
import { pointsman } from "./pointsman.js";

const folder = mkdtempSync(join(tmpdir(), "pointsman-evaluate-"));
afterAll(() => rmSync(folder, { recursive: true }));
const outcomesFile = join(folder, "outcomes.jsonl");
const bareFile = join(folder, "bare.jsonl");
const routerFile = join(folder, "router.safetensors");

const words = ["red", "blue", "tall", "small", "fast", "slow", "old", "new", "warm", "cold"];
const n = 150;

const certificate = {
  prompts: 100,
  groups: 90,
  folds: 5,
  seed: 1,
  fingerprint: "0123456789abcdef".repeat(4),
  bestSingle: "general",
  bestSingleAccuracy: 0.7,
  routerAccuracy: 0.8,
  gain: 0.1,
  gainLow: 0.05,
  gainHigh: 0.15,
  minimumDetectableEffect: 0.07,
  calibration: { ece: 0.03, brier: 0.2 },
  contamination: [],
};

/** Two skills, two specialists who err now and then, and a generalist; one answer each. The right one is "1". */
beforeAll(async () => {
  const { below } = random(5);
  const rows = Array.from({ length: n }, (_, row) => {
    const isSum = row % 2 === 0;
    const text = Array.from({ length: 4 }, () => words[below(10)]).join(" ");
    const right = (odds: number) => Number(below(100) < odds);
    const outcomes = {
      sums: right(isSum ? 95 : 20),
      facts: right(isSum ? 20 : 95),
      general: right(70),
    };
    const samples = Object.entries(outcomes).map(([model, mark], i) => [
      model,
      [mark === 1 ? "1" : `${i + 2}`],
    ]);
    return {
      prompt: `${isSum ? "add" : "name"} ${text}`,
      outcomes,
      samples: Object.fromEntries(samples),
      gold: "1",
      subject: `subject ${below(6)}`,
      split: row % 3 === 0 ? "test" : "train",
      cost: { sums: 1, facts: 1, general: 2 },
    };
  });
  writeFileSync(outcomesFile, rows.map((row) => JSON.stringify(row)).join("\n"));
  const bare = rows.map(({ prompt, outcomes }) => JSON.stringify({ prompt, outcomes }));
  writeFileSync(bareFile, bare.join("\n"));
  const { outcomes } = await loadOutcomes([outcomesFile]);
  await (await fitRouter(outcomes, { certificate })).save(routerFile);
});

const evaluate = (...args: string[]) =>
  pointsman(["evaluate", "--outcomes", outcomesFile, ...args]);

async function json(...args: string[]) {
  const { stdout, stderr, code } = await evaluate(...args, "--json");
  // Progress may be told on a slow machine.
  expect(stderr).not.toMatch(/pointsman:/);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Evaluation & Record<string, unknown>;
}

describe("every row of the comparison", () => {
  test("in order, each with its kind; what the flags add", async () => {
    const args = [
      "--cross-validate",
      "3",
      "--pair",
      "general,sums",
      "--paper",
      "gsm8k",
      "--labels",
    ];
    const { rows, classReports, models, ...more } = await json(...args);
    const named = rows.map(({ kind, name }) => `${kind}: ${name}`);
    expect(named.filter((name) => !/^(joint|upper-bound)/.test(name))).toEqual([
      "single: sums",
      "single: facts",
      "single: general",
      "random: random",
      "policy: best per subject",
      "policy: multi-label",
      "policy: argmax-as-released",
      "policy: random of top 3",
      "policy: prediction",
      "policy: prediction-as-released",
      "policy: sorted-prediction",
      "policy: sorted-prediction-as-released",
      "policy: separate classifiers",
      "policy: multi-label, balanced",
      "cluster: k-means",
      "cluster: k-means, sets by vote",
      "knn: 100 neighbours",
      "router: router",
      "policy: router, ungated (argmax)",
      "plan: plan, <= 1 answer",
      "plan: plan, <= 3 answers",
      "plan: plan, <= 5 answers",
      "plan: plan, <= 9 answers",
      "plan: plan, any number of answers",
      "oracle: oracle",
    ]);
    const row = (name: string) => rows.find((one) => one.name === name)!;
    expect(row("separate classifiers").gainLow).toBeGreaterThan(0.05);
    expect(row("sums").price).toBe(1);
    expect(row("router").latency).toBeUndefined();
    expect(row("plan, <= 1 answer").answers).toBe(1);
    expect(row("plan, any number of answers").answers).toBeGreaterThan(1);
    expect(row("plan, any number of answers").price).toBeGreaterThan(1);
    expect(row("cluster bound of k-means").kind).toBe("upper-bound");
    expect(classReports!.map(({ name }) => name)).toContain("multi-label, balanced");
    expect(models).toEqual(["sums", "facts", "general"]);
    expect(more).toMatchObject({
      n: expect.any(Number),
      pair: {
        weak: "general",
        strong: "sums",
        rows: [{ name: "multi-label" }, { name: "router" }],
      },
      paper: { benchmark: "gsm8k", testPrompts: 1319 },
      labelNoise: { effectivePoolSize: expect.any(Number) },
    });
    expect(more.contamination).toHaveLength(3);
  });

  test("the printed page: at most 100 columns, a section for each flag", async () => {
    const flags = ["--pair", "general,sums", "--paper", "mmlu", "--labels", "--classes"];
    const { stdout, code } = await evaluate("--cross-validate", "2", ...flags);
    expect(code).toBe(0);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    for (const text of [
      /^router +\d/m,
      /^from general to sums/m,
      /^paper, mmlu/m,
      /^weighted average/m,
      /^models with independent errors/m,
      /^sums +train .* clean$/m,
    ]) {
      expect(stdout).toMatch(text);
    }
  });

  test("several seeds, a sample of the training prompts, unseen subjects, vectors of an encoder", async () => {
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const piece of request) body += piece;
      const { input } = JSON.parse(body) as { input: string[] };
      const data = input.map((text, index) => ({
        index,
        embedding: text.startsWith("add") ? [1, 0] : [0, 1],
      }));
      response.setHeader("content-type", "application/json").end(JSON.stringify({ data }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    try {
      const split = ["--seeds", "3,1", "--train", "60", "--group", "subject"];
      const encoder = ["--encoder", url, "--encoder-model", "m"];
      const evaluation = await json("--cross-validate", "2", ...split, ...encoder);
      expect(evaluation).toMatchObject({
        seed: 3,
        seeds: [3, 1],
        trainSize: 60,
        groupedBy: "subject",
        groups: 6,
        folds: 2,
      });
      const found = evaluation.rows.find(({ name }) => name === "k-means, encoder vectors")!;
      expect(found.kind).toBe("cluster");
      expect(found.gainLow).toBeGreaterThan(0.05);
    } finally {
      server.close();
    }
  });
});

describe("a router file", () => {
  test("by its own gate, and without it", async () => {
    const { rows } = await json("--router", routerFile);
    const row = (name: string) => rows.find((one) => one.name === name)!;
    expect(row("router").kind).toBe("router");
    expect(row("router, ungated (argmax)").kind).toBe("policy");
    expect(rows.map(({ name }) => name)).not.toContain("multi-label");
  });

  test("the report shows the certificate that is in the file", async () => {
    const out = join(folder, "router.html");
    const args = ["report", "--outcomes", outcomesFile, "--router", routerFile, "--out", out];
    expect((await pointsman(args)).code).toBe(0);
    expect(readFileSync(out, "utf8")).toContain(certificate.fingerprint);
  });

  test("the report draws plans and the pair that is asked for", async () => {
    const out = join(folder, "report.html");
    const args = ["report", "--outcomes", outcomesFile, "--cross-validate", "2", "--out", out];
    const { code, stderr } = await pointsman([...args, "--pair", "general,facts"]);
    expect(stderr).toMatch(/wrote .*report\.html/);
    expect(code).toBe(0);
    const html = readFileSync(out, "utf8");
    expect(html).toMatch(/What more answers bring/);
    expect(html).toMatch(/Prompts go from <bdi>general<\/bdi> to <bdi>facts<\/bdi>/);
  });
});

test.each([
  [
    "a router file cannot be trained",
    ["--router", routerFile, "--train", "9"],
    /--train cannot be/,
  ],
  ["one seed twice", ["--cross-validate", "2", "--seeds", "1,1"], /each seed once/],
  ["one model twice", ["--cross-validate", "2", "--pair", "sums,sums"], /two different models/],
  ["an unknown model", ["--router", routerFile, "--pair", "sums,gpt"], /Unknown model "gpt"/],
  ["an unknown benchmark", ["--router", routerFile, "--paper", "arc"], /gsm8k, mmlu/],
  [
    "an encoder not trained with",
    ["--router", routerFile, "--encoder", "x.gguf"],
    /none for --enc/,
  ],
  ["too many training prompts", ["--cross-validate", "2", "--train", "500"], /trainSize/],
])("refused: %s", async (_, args, message) => {
  const { stderr, code } = await evaluate(...args);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBeGreaterThanOrEqual(2);
});

test("refused: prompts without a subject", async () => {
  const args = ["--cross-validate", "2", "--group", "subject"];
  const { stderr, code } = await pointsman(["evaluate", "--outcomes", bareFile, ...args]);
  expect(stderr).toMatch(/a subject or task of every prompt/);
  expect(code).toBe(2);
});

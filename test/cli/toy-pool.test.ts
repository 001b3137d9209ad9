import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { toyQuestions } from "../../src/cli/paths.js";
import { placeOf } from "../../src/execution/pool/names.js";
import { pointsman } from "./pointsman.js";

/** The main job in small, with the real models: 24 questions, two of each skill. */
const directory = mkdtempSync(join(tmpdir(), "pointsman-toy-"));
const questions = toyQuestions("test");
const sampling = (out: string) => [
  "sample",
  "--questions",
  questions,
  "--out",
  out,
  "--limit",
  "24",
  "-n",
  "4",
];
const whole = join(directory, "whole");
const router = join(directory, "router.safetensors");
const toyPool = placeOf("toy").file;
const models = JSON.parse(readFileSync(toyPool, "utf8")).models.map(
  (m: { name: string }) => m.name,
);

beforeAll(async () => {
  const { code, stderr } = await pointsman(sampling(whole));
  expect(code, stderr).toBe(0);
}, 120_000);

const training = ["train", "--no-certificate", "--outcomes"];

/** Once the first answers are on disk. */
function whenAnswersCome(run: string, then: () => void): void {
  const samples = join(run, "samples");
  const timer = setInterval(() => {
    const files = existsSync(samples) ? readdirSync(samples) : [];
    if (!files.some((file) => statSync(join(samples, file)).size > 0)) return;
    clearInterval(timer);
    then();
  }, 20);
}

describe("sample", () => {
  test("labels every question for every model", () => {
    const rows = readFileSync(join(whole, "outcomes.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(24);
    for (const row of rows) {
      expect(Object.keys(row.outcomes)).toEqual(models);
      expect(Object.values(row.samples).every((list) => (list as unknown[]).length === 4)).toBe(
        true,
      );
      for (const rate of Object.values(row.outcomes))
        expect([0, 0.25, 0.5, 0.75, 1]).toContain(rate);
    }
    // Chance on a mix of numbers and four options is far below this.
    const best = Math.max(
      ...models.map((m: string) => rows.reduce((sum, row) => sum + row.majority[m], 0) / 24),
    );
    expect(best).toBeGreaterThan(0.3);
  });

  test("Ctrl-C in the middle: exit 130, and the same command goes on to the same answers", async () => {
    const out = join(directory, "interrupted");
    const first = await pointsman(sampling(out), {
      onStart: (child) => whenAnswersCome(out, () => child.kill("SIGINT")),
    });
    expect(first.code).toBe(130);
    expect(first.stderr).not.toMatch(/\n\s+at /);
    const second = await pointsman(sampling(out));
    expect(second.code, second.stderr).toBe(0);
    const answers = (run: string): string[] =>
      readFileSync(join(run, "outcomes.jsonl"), "utf8")
        .trim()
        .split("\n")
        .flatMap((line) => Object.values(JSON.parse(line).samples).flat() as string[]);
    const [resumed, uninterrupted] = [answers(out), answers(whole)];
    expect(resumed).toHaveLength(24 * models.length * 4);
    // llama.cpp's rounding depends on which prompts share a batch, and now and then that turns a near-tie.
    const same = resumed.filter((answer, i) => answer === uninterrupted[i]).length;
    expect(same / resumed.length).toBeGreaterThan(0.95);
  }, 120_000);

  test("other settings in the same directory are refused", async () => {
    const { code, stderr } = await pointsman([...sampling(whole), "--seed", "2"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/seed/);
  });

  test("a model file that is not the pool's is refused by name", async () => {
    const pool = JSON.parse(readFileSync(toyPool, "utf8"));
    writeFileSync(join(directory, "broken.gguf"), "not a model");
    pool.models = [{ ...pool.models[0], file: "broken.gguf" }];
    const file = join(directory, "pool.json");
    writeFileSync(file, JSON.stringify(pool));
    const { code, stderr } = await pointsman([
      ...sampling(join(directory, "broken")),
      "--pool",
      file,
    ]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/broken\.gguf/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe("train, evaluate and ask", () => {
  test("the router of these labels answers a new question", async () => {
    const outcomes = join(whole, "outcomes.jsonl");
    expect((await pointsman([...training, outcomes, "--out", router])).code).toBe(0);
    const evaluated = await pointsman([
      "evaluate",
      "--outcomes",
      outcomes,
      "--cross-validate",
      "3",
      "--json",
    ]);
    expect(JSON.parse(evaluated.stdout).rows.map((row: { kind: string }) => row.kind)).toContain(
      "joint",
    );
    const asked = await pointsman([
      "ask",
      "Which word is the opposite of hot?",
      "--router",
      router,
    ]);
    expect(asked.code, asked.stderr).toBe(0);
    expect(asked.stderr).toMatch(/routed in .* us .*to /);
    expect(asked.stdout.trim()).not.toBe("");
    const voted = await pointsman(["ask", "What is 2 + 3?", "--router", router, "--budget", "3"]);
    expect(voted.code, voted.stderr).toBe(0);
    expect(voted.stderr).toMatch(/^plan: \w+, at most 3 answers/);
    expect(voted.stdout).toMatch(/\(\d+ answers?\)/);
    const json = await pointsman([
      "ask",
      "What is 3 + 4?",
      "--router",
      router,
      "--model",
      models[1],
      "--json",
    ]);
    expect(JSON.parse(json.stdout)).toMatchObject({ model: models[1] });
  });

  test.each([
    ["no router yet", ["ask", "hi", "--router", join(directory, "none")], 2, /pointsman demo/],
    ["an empty prompt", ["ask", " ", "--router", router], 2, /Expected some text/],
    [
      "an unknown model",
      ["ask", "hi", "--router", router, "--model", "gpt-9"],
      2,
      /Unknown model "gpt-9"/,
    ],
  ])("%s", async (_, args, code, message) => {
    const result = await pointsman(args);
    expect(result.stderr).toMatch(message);
    expect(result.code).toBe(code);
  });
});

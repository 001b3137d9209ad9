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
import { describe, expect, test } from "vitest";
import { toyQuestions } from "../../src/cli/paths.js";
import { pointsman } from "./pointsman.js";

const toyPool = join(import.meta.dirname, "../../models/pool.json");
const directory = mkdtempSync(join(tmpdir(), "pointsman-status-"));
const out = join(directory, "run");
const models: string[] = JSON.parse(readFileSync(toyPool, "utf8"))
  .models.slice(0, 2)
  .map((model: { name: string }) => model.name);
const sampling = (limit: number, more: string[] = []) => [
  "sample",
  "--questions",
  toyQuestions("test"),
  "--out",
  out,
  "--models",
  models.join(","),
  "--limit",
  String(limit),
  "-n",
  "5",
  "--stop",
  "exact",
  ...more,
];
const status = async () => {
  const { code, stdout, stderr } = await pointsman(["sample", "status", "--out", out, "--json"]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
};

async function whenAnswersCome(): Promise<void> {
  const samples = join(out, "samples");
  const sizes = () => readdirSync(samples).map((file) => statSync(join(samples, file)).size);
  while (!existsSync(samples) || !sizes().some((size) => size > 0))
    await new Promise((done) => setTimeout(done, 20));
}

describe("sample status", () => {
  test("tells how far a run is from another terminal, and what is there when it is through", async () => {
    let during: Awaited<ReturnType<typeof status>>;
    let pid: number | undefined;
    const first = await pointsman(sampling(60), {
      onStart: async (child) => {
        pid = child.pid;
        await whenAnswersCome();
        during = await status();
        child.kill("SIGINT");
      },
    });
    expect(first.code).toBe(130);
    expect(during).toMatchObject({ pid, questions: 60, n: 5 });
    expect(during.models).toHaveLength(JSON.parse(readFileSync(toyPool, "utf8")).models.length);

    const stopped = await status();
    expect(stopped.pid).toBeNull();
    const second = await pointsman(sampling(60));
    expect(second.code, second.stderr).toBe(0);
    const whole = await status();
    const answers = (run: typeof whole) =>
      run.models.map((model: { answers: number }) => model.answers);
    for (const [i, count] of answers(during).entries())
      expect(answers(stopped)[i]).toBeGreaterThanOrEqual(count);
    for (const model of whole.models.slice(0, 2)) {
      expect(model).toMatchObject({ questions: 60, answersLeft: 0, secondsLeft: 0 });
      expect(model.answers).toBeGreaterThan(60 * 3 - 1);
      expect(model.answers).toBeLessThan(60 * 5);
      expect(model.finishReasons.stop + model.finishReasons.length).toBe(model.answers);
    }
    const rows = readFileSync(join(out, "outcomes.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const right = (name: string) =>
      rows.reduce((sum, row) => sum + row.majority[name], 0) / rows.length;
    for (const { name, accuracy } of whole.models.slice(0, 2))
      expect(accuracy).toBeCloseTo(right(name), 9);
  }, 120_000);

  test("prints a table", async () => {
    const { stdout } = await pointsman(["sample", "status", "--out", out]);
    const [title, head, first] = stdout.split("\n");
    expect(title).toBe("7 models x 60 questions x at most 5 answers; nobody is at work");
    expect(head).toMatch(/^model +questions +answers +right +usable +cut off +tokens\/s +ETA$/);
    expect(first).toMatch(new RegExp(`^${models[0]} +60/60 +\\d+ +[\\d.]+ % `));
  });

  test.each([
    [
      "another rule",
      [...sampling(60), "--stop", "bayes:0.1"],
      2,
      /stopping: \{"kind":"exact"\} there/,
    ],
    ["a rule that is none", [...sampling(60), "--stop", "soon"], 2, /Expected all, exact, bayes/],
    ["no directory", ["sample", "--questions", toyQuestions("test")], 2, /--out/],
    ["no questions", ["sample", "--out", out], 2, /--questions/],
    ["no run", ["sample", "status", "--out", directory], 2, /holds no run/],
  ])("refuses %s", async (_, args, code, message) => {
    const result = await pointsman(args);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(result.code).toBe(code);
  });

  test("progress is JSON lines where stderr is no terminal", async () => {
    const pool = JSON.parse(readFileSync(toyPool, "utf8"));
    writeFileSync(join(directory, "broken.gguf"), "not a model");
    pool.models = [{ ...pool.models[0], file: "broken.gguf" }];
    writeFileSync(join(directory, "pool.json"), JSON.stringify(pool));
    const { code, stderr } = await pointsman([
      ...sampling(2, ["--pool", join(directory, "pool.json"), "--models", models[0]!]),
      "--out",
      join(directory, "broken"),
    ]);
    expect(code).toBe(3);
    const line = JSON.parse(stderr.split("\n")[0]!);
    expect(line).toMatchObject({
      event: `${models[0]} failed, the others go on`,
      done: 0,
      total: 2,
      secondsLeft: null,
    });
    expect(new Date(line.time).getTime()).toBeLessThanOrEqual(Date.now());
  });
});

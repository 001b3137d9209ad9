import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { toyQuestions } from "../../src/cli/paths.js";
import { pointsman } from "./pointsman.js";

/** The paper's protocol in small, with the real models: four questions of each skill and split, of one task. */
const directory = mkdtempSync(join(tmpdir(), "pointsman-reproduce-"));
const questions = join(directory, "questions.jsonl");
const few = (["train", "validation", "test"] as const)
  .flatMap((split) => readFileSync(toyQuestions(split), "utf8").split("\n").slice(0, 48))
  .filter((line) => line.includes('"task": "arithmetic"'));
writeFileSync(questions, few.join("\n"));
const out = join(directory, "run");
const command = ["reproduce", "--questions", questions, "-n", "2", "--json"];

describe("reproduce", () => {
  test("goes from questions to tables, router and page, and repeats itself", async () => {
    const first = await pointsman([...command, "--out", out]);
    expect(first.code, first.stderr).toBe(0);
    const { verdicts, benchmarks } = JSON.parse(first.stdout);
    expect(verdicts).toHaveLength(14);
    expect(benchmarks.map(({ name }: { name: string }) => name)).toEqual(["arithmetic"]);
    const names = (rows: { name: string }[]) => rows.map(({ name }) => name);
    expect(names(benchmarks[0].asPaper.rows)).toEqual(
      expect.arrayContaining([
        "general-chat",
        "sorted-prediction-as-released",
        "k-means",
        "oracle",
      ]),
    );
    expect(names(benchmarks[0].clean.rows)).toEqual(expect.arrayContaining(["router", "oracle"]));
    expect(JSON.parse(readFileSync(join(out, "evaluation.json"), "utf8"))).toEqual({
      verdicts,
      benchmarks,
    });
    expect(readFileSync(join(out, "table.txt"), "utf8")).toContain("as the paper did it");
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain("</html>");

    const file = join(out, "router.safetensors");
    const bytes = readFileSync(file);
    const again = await pointsman([...command, "--out", out]);
    expect(again.code, again.stderr).toBe(0);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  }, 120_000);

  test("a dry run says what it would take, and keeps nothing", async () => {
    const kept = join(directory, "kept");
    const { code, stdout, stderr } = await pointsman([
      ...command,
      "--dry-run",
      "--calibration",
      "3",
      "--out",
      kept,
    ]);
    expect(code, stderr).toBe(0);
    const { models, failures, seconds, bytes } = JSON.parse(stdout);
    expect(models).toHaveLength(7);
    expect(failures).toEqual({});
    expect(seconds).toBeGreaterThan(0);
    // 84 questions x 2 answers x 7 models, some 400 bytes each.
    expect(bytes / (84 * 2 * 7)).toBeGreaterThan(200);
    expect(bytes / (84 * 2 * 7)).toBeLessThan(800);
    expect(existsSync(kept)).toBe(false);
  }, 60_000);

  test("a dry run says why, where no model can run", async () => {
    const missing = join(directory, "missing.yaml");
    writeFileSync(missing, "name: m\nmodels:\n  - { name: a, file: none.gguf, kind: base }\n");
    const { code, stderr } = await pointsman([
      "reproduce",
      "--pool",
      missing,
      "--questions",
      questions,
      "--dry-run",
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain("No model of the pool can run:\n  a: Cannot use model file");
  });

  test("refuses questions without one of the splits before anything is sampled", async () => {
    const kept = join(directory, "one-split");
    const args = ["reproduce", "--questions", toyQuestions("test"), "--out", kept];
    const { code, stderr } = await pointsman(args);
    expect(code).toBe(2);
    expect(stderr).toContain('No question is of split "train". Give questions of the splits train');
    expect(existsSync(kept)).toBe(false);
  });

  test("asks for questions where the pool brings none", async () => {
    const { code, stderr } = await pointsman(["reproduce", "--pool", "paper", "--dry-run"]);
    expect(code).toBe(2);
    expect(stderr).toContain("--questions");
  });
});

describe("sample --dry-run", () => {
  test("prints what each model would be asked, and makes no run directory", async () => {
    const kept = join(directory, "none");
    const args = ["sample", "--questions", questions, "--limit", "12", "--out", kept, "--dry-run"];
    const { code, stdout, stderr } = await pointsman(args);
    expect(code, stderr).toBe(0);
    const [first] = few;
    expect(stdout).toContain(JSON.parse(first!).prompt);
    expect(stdout).toContain("Question: ");
    expect(existsSync(kept)).toBe(false);
  }, 60_000);
});

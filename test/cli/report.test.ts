import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { twoSkillWorld } from "../worlds.js";
import { pointsman } from "./pointsman.js";

const folder = mkdtempSync(join(tmpdir(), "pointsman-report-"));
afterAll(() => rmSync(folder, { recursive: true }));
const outcomes = join(folder, "outcomes.csv");

beforeAll(() => {
  const { models, prompts, scores } = twoSkillWorld(300);
  const head = ["prompt", "task", ...models.map((model) => `outcomes.${model}`)];
  const rows = prompts.map((prompt, row) => {
    const own = Array.from(scores.subarray(row * models.length, (row + 1) * models.length));
    return [JSON.stringify(prompt), `task ${row % 3}`, ...own].join(",");
  });
  writeFileSync(outcomes, [head.join(","), ...rows].join("\n"));
});

test("a page from a cross-validation, and one of a router file", async () => {
  const out = join(folder, "report.html");
  const crossed = ["report", "--outcomes", outcomes, "--cross-validate", "3", "--out", out];
  const first = await pointsman([...crossed, "--title", "Two skills"]);
  expect(first.stderr).toMatch(/wrote .*report\.html/);
  expect(first.code).toBe(0);
  const html = readFileSync(out, "utf8");
  expect(html).toMatch(/<title>Two skills<\/title>/);
  expect(html).toMatch(/3-fold cross-validation/);
  expect(html).toMatch(/By task/);

  const router = join(folder, "router.safetensors");
  const training = ["train", "--outcomes", outcomes, "--folds", "2"];
  await pointsman([...training, "--out", router]);
  const second = await pointsman([
    "report",
    "--outcomes",
    outcomes,
    "--router",
    router,
    "--out",
    out,
  ]);
  expect(second.code).toBe(0);
  expect(readFileSync(out, "utf8")).toMatch(/<h2>Certificate/);
});

test("asks for one of the two ways, and for a place that can be written", async () => {
  const out = join(outcomes, "report.html");
  const neither = await pointsman(["report", "--outcomes", outcomes, "--out", out]);
  expect(neither.stderr).toMatch(/either --router FILE or --cross-validate K/);
  expect(neither.code).toBe(2);
  const args = ["report", "--outcomes", outcomes, "--cross-validate", "2", "--out", out];
  const refused = await pointsman(args);
  expect(refused.stderr).toMatch(/Cannot write/);
  expect(refused.code).toBe(4);
});

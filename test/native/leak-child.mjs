/** Run by leak.test.ts with --expose-gc: prints the memory that stays after each block of rounds, in bytes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClusterClassifier, fitRouter, MultiLabelClassifier, Router } from "../../dist/index.js";
import { randomOutcomes } from "./outcomes.mjs";

const [blocks, rounds] = process.argv.slice(2).map(Number);
const outcomes = randomOutcomes(3000, 40, 8, 20_000);
const folder = mkdtempSync(join(tmpdir(), "pointsman-"));
const file = join(folder, "router.safetensors");
const estimators = [
  () => new ClusterClassifier({ clusters: 4, nInit: 1, maxIter: 1 }),
  () => new MultiLabelClassifier({ maxIter: 1 }),
];

async function round(i) {
  const router = await fitRouter(outcomes, { estimator: estimators[i % 2]() });
  await router.save(file);
  const loaded = await Router.load(file);
  for (const prompt of outcomes.prompts.slice(0, 50)) {
    if (loaded.choose(prompt) !== router.choose(prompt)) throw new Error("the file differs");
  }
  await Router.load(folder).then(
    () => Promise.reject(new Error("a folder was loaded")),
    () => undefined,
  );
}

for (let block = 0; block < blocks; block++) {
  for (let i = 0; i < rounds; i++) await round(i);
  // What one collection finds unreachable, its finalizers release after it.
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  process.stdout.write(`${process.memoryUsage.rss()}\n`);
}
rmSync(folder, { recursive: true });

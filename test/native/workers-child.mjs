/**
 * Run by workers.test.ts in a process of its own, and by that in its workers.
 * Without an argument: rounds of workers that are terminated at work. With "exit": leaves in the midst of training.
 */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { ClusterClassifier, fitRouter, MultiLabelClassifier } from "../../dist/index.js";
import { randomOutcomes } from "./outcomes.mjs";

/** Trains without an end in sight; calls back once that is under way. */
function train(kind, begun) {
  const estimator =
    kind === "clusters"
      ? new ClusterClassifier({ clusters: 40, nInit: 100_000 })
      : new MultiLabelClassifier({ C: 1e6, tol: 1e-30, maxIter: 1_000_000 });
  const outcomes = randomOutcomes(1500, 30, 16);
  return fitRouter(outcomes, { estimator, onProgress: begun });
}

async function work(kind) {
  if (kind === "clusters" || kind === "labels") {
    return train(kind, () => parentPort.postMessage(kind));
  }
  const outcomes = randomOutcomes(200, 20, 5);
  const router = await fitRouter(outcomes);
  const choices = outcomes.prompts.map((prompt) => router.choose(prompt));
  parentPort.postMessage(choices.join());
  // The others end by themselves.
  while (kind === "routes") {
    for (const prompt of outcomes.prompts) router.choose(prompt);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function rounds() {
  const kinds = ["clusters", "labels", "routes", "ends"];
  for (let round = 0; round < 3; round++) {
    const workers = Array.from(
      { length: 8 },
      (_, i) => new Worker(new URL(import.meta.url), { workerData: kinds[i % 4] }),
    );
    const messages = await Promise.all(
      workers.map(
        (worker) =>
          new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject)),
      ),
    );
    // At once, in the midst of what they do.
    await Promise.all(workers.map((worker) => worker.terminate()));
    process.stdout.write(`${new Set(messages).size}\n`);
  }
}

if (!isMainThread) {
  await work(workerData);
} else if (process.argv[2] === "exit") {
  await Promise.all(["clusters", "labels"].map((kind) => train(kind, () => process.exit(0))));
} else {
  await rounds();
  process.stdout.write("end\n");
}

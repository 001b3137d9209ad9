/**
 * Run by sharing.test.ts: eight workers load a small router, then all of them a large one. Prints the bytes that the
 * large file took of the process's memory, and its size.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { Router } from "../../dist/index.js";
import { encodeRouter } from "../../dist/router/artifact.js";

const models = 3;

/** 2^hashBits rows of 32 bytes. */
function routerOf(hashBits) {
  const idf = new Float32Array(2 ** hashBits).fill(1);
  const weights = Float32Array.from({ length: idf.length * models }, (_, i) => Math.sin(i));
  return encodeRouter({
    features: {
      terms: { hashBits, idf, ngramRange: [1, 1], sublinearTf: false, norm: "occurrence" },
    },
    heads: {
      weights,
      bias: new Float32Array(models),
      parts: [{ kind: "logistic", heads: models, weight: new Float32Array(models).fill(1) }],
    },
    info: {
      models: Array.from({ length: models }, (_, i) => ({ name: String(i) })),
      fallback: 0,
      estimator: "test",
      training: { fingerprint: "", prompts: 0, meanMarks: [0, 0, 0] },
    },
  });
}

/** Reads every page of what it loads. */
async function work() {
  const kept = [];
  parentPort.on("message", async (path) => {
    const router = await Router.load(path);
    kept.push(router);
    for (let i = 0; i < 20_000; i++) router.choose(`word${i} word${i + 20_000}`);
    parentPort.postMessage(router.route("word1 word2"));
  });
}

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), "pointsman-sharing-"));
  const files = [8, 19].map((bits) => join(folder, `${bits}.safetensors`));
  writeFileSync(files[0], await routerOf(8));
  writeFileSync(files[1], await routerOf(19));
  const workers = Array.from({ length: 8 }, () => new Worker(new URL(import.meta.url)));
  const ask = (worker, path) =>
    new Promise((resolve, reject) => {
      worker.once("message", resolve).once("error", reject);
      worker.postMessage(path);
    });
  const load = async (path) => {
    const answers = await Promise.all(workers.map((worker) => ask(worker, path)));
    if (new Set(answers).size !== 1) throw new Error(`The workers disagree: ${answers}`);
    global.gc();
    return process.memoryUsage.rss();
  };
  await load(files[0]);
  const before = await load(files[0]);
  const after = await load(files[1]);
  process.stdout.write(JSON.stringify({ grown: after - before, size: statSync(files[1]).size }));
  await Promise.all(workers.map((worker) => worker.terminate()));
  rmSync(folder, { recursive: true });
}

await (isMainThread ? measure() : work());

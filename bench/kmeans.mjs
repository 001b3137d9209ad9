// Lloyd's iterations on random normal rows, against scikit-learn and faiss from the same start, and against what
// the multiply-adds alone must take. Needs `npm run build`; prints one JSON object.
//
//   node bench/kmeans.mjs [--rows 8792] [--columns 768] [--clusters 50] [--iterations 20] [--threads 1]
//
// Fields: rows, columns, clusters, iterations, threads, simd;
//   pointsman, sklearn, faiss: { iterationMs, callMs, inertia } or { missing } - callMs is a whole call with all
//     iterations, iterationMs the difference between it and a call with one iteration, a share each; inertia is
//     measured anew in doubles from the centroids (faiss returns none);
//   pointsman.seededMs: one call of one iteration that starts by k-means++;
//   miniBatch: { ratio } - inertia after 3 passes of mini-batches of 1024 rows, as a share of that of all rows;
//   peakGflops (of one core), floorMs = 2 rows columns clusters / peak, and floorRatio = iterationMs / floorMs, which
//     is meant for one thread; missing without a C++ compiler.
// Times are the least of several runs, in milliseconds: processor time of one thread, for the peers too, or with
// more threads the time that passes.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fitKMeans, MiniBatchKMeans, nearestCentroids, simd } from "../dist/index.js";
import { clockFor, leastMs, normalMatrix, runPeer, takeRows } from "./vectors.mjs";

const names = ["rows", "columns", "clusters", "iterations", "threads"];
const defaults = [8792, 768, 50, 20, 1];
const { values: options } = parseArgs({
  options: Object.fromEntries(
    names.map((name, i) => [name, { type: "string", default: String(defaults[i]) }]),
  ),
});
const [rows, columns, clusters, iterations, threads] = names.map((name) => Number(options[name]));
const X = normalMatrix(rows, columns, 1);
const init = takeRows(X, 0, clusters).values;

const pointsman = await ours();
const peers = runPeer("kmeans_peer.py", [X], columns, clusters, iterations);
const peakGflops = measurePeak();
const report = { rows, columns, clusters, iterations, threads, simd, pointsman, ...peers };
report.miniBatch = { ratio: (await miniBatchInertia()) / pointsman.inertia };
if (peakGflops !== undefined) {
  const floorMs = (2 * rows * columns * clusters) / peakGflops / 1e6;
  Object.assign(report, { peakGflops, floorMs, floorRatio: pointsman.iterationMs / floorMs });
}
console.log(JSON.stringify(report));

async function ours() {
  const run = (maxIter, start = init) =>
    fitKMeans(X, { clusters, init: start, nInit: 1, maxIter, tol: 0, seed: 1, threads });
  const clock = clockFor(threads);
  const result = await run(iterations);
  const callMs = await leastMs(7, () => run(iterations), clock);
  const oneMs = await leastMs(7, () => run(1), clock);
  return {
    iterationMs: (callMs - oneMs) / (result.iterations - 1),
    callMs,
    seededMs: await leastMs(3, () => run(1, "k-means++"), clock),
    inertia: await inertia(result.centroids),
  };
}

async function inertia(centroids) {
  const { distances } = await nearestCentroids(X, centroids, clusters, threads);
  return distances.reduce((sum, distance) => sum + distance, 0);
}

async function miniBatchInertia() {
  const model = new MiniBatchKMeans({ clusters, threads });
  for (let pass = 0; pass < 3; pass++) {
    for (let row = 0; row < rows; row += 1024) {
      await model.partialFit(takeRows(X, row, Math.min(1024, rows - row)));
    }
  }
  return inertia(model.centroids);
}

function measurePeak() {
  const directory = mkdtempSync(join(tmpdir(), "pointsman-bench-"));
  const program = join(directory, "fma_peak");
  const source = join(import.meta.dirname, "fma_peak.cpp");
  try {
    execFileSync("c++", ["-O3", "-march=native", "-std=c++20", source, "-o", program]);
    return Number(execFileSync(program, { encoding: "utf8" }));
  } catch {
    return undefined;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

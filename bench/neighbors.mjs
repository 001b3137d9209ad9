// Exact search against faiss (IndexFlatIP, IndexFlatL2) and against HNSW, cosine distances of embedding-like vectors.
// Results are compared before they are timed. Needs `npm run build`; prints one JSON object.
//
//   node bench/neighbors.mjs [--rows 10000] [--columns 256] [--queries 200] [--k 10] [--threads 1] [--hnsw]
//
// Fields: rows, columns, queries, k, threads, simd;
//   exact: { fitMs, singleMs, batchMs } - batchMs is a query's share of one call with all queries;
//   faiss: { singleMs, batchMs, agreement } or { missing } - agreement is the share of equal indices;
//   hnsw (with --hnsw): { fitMs, searches: [{ ef, recall, singleMs }] }; recall is against the exact index.
// Times are the least (fit, batch) or the median (single queries) of several runs, in milliseconds: processor time of
// one thread, for faiss too, or with more threads the time that passes.
import { parseArgs } from "node:util";
import { simd } from "../dist/index.js";
import { ExactIndex, HnswIndex } from "../dist/neighbors/index.js";
import { clockFor, embeddingMatrix, leastMs, runPeer, takeRows } from "./vectors.mjs";

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "10000" },
    columns: { type: "string", default: "256" },
    queries: { type: "string", default: "200" },
    k: { type: "string", default: "10" },
    threads: { type: "string", default: "1" },
    hnsw: { type: "boolean", default: false },
  },
});
const [rows, columns, count, k, threads] = ["rows", "columns", "queries", "k", "threads"].map(
  (name) => Number(options[name]),
);
const clock = clockFor(threads);
const vectors = unit(embeddingMatrix(rows, columns, 2));
const queries = unit(embeddingMatrix(count, columns, 3));

const exact = new ExactIndex({ metric: "ip", threads });
const fitMs = await leastMs(1, () => exact.fit(vectors), clock);
const truth = await exact.search(queries, k);
const report = {
  rows,
  columns,
  queries: count,
  k,
  threads,
  simd,
  exact: {
    fitMs,
    singleMs: await singleMs(exact),
    batchMs: (await leastMs(5, () => exact.search(queries, k), clock)) / count,
  },
  faiss: faiss(),
};
if (options.hnsw) report.hnsw = await hnsw();
console.log(JSON.stringify(report));

/** Rows of unit length, so that the inner product is the cosine. */
function unit(matrix) {
  for (let i = 0; i < matrix.rows; i++) {
    const row = matrix.values.subarray(i * matrix.columns, (i + 1) * matrix.columns);
    const length = Math.hypot(...row);
    for (let j = 0; j < row.length; j++) row[j] /= length;
  }
  return matrix;
}

async function singleMs(index) {
  const times = [];
  for (let i = 0; i < count; i++) {
    const query = takeRows(queries, i, 1);
    times.push(await leastMs(1, () => index.search(query, k), clock));
  }
  return times.sort((a, b) => a - b)[count >> 1];
}

function overlap(indices) {
  let found = 0;
  for (let i = 0; i < truth.indices.length; i += k) {
    const row = new Set(truth.indices.subarray(i, i + k));
    found += indices.slice(i, i + k).filter((index) => row.has(index)).length;
  }
  return found / truth.indices.length;
}

function faiss() {
  const { indices, ...times } = runPeer("neighbors_peer.py", [vectors, queries], columns, k);
  return indices === undefined ? times : { ...times, agreement: overlap(indices) };
}

async function hnsw() {
  const index = new HnswIndex({ metric: "ip" });
  const fitMs = await leastMs(1, () => index.fit(vectors), clock);
  const searches = [];
  for (const ef of [50, 100, 200, 400]) {
    index.options.ef = ef;
    const recall = overlap((await index.search(queries, k)).indices);
    searches.push({ ef, recall, singleMs: await singleMs(index) });
  }
  return { fitMs, searches };
}

// How long does it take to find the nearest of many vectors, exactly? Against faiss's exact search and against an
// approximate index, whose recall stands beside it.
import { join } from "node:path";
import { TopK } from "../../dist/native/top-k.js";
import { compete, local, remote } from "../lib/contest.mjs";
import { writeDense } from "../lib/exchange.mjs";
import { npmPeer, Peers, python } from "../lib/peers.mjs";
import { embeddings, generator } from "../lib/random.mjs";
import { timeRows } from "../lib/rows.mjs";

export const title = "Nearest neighbours, a query";

const columns = 384;
const k = 10;

export async function run({ directory, seed, quick }) {
  const rows = quick ? 2000 : 10_000;
  const count = 200;
  const random = generator(seed);
  const drawn = unitLength(embeddings(rows + count, columns, random));
  const values = drawn.slice(0, rows * columns);
  const queries = drawn.slice(rows * columns);
  writeDense(join(directory, "vectors.bin"), values, columns);
  writeDense(join(directory, "queries.bin"), queries, columns);
  const index = await TopK.create({ rows, columns, values }, "ip", 1);
  const all = { rows: count, columns, values: queries };
  const single = Array.from({ length: count }, (_, i) => ({
    rows: 1,
    columns,
    values: queries.subarray(i * columns, (i + 1) * columns),
  }));
  const search = (q) => index.search(q, k);

  const peers = new Peers();
  const faiss = await peers.invite("faiss", () =>
    python(
      "faiss_flat.py",
      join(directory, "vectors.bin"),
      join(directory, "queries.bin"),
      String(k),
    ),
  );
  const hnsw = await peers.invite("hnswlib-node", async () =>
    hierarchical(await npmPeer("hnswlib-node"), values),
  );
  const found = (await search(all)).indices;
  if (faiss) checkSame(found, faiss.facts.neighbors);
  const lists = single.map(({ values }) => Array.from(values));
  const recall = hnsw && recallOf(lists.map(hnsw), found);

  const samples = await compete(
    [
      local("ours, one query", count, async () => {
        for (const q of single) await search(q);
      }),
      local("ours, batch", count, async () => search(all)),
      ...(faiss
        ? [
            remote("faiss IndexFlatIP, one query", faiss, "single"),
            remote("faiss IndexFlatIP, batch", faiss, "batch"),
          ]
        : []),
      ...(hnsw ? [local("hnswlib-node, one query", count, () => lists.forEach(hnsw))] : []),
    ],
    { rounds: quick ? 3 : 9, milliseconds: 20 },
  );
  peers.end();
  return {
    ratioTo: "ours, one query",
    rows: timeRows(samples, "ours, one query", {
      "hnswlib-node, one query": {
        note: "approximate, M 16, ef 50",
        quality: hnsw && `recall ${(100 * recall).toFixed(0)} %`,
      },
    }),
    targets: [],
    skipped: peers.skipped,
    notes: [
      `${rows} vectors of ${columns} dimensions and unit length (made up, like embeddings), inner product, the nearest ${k}; one thread.`,
    ],
  };
}

function unitLength(values) {
  for (let at = 0; at < values.length; at += columns) {
    const row = values.subarray(at, at + columns);
    const length = Math.hypot(...row);
    row.forEach((value, i) => {
      row[i] = value / length;
    });
  }
  return values;
}

function hierarchical({ HierarchicalNSW }, values) {
  const index = new HierarchicalNSW("ip", columns);
  const rows = values.length / columns;
  index.initIndex(rows, 16, 200, 100);
  for (let i = 0; i < rows; i++)
    index.addPoint(Array.from(values.subarray(i * columns, (i + 1) * columns)), i);
  index.setEf(50);
  return (query) => index.searchKnn(query, k).neighbors;
}

/** Exact search has one answer, but for ties and rounding. */
function checkSame(found, expected) {
  const same = recallOf(expected, found);
  if (same < 0.999) throw new Error(`faiss and we share ${100 * same} % of the neighbours only`);
}

/** Share of the exact neighbours [queries x k] that are in the lists. */
function recallOf(lists, exact) {
  const hits = lists.map((list, row) => {
    const truth = new Set(exact.subarray(row * k, (row + 1) * k));
    return list.filter((neighbor) => truth.has(neighbor)).length;
  });
  return hits.reduce((a, b) => a + b, 0) / exact.length;
}

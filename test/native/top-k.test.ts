import { expect, test } from "vitest";
import { type Metric, TopK } from "../../src/native/top-k.js";
import type { DenseMatrix } from "../../src/types.js";
import { uniformMatrix } from "../matrices.js";

const vectors = uniformMatrix(20, 3, 1);

// What it finds is tested through ExactIndex (test/neighbors) and in native/test/top_k_test.cpp.
test.each<[string, object, Metric, number]>([
  ["vectors", { rows: 0, values: new Float32Array() }, "l2", 1],
  ["vectors.rows", { rows: 0.5 }, "l2", 1],
  ["vectors.columns", { columns: 0 }, "l2", 1],
  ["vectors.values", { rows: 21 }, "l2", 1],
  ["vectors.values", { values: vectors.values.map(() => Number.NaN) }, "l2", 1],
  ["metric", {}, "manhattan" as Metric, 1],
  ["threads", {}, "ip", 0],
])("the binding refuses bad %s", async (name, change, metric, threads) => {
  const bad = { ...vectors, ...change } as DenseMatrix;
  await expect(TopK.create(bad, metric, threads)).rejects.toThrow(`for ${name} `);
});

test("the binding refuses bad queries and k", async () => {
  const topK = await TopK.create(vectors, "cosine");
  await expect(topK.search(uniformMatrix(2, 4, 1), 1)).rejects.toThrow("for queries.columns ");
  await expect(topK.search({ ...vectors, rows: 2 }, 1)).rejects.toThrow("for queries.values ");
  for (const k of [0, 21, 1.5]) await expect(topK.search(vectors, k)).rejects.toThrow("for k ");
  const { indices } = await topK.search({ rows: 0, columns: 3, values: new Float32Array() }, 1);
  expect(indices.length).toBe(0);
});

test("many searches at once, and an index that is no longer held", async () => {
  const alone = (await (await TopK.create(vectors, "l2")).search(vectors, 4)).indices;
  const found = await Promise.all(
    Array.from({ length: 50 }, async () => (await TopK.create(vectors, "l2")).search(vectors, 4)),
  );
  for (const { indices } of found) expect(indices).toEqual(alone);
});

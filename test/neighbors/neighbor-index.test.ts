import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  AbortedError,
  InvalidArgumentError,
  NativeUnavailableError,
  NotFittedError,
} from "../../src/errors.js";
import {
  createIndex,
  ExactIndex,
  HnswIndex,
  type Metric,
  type NeighborIndex,
} from "../../src/neighbors/index.js";
import type { DenseMatrix } from "../../src/types.js";
import { takeRows, uniformMatrix } from "../matrices.js";

/** Why HNSW cannot be tested here, if it cannot. */
const missing = await import("hnswlib-node").then(
  () => "",
  () => "hnswlib-node is not built: it is optional",
);

/** The contract of every index (src/neighbors/neighbor-index.ts), and the recall that its tests may ask for. */
const contract: [string, (metric: Metric) => NeighborIndex, string, number][] = [
  ["ExactIndex", (metric) => new ExactIndex({ metric }), "", 1],
  ["HnswIndex", (metric) => new HnswIndex({ metric }), missing, 0.95],
];

const metrics: Metric[] = ["l2", "ip", "cosine"];
const vectors = uniformMatrix(1000, 24, 1);
const queries = uniformMatrix(70, 24, 2);

function distance(metric: Metric, q: Float32Array, v: Float32Array): number {
  const sum = (f: (j: number) => number) => q.reduce((total, _, j) => total + f(j), 0);
  if (metric === "l2") return sum((j) => (q[j]! - v[j]!) ** 2);
  const product = sum((j) => q[j]! * v[j]!);
  if (metric === "ip") return 1 - product;
  return 1 - product / Math.sqrt(sum((j) => q[j]! ** 2) * sum((j) => v[j]! ** 2) || 1);
}

const row = ({ columns, values }: DenseMatrix, i: number) =>
  values.subarray(i * columns, (i + 1) * columns);

for (const [name, make, reason, recall] of contract) {
  describe.skipIf(reason)(reason ? `${name} (${reason})` : name, () => {
    test.each(metrics)("finds the nearest by %s, nearest first", async (metric) => {
      const index = make(metric);
      expect(await index.fit(vectors)).toBe(index);
      const k = 10;
      const { indices, distances } = await index.search(queries, k);
      let hits = 0;
      for (let q = 0; q < queries.rows; q++) {
        const all = Float64Array.from({ length: vectors.rows }, (_, i) =>
          distance(metric, row(queries, q), row(vectors, i)),
        );
        const worst = all.slice().sort()[k - 1]! + 1e-5;
        for (let i = q * k; i < (q + 1) * k; i++) {
          expect(distances[i]).toBeCloseTo(all[indices[i]!]!, 4);
          if (i > q * k) expect(distances[i]).toBeGreaterThanOrEqual(distances[i - 1]!);
          if (all[indices[i]!]! <= worst) hits++;
        }
        expect(new Set(indices.subarray(q * k, (q + 1) * k)).size).toBe(k);
      }
      expect(hits / indices.length).toBeGreaterThanOrEqual(recall);
    });

    test("a query does not depend on those beside it, and repeats itself", async () => {
      const index = await make("cosine").fit(vectors);
      const all = await index.search(queries, 5);
      expect(await (await make("cosine").fit(vectors)).search(queries, 5)).toEqual(all);
      for (const q of [0, 31, 69]) {
        const alone = await index.search(takeRows(queries, [q]), 5);
        expect(alone.indices).toEqual(all.indices.slice(q * 5, q * 5 + 5));
        expect(alone.distances).toEqual(all.distances.slice(q * 5, q * 5 + 5));
      }
    });

    test("of equally near vectors the lower index comes first", async () => {
      const copies = takeRows(vectors, [3, 3, 3, 3, 5, 3]);
      const index = await make("l2").fit(copies);
      const { indices, distances } = await index.search(takeRows(vectors, [3]), 6);
      expect([...indices]).toEqual([0, 1, 2, 3, 5, 4]);
      expect([...distances.subarray(0, 5)]).toEqual([0, 0, 0, 0, 0]);
    });

    test("keeps no reference to the caller's data, and can be fitted again", async () => {
      const own = takeRows(vectors, [0, 1, 2]);
      const index = await make("l2").fit(own);
      own.values.fill(0);
      const before = index.search(takeRows(vectors, [2]), 1);
      const refit = index.fit(takeRows(vectors, [7, 8]));
      expect((await before).indices[0]).toBe(2);
      await refit;
      expect((await index.search(takeRows(vectors, [8]), 1)).indices[0]).toBe(1);
    });

    test("reports progress and stops when asked to", async () => {
      const index = await make("cosine").fit(vectors);
      const seen: number[] = [];
      await index.search(queries, 3, { onProgress: (done) => seen.push(done) });
      expect(seen.at(-1)).toBe(queries.rows);
      expect(seen).toEqual(seen.slice().sort((a, b) => a - b));
      const stopped = { signal: AbortSignal.abort() };
      await expect(index.search(queries, 3, stopped)).rejects.toThrow(AbortedError);
      await expect(index.fit(vectors, stopped)).rejects.toThrow(AbortedError);
      const failing = () => {
        throw new Error("from the callback");
      };
      const many = uniformMatrix(5000, 24, 3);
      await expect(index.search(many, 3, { onProgress: failing })).rejects.toThrow("callback");
      expect((await index.search(queries, 3)).indices.length).toBe(queries.rows * 3);
    });

    test("refuses what it cannot use, by name", async () => {
      const index = make("cosine");
      await expect(index.search(queries, 1)).rejects.toThrow(NotFittedError);
      const bad = (change: object) => ({ ...queries, ...change });
      const values = queries.values.slice();
      values[7] = Number.NaN;
      const cases: [object, string][] = [
        [{ rows: 0 }, "rows"],
        [{ columns: 1.5 }, "columns"],
        [{ rows: 71 }, "values"],
        [{ values: [1, 2] }, "values"],
        [{ values }, "values"],
        [{ values: queries.values.map(() => 2e15) }, "values"],
      ];
      await index.fit(queries);
      for (const [change, part] of cases) {
        await expect(index.fit(bad(change))).rejects.toThrow(InvalidArgumentError);
        await expect(index.fit(bad(change))).rejects.toThrow(`vectors.${part}`);
        await expect(index.search(bad(change), 1)).rejects.toThrow(`queries.${part}`);
      }
      for (const k of [0, 1.5, 71, Number.NaN]) {
        await expect(index.search(queries, k)).rejects.toThrow("for k ");
      }
      const narrow = uniformMatrix(2, 3, 1);
      await expect(index.search(narrow, 1)).rejects.toThrow("queries.columns");
    });

    test("any small shape", { timeout: 120_000 }, async () => {
      const shape = fc.record({
        rows: fc.integer({ min: 1, max: 70 }),
        columns: fc.integer({ min: 1, max: 70 }),
        seed: fc.integer({ min: 0, max: 1000 }),
      });
      await fc.assert(
        fc.asyncProperty(shape, fc.constantFrom(...metrics), async (shape, metric) => {
          const { rows, columns, seed } = shape;
          const index = await make(metric).fit(uniformMatrix(rows, columns, seed));
          const found = await index.search(uniformMatrix(3, columns, seed + 1), rows);
          for (let q = 0; q < 3; q++) {
            const order = [...found.indices.subarray(q * rows, (q + 1) * rows)];
            expect(order.sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
          }
        }),
        { numRuns: 60 },
      );
    });
  });
}

describe("ExactIndex", () => {
  test("gives the same bytes on any number of threads", async () => {
    const many = uniformMatrix(40_000, 8, 4);
    const searched = async (threads: number) =>
      (await new ExactIndex({ threads }).fit(many)).search(queries8, 20);
    const queries8 = uniformMatrix(200, 8, 5);
    const one = await searched(1);
    expect(await searched(2)).toEqual(one);
    expect(await searched(3)).toEqual(one);
  });
});

describe("HnswIndex", () => {
  test.each([{ m: 1 }, { efConstruction: 0 }, { ef: 0.5 }, { seed: -1 }])("refuses %j", (bad) => {
    expect(() => new HnswIndex(bad)).toThrow(InvalidArgumentError);
  });

  test.runIf(missing)("says what to install", async () => {
    await expect(new HnswIndex().fit(vectors)).rejects.toThrow(NativeUnavailableError);
    await expect(new HnswIndex().fit(vectors)).rejects.toThrow("npm install hnswlib-node");
  });
});

test("createIndex measures everything where that is faster", async () => {
  const index = await createIndex(vectors);
  expect(index.name).toBe("exact");
  expect((await index.search(queries, 1)).indices.length).toBe(queries.rows);
});

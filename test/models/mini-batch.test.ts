import { describe, expect, test } from "vitest";
import { AbortedError, InvalidArgumentError, NotFittedError } from "../../src/errors.js";
import { MiniBatchKMeans } from "../../src/models/mini-batch.js";
import { fitKMeans, nearestCentroids } from "../../src/native/kmeans.js";
import type { DenseMatrix } from "../../src/types.js";
import { clusteredMatrix } from "../matrices.js";

const X = clusteredMatrix(2000, 16, 6);
const clusters = 6;

function* batchesOf({ rows, columns, values }: DenseMatrix, size: number, passes = 1) {
  for (let pass = 0; pass < passes; pass++) {
    for (let row = 0; row < rows; row += size) {
      const part = values.subarray(row * columns, (row + size) * columns);
      yield { rows: part.length / columns, columns, values: part };
    }
  }
}

async function inertia(centroids: Float32Array): Promise<number> {
  const { distances } = await nearestCentroids(X, centroids, clusters);
  return distances.reduce((sum, distance) => sum + distance, 0);
}

describe("MiniBatchKMeans", () => {
  test("comes within a few per cent of K-means on all rows at once", async () => {
    const model = await new MiniBatchKMeans({ clusters }).fit(batchesOf(X, 128, 5));
    const whole = await fitKMeans(X, { clusters, nInit: 10, maxIter: 300, tol: 0, seed: 1 });
    expect((await inertia(model.centroids)) / whole.inertia).toBeLessThan(1.05);
  });

  test("learns the same from the same batches, whatever the number of threads", async () => {
    const learnt = async (threads: number, seed = 7) => {
      const model = new MiniBatchKMeans({ clusters, seed, threads });
      // Not awaited one by one: the order of the calls counts.
      await Promise.all([...batchesOf(X, 100)].map((batch) => model.partialFit(batch)));
      return model.centroids;
    };
    expect(await learnt(2)).toEqual(await learnt(1));
    expect(await learnt(1, 8)).not.toEqual(await learnt(1, 7));
  });

  test("gives starved clusters another start", async () => {
    // All seeds come from one corner; the other rows follow.
    const corner = { rows: 40, columns: 2, values: new Float32Array(80) };
    corner.values.forEach((_, i) => {
      corner.values[i] = (i % 7) * 1e-3;
    });
    const rest = clusteredMatrix(3000, 2, 5);
    const model = await new MiniBatchKMeans({ clusters: 5 }).fit([
      corner,
      ...batchesOf(rest, 100, 4),
    ]);
    const used = new Set(await model.predict(rest));
    expect(used.size).toBe(5);
  });

  test("an async iterable, predict, and what may go wrong", async () => {
    const model = new MiniBatchKMeans({ clusters: 3 });
    expect(() => model.centroids).toThrow(NotFittedError);
    async function* one() {
      yield { rows: 3, columns: 1, values: Float32Array.of(0, 5, 10) };
    }
    expect(await model.fit(one())).toBe(model);
    expect([...model.centroids].sort((a, b) => a - b)).toEqual([0, 5, 10]);
    const labels = await model.predict({ rows: 2, columns: 1, values: Float32Array.of(9, 11) });
    expect(labels[0]).toBe(labels[1]);
    const wide = { rows: 1, columns: 2, values: Float32Array.of(1, 1) };
    await expect(model.partialFit(wide)).rejects.toThrow("state.centroids");
    await expect(model.partialFit({ ...wide, columns: 1 })).rejects.toThrow("X.values");
    // A batch that is refused leaves the model as it was, and usable.
    await model.partialFit({ rows: 1, columns: 1, values: Float32Array.of(5) });
    const signal = AbortSignal.abort();
    await expect(model.fit(one(), { signal })).rejects.toThrow(AbortedError);
    const fresh = new MiniBatchKMeans({ clusters: 4 });
    await expect(fresh.fit(one())).rejects.toThrow(InvalidArgumentError);
    expect(() => new MiniBatchKMeans({ clusters: 0.5 })).toThrow(InvalidArgumentError);
  });
});

import { setImmediate } from "node:timers/promises";
import type { HierarchicalNSW } from "hnswlib-node";
import { AbortedError, InvalidArgumentError, NativeUnavailableError } from "../errors.js";
import type { Metric, Neighbors, SearchOptions } from "../native/top-k.js";
import type { DenseMatrix } from "../types.js";
import { checkSearch, checkVectors, type NeighborIndex, type Shape } from "./neighbor-index.js";

export interface HnswIndexOptions {
  /** Default "cosine". */
  readonly metric?: Metric;
  /** Links of a vector to others, 2 to 100. Default 16. */
  readonly m?: number;
  /** Candidates looked at when a vector is put in. Default 200. */
  readonly efConstruction?: number;
  /** Candidates looked at in a search; at least k are. More find more and take longer. Default 200. */
  readonly ef?: number;
  /** A whole number from 0 to 2^32 - 1. Default 1. */
  readonly seed?: number;
}

/** Points or queries between two turns of the event loop: some milliseconds of work. */
const turn = 32;

/**
 * A graph of near vectors (Malkov and Yashunin 2018), from the optional package hnswlib-node: approximate, and
 * faster than measuring everything where there are many vectors. Its work runs on the event loop, a few vectors
 * at a time: its own asynchronous calls may replace an index under a search.
 */
export class HnswIndex implements NeighborIndex {
  readonly name = "hnsw";
  readonly options: Required<HnswIndexOptions>;
  #fitted: { readonly graph: HierarchicalNSW; readonly shape: Shape } | undefined;

  constructor(options: HnswIndexOptions = {}) {
    const defaults = { metric: "cosine", m: 16, efConstruction: 200, ef: 200, seed: 1 } as const;
    this.options = { ...defaults, ...options };
    const { m, efConstruction, ef, seed } = this.options;
    checkWhole("m", m, 2, 100);
    checkWhole("efConstruction", efConstruction, 1);
    checkWhole("ef", ef, 1);
    checkWhole("seed", seed, 0);
  }

  /** @throws NativeUnavailableError if hnswlib-node is not installed. */
  async fit(vectors: DenseMatrix, options: SearchOptions = {}): Promise<this> {
    checkVectors("vectors", vectors);
    const { HierarchicalNSW } = await loadHnswlib();
    const { metric, m, efConstruction, seed } = this.options;
    const { rows, columns } = vectors;
    const graph = new HierarchicalNSW(metric, columns);
    graph.initIndex({ maxElements: rows, m, efConstruction, randomSeed: seed });
    // The caller may write to the array between two turns.
    const values = vectors.values.slice();
    await inTurns(rows, "Building the index", options, (row) => {
      graph.addPoint(plainRow(values, columns, row), row);
    });
    this.#fitted = { graph, shape: { rows, columns } };
    return this;
  }

  async search(queries: DenseMatrix, k: number, options: SearchOptions = {}): Promise<Neighbors> {
    const { graph } = checkSearch(this.#fitted, "HnswIndex", queries, k);
    const indices = new Uint32Array(queries.rows * k).fill(2 ** 32 - 1);
    const distances = new Float32Array(queries.rows * k).fill(Number.POSITIVE_INFINITY);
    const values = queries.rows > turn ? queries.values.slice() : queries.values;
    await inTurns(queries.rows, "Searching for neighbours", options, (row) => {
      graph.setEf(Math.max(this.options.ef, k));
      const found = graph.searchKnn(plainRow(values, queries.columns, row), k);
      const order = found.neighbors.map((_, i) => i).sort(nearestFirst(found));
      order.forEach((from, i) => {
        indices[row * k + i] = found.neighbors[from]!;
        distances[row * k + i] = found.distances[from]!;
      });
    });
    return { indices, distances };
  }
}

function checkWhole(name: string, value: number, least: number, most = 2 ** 32 - 1): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw InvalidArgumentError.of(name, `a whole number from ${least} to ${most}`, value);
}

async function loadHnswlib() {
  try {
    return (await import("hnswlib-node")).default;
  } catch (cause) {
    throw new NativeUnavailableError(
      "HnswIndex needs the optional package hnswlib-node, which is not installed or not built. " +
        "Run `npm install hnswlib-node`; it needs Python and a C++ compiler.",
      { cause },
    );
  }
}

/** hnswlib-node takes plain arrays only. */
function plainRow(values: Float32Array, columns: number, row: number): number[] {
  return Array.from(values.subarray(row * columns, (row + 1) * columns));
}

function nearestFirst({ distances, neighbors }: { distances: number[]; neighbors: number[] }) {
  return (a: number, b: number) => distances[a]! - distances[b]! || neighbors[a]! - neighbors[b]!;
}

async function inTurns(
  rows: number,
  what: string,
  { signal, onProgress }: SearchOptions,
  work: (row: number) => void,
): Promise<void> {
  for (let row = 0; row < rows; row++) {
    if (row % turn === 0) {
      if (row > 0) await setImmediate();
      if (signal?.aborted) throw new AbortedError(what);
      onProgress?.(row, rows);
    }
    work(row);
  }
  onProgress?.(rows, rows);
}

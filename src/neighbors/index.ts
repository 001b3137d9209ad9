/** Nearest neighbours among dense vectors: exact, or approximate by a graph, behind one interface. */

export type { Metric, Neighbors, SearchOptions } from "../native/top-k.js";
export type { CreateIndexOptions } from "./choose.js";
export { createIndex } from "./choose.js";
export type { ExactIndexOptions } from "./exact.js";
export { ExactIndex } from "./exact.js";
export type { HnswIndexOptions } from "./hnsw.js";
export { HnswIndex } from "./hnsw.js";
export type { NeighborIndex } from "./neighbor-index.js";

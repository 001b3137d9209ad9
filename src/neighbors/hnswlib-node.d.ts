/** What HnswIndex uses of hnswlib-node. Declared here so that the package compiles where that is not installed. */
declare module "hnswlib-node" {
  class HierarchicalNSW {
    constructor(space: "l2" | "ip" | "cosine", columns: number);
    initIndex(options: {
      maxElements: number;
      m: number;
      efConstruction: number;
      randomSeed: number;
    }): void;
    addPoint(point: number[], label: number): void;
    setEf(ef: number): void;
    searchKnn(query: number[], k: number): { distances: number[]; neighbors: number[] };
  }
  const hnswlib: { HierarchicalNSW: typeof HierarchicalNSW };

  export type { HierarchicalNSW };
  export default hnswlib;
}

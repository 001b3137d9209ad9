import type { WorkOptions } from "../native/text.js";
import type { CsrMatrix } from "../types.js";
import { DenseScaler, type DenseState } from "./dense.js";
import { type SurfaceState, SurfaceVectorizer } from "./surface.js";
import type { TfidfState, TfidfVectorizer } from "./tfidf.js";
import type { WordVectorizer, WordVectorState } from "./word-vectors.js";

export interface FeatureUnionOptions {
  readonly terms: TfidfVectorizer;
  /** How a text looks (docs/surface-features.md). */
  readonly surface: boolean;
  readonly wordVectors?: WordVectorizer | undefined;
}

/** What was learnt, block by block, in the order of the columns. */
export interface FeatureState {
  readonly terms: TfidfState;
  readonly surface?: SurfaceState;
  readonly wordVectors?: WordVectorState;
  readonly embedding?: DenseState;
}

/** Blocks of features side by side, as scikit-learn's FeatureUnion. */
export class FeatureUnion {
  readonly #terms: TfidfVectorizer;
  readonly #surface: SurfaceVectorizer | undefined;
  readonly #wordVectors: WordVectorizer | undefined;
  #embedding: DenseScaler | undefined;

  constructor({ terms, surface, wordVectors }: FeatureUnionOptions) {
    this.#terms = terms;
    this.#surface = surface ? new SurfaceVectorizer() : undefined;
    this.#wordVectors = wordVectors;
  }

  /**
   * @param embeddings [texts x d]: vectors that come with the texts, e.g. from an embedding model.
   * @returns [texts x columns]
   */
  async fitTransform(
    texts: readonly string[],
    embeddings: Float32Array | undefined,
    work: WorkOptions = {},
  ): Promise<CsrMatrix> {
    await this.#terms.fit(texts, work);
    const blocks = [await this.#terms.transform(texts, work)];
    for (const block of [this.#surface, this.#wordVectors]) {
      if (block === undefined) continue;
      await block.fit(texts, work);
      blocks.push(await block.transform(texts));
    }
    if (embeddings !== undefined) {
      this.#embedding = new DenseScaler(embeddings.length / texts.length);
      blocks.push(
        this.#embedding.fit(embeddings, texts.length).transform(embeddings, texts.length),
      );
    }
    return sideBySide(blocks);
  }

  /** @throws NotFittedError before `fitTransform`. */
  get state(): FeatureState {
    return {
      terms: this.#terms.state,
      ...(this.#surface === undefined ? {} : { surface: this.#surface.state }),
      ...(this.#wordVectors === undefined ? {} : { wordVectors: this.#wordVectors.state }),
      ...(this.#embedding === undefined ? {} : { embedding: this.#embedding.state }),
    };
  }
}

/** One or more matrices of as many rows: columns of the first, then of the second, and so on. */
export function sideBySide(blocks: readonly CsrMatrix[]): CsrMatrix {
  const first = blocks[0]!;
  if (blocks.length === 1) return first;
  const size = blocks.reduce((sum, block) => sum + block.values.length, 0);
  const out = {
    rows: first.rows,
    columns: blocks.reduce((sum, block) => sum + block.columns, 0),
    indptr: new Uint32Array(first.rows + 1),
    indices: new Uint32Array(size),
    values: new Float32Array(size),
  };
  let at = 0;
  for (let row = 0; row < first.rows; row++) {
    let shift = 0;
    for (const block of blocks) {
      const begin = block.indptr[row]!;
      const end = block.indptr[row + 1]!;
      out.values.set(block.values.subarray(begin, end), at);
      for (let k = begin; k < end; k++) out.indices[at++] = block.indices[k]! + shift;
      shift += block.columns;
    }
    out.indptr[row + 1] = at;
  }
  return out;
}

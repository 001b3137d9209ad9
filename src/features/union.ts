import type { TermList, WorkOptions } from "../native/text.js";
import type { CsrMatrix } from "../types.js";
import { EmbeddingScaler, type EmbeddingState } from "./embedding.js";
import { type SurfaceState, SurfaceVectorizer } from "./surface.js";
import type { TfidfState, TfidfVectorizer } from "./tfidf.js";

export interface FeatureUnionOptions {
  readonly terms: TfidfVectorizer;
  /** How a prompt looks, beside its words (docs/surface-features.md). Default false. */
  readonly surface?: boolean | undefined;
}

/** What was learnt, block by block, in the order of the columns. */
export interface FeatureState {
  readonly terms: TfidfState;
  readonly surface?: SurfaceState;
  readonly vectors?: WordVectorState;
  readonly embedding?: EmbeddingState;
}

/** Static word vectors; a text's features are scale times the mean vector of its known words. */
export interface WordVectorState extends TermList {
  /** [words x dimensions] */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  readonly scale: number;
}

/** Blocks of features side by side, as scikit-learn's FeatureUnion. */
export class FeatureUnion {
  readonly #terms: TfidfVectorizer;
  readonly #surface: SurfaceVectorizer | undefined;
  #embedding: EmbeddingScaler | undefined;

  constructor(options: FeatureUnionOptions) {
    this.#terms = options.terms;
    this.#surface = options.surface ? new SurfaceVectorizer() : undefined;
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
    if (this.#surface !== undefined) {
      blocks.push(await (await this.#surface.fit(texts)).transform(texts));
    }
    if (embeddings !== undefined) {
      this.#embedding = new EmbeddingScaler().fit(embeddings, texts.length);
      blocks.push(this.#embedding.transform(embeddings));
    }
    return sideBySide(blocks);
  }

  /** @throws NotFittedError before `fitTransform`. */
  get state(): FeatureState {
    return {
      terms: this.#terms.state,
      ...(this.#surface === undefined ? {} : { surface: this.#surface.state }),
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

import { InvalidArgumentError } from "../errors.js";
import type { WorkOptions } from "../native/text.js";
import type { CsrMatrix, DenseMatrix } from "../types.js";
import { DenseScaler, type DenseState } from "./dense.js";
import type { Featurizer } from "./featurizer.js";
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

  /** @param embeddings [texts x d]: vectors that come with the texts, e.g. from an encoder. */
  async fit(
    texts: readonly string[],
    embeddings: DenseMatrix | undefined,
    work: WorkOptions = {},
  ): Promise<this> {
    for (const block of this.#blocks) await block.fit(texts, work);
    if (embeddings !== undefined) {
      const scaler = new DenseScaler(embeddings.columns);
      this.#embedding = scaler.fit(embeddings.values, texts.length);
    }
    return this;
  }

  /** @returns [texts x columns] @throws NotFittedError before `fit`. */
  async transform(
    texts: readonly string[],
    embeddings: DenseMatrix | undefined,
    work: WorkOptions = {},
  ): Promise<CsrMatrix> {
    const matrices: CsrMatrix[] = [];
    for (const block of this.#blocks) matrices.push(await block.transform(texts, work));
    if (this.#embedding !== undefined) {
      if (embeddings === undefined) {
        throw InvalidArgumentError.of("embeddings", "the vectors of the texts", "none");
      }
      matrices.push(this.#embedding.transform(embeddings.values, texts.length));
    }
    return sideBySide(matrices);
  }

  get #blocks(): readonly Featurizer[] {
    return [this.#terms, this.#surface, this.#wordVectors].filter((block) => block !== undefined);
  }

  /** @throws NotFittedError before `fit`. */
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
function sideBySide(blocks: readonly CsrMatrix[]): CsrMatrix {
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

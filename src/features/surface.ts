import { InvalidArgumentError, NotFittedError } from "../errors.js";
import { surface, surfaceNames } from "../native/surface.js";
import type { CsrMatrix } from "../types.js";
import { denseToCsr } from "./dense.js";
import type { Featurizer } from "./featurizer.js";

/** What was learnt, as it lies in a router file. A feature f becomes (f - mean) / scale. */
export interface SurfaceState {
  /** [features] */
  readonly mean: Float32Array;
  /** [features], above 0. */
  readonly scale: Float32Array;
}

/**
 * How a text looks rather than what it is about: lengths, numbers, lines, marks, question words
 * (docs/surface-features.md). Centred and scaled to unit variance over the training texts, as scikit-learn's
 * StandardScaler does; a feature that does not vary there is only centred.
 */
export class SurfaceVectorizer implements Featurizer {
  static readonly names: readonly string[] = surfaceNames;
  #state: SurfaceState | undefined;

  async fit(texts: readonly string[]): Promise<this> {
    if (texts.length === 0) throw InvalidArgumentError.of("texts", "at least one text", "none");
    this.#state = standardScale(await surface(texts), surfaceNames.length);
    return this;
  }

  async transform(texts: readonly string[]): Promise<CsrMatrix> {
    const { mean, scale } = this.state;
    const columns = surfaceNames.length;
    const values = await surface(texts);
    for (let at = 0; at < values.length; at++) {
      const column = at % columns;
      values[at] = (values[at]! - mean[column]!) / scale[column]!;
    }
    return denseToCsr(values, columns);
  }

  /** @throws NotFittedError before `fit`. */
  get state(): SurfaceState {
    if (this.#state === undefined) throw new NotFittedError("SurfaceVectorizer");
    return this.#state;
  }
}

/** Mean and standard deviation of each column; 1 for a column that is constant. */
function standardScale(values: Float32Array, columns: number): SurfaceState {
  const rows = values.length / columns;
  const mean = new Float32Array(columns);
  const scale = new Float32Array(columns);
  for (let column = 0; column < columns; column++) {
    let sum = 0;
    for (let at = column; at < values.length; at += columns) sum += values[at]!;
    const centre = sum / rows;
    let squares = 0;
    let isConstant = true;
    for (let at = column; at < values.length; at += columns) {
      squares += (values[at]! - centre) ** 2;
      isConstant &&= values[at] === values[column];
    }
    mean[column] = centre;
    scale[column] = isConstant ? 1 : Math.sqrt(squares / rows);
  }
  return { mean, scale };
}

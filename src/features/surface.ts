import { InvalidArgumentError, NotFittedError } from "../errors.js";
import { surface, surfaceNames } from "../native/surface.js";
import type { CsrMatrix } from "../types.js";
import { denseToCsr } from "./dense.js";
import type { Featurizer } from "./featurizer.js";

/** What was learnt, as it lies in a router file. A feature f becomes (f - mean) / scale. */
export interface SurfaceState {
  /** [features] */
  readonly mean: Float32Array;
  /** [features], above 0; 1 for a feature that does not vary. */
  readonly scale: Float32Array;
}

/**
 * How a text looks rather than what it is about: lengths, numbers, lines, marks, question words
 * (docs/surface-features.md). Each feature is centred and scaled by its standard deviation over the training texts, or
 * by a tenth of its range there if that is more: a mark that one prompt of thousands has must not decide alone. A common
 * factor, the root of the number of features, makes rows as long as those of word n-grams, at most 1 in root mean
 * square, so that an estimator's penalty treats both alike.
 */
export class SurfaceVectorizer implements Featurizer {
  static readonly names: readonly string[] = surfaceNames;
  #state: SurfaceState | undefined;

  async fit(texts: readonly string[]): Promise<this> {
    if (texts.length === 0) throw InvalidArgumentError.of("texts", "at least one text", "none");
    this.#state = fitScale(await surface(texts), surfaceNames.length);
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

function fitScale(values: Float32Array, columns: number): SurfaceState {
  const rows = values.length / columns;
  const mean = new Float32Array(columns);
  const scale = new Float32Array(columns);
  for (let column = 0; column < columns; column++) {
    const feature = Float64Array.from(
      { length: rows },
      (_, row) => values[row * columns + column]!,
    );
    const centre = feature.reduce((sum, value) => sum + value, 0) / rows;
    const squares = feature.reduce((sum, value) => sum + (value - centre) ** 2, 0);
    const [least, most] = feature.reduce(
      ([low, high], value) => [Math.min(low, value), Math.max(high, value)] as const,
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const,
    );
    const spread = Math.max(Math.sqrt(squares / rows), (most - least) / 10);
    mean[column] = centre;
    // What never varies is 0 in every training row, whatever divides it.
    scale[column] = least === most ? 1 : spread * Math.sqrt(columns);
  }
  return { mean, scale };
}

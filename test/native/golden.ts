import { readFileSync } from "node:fs";
import {
  fitVocabulary,
  type TermList,
  type TermOptions,
  type TokenPattern,
  tfidf,
} from "../../src/native/text.js";
import type { CsrMatrix } from "../../src/types.js";

/** What scripts/golden.py wrote with scikit-learn. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8"));
}

export interface TfidfCase {
  readonly options: {
    readonly tokenPattern?: TokenPattern;
    readonly ngramRange: [number, number];
    readonly charNgramRange?: [number, number];
    readonly norm?: "l2" | "occurrence";
    readonly minDf: number;
    readonly maxDf: number;
    readonly sublinearTf: boolean;
  };
  readonly terms: string[];
  readonly documentFrequency: number[];
  readonly idf: number[];
  readonly indptr: number[];
  readonly indices: number[];
  readonly values: number[];
}

export interface TfidfGolden {
  readonly prompts: string[];
  readonly scripts: string[];
  readonly cases: [TfidfCase, TfidfCase, TfidfCase, TfidfCase];
}

/** Words and n-grams of characters, with either norm; then the same with words of one letter. */
export interface TermsGolden {
  readonly cases: [TfidfCase, TfidfCase, TfidfCase, TfidfCase];
}

/** The texts that all cases of TermsGolden were fitted on. */
export function termsTexts({ prompts, scripts }: TfidfGolden): string[] {
  return [...prompts.slice(0, 24), ...scripts];
}

/** The texts that each case was fitted on. */
export function caseTexts({ prompts, scripts }: TfidfGolden): string[][] {
  return [
    [...prompts, ...scripts],
    [...prompts.slice(0, 40), ...scripts],
    prompts.slice(0, 60),
    [...prompts.slice(0, 60), ...scripts],
  ];
}

export function packTerms(terms: readonly string[]): TermList {
  const encoded = terms.map((term) => new TextEncoder().encode(term));
  const offsets = new Uint32Array(terms.length + 1);
  encoded.forEach((bytes, i) => {
    offsets[i + 1] = offsets[i]! + bytes.length;
  });
  return { terms: Uint8Array.from(encoded.flatMap((bytes) => [...bytes])), offsets };
}

export function featuresOf({
  terms,
  idf,
  options,
}: TfidfCase): TermList & TermOptions & { readonly idf: Float32Array } {
  const { tokenPattern, ngramRange, charNgramRange, sublinearTf, norm = "l2" } = options;
  const packed = packTerms(terms);
  return {
    ...packed,
    idf: Float32Array.from(idf),
    tokenPattern,
    ngramRange,
    sublinearTf,
    norm,
    ...(charNgramRange === undefined ? {} : { charNgramRange }),
  };
}

/** Largest absolute difference; NaN if a length or a value is wrong. */
export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

/** X W + b in doubles, [rows x heads]. */
export function scoresOf(
  X: CsrMatrix,
  { weights, bias }: { readonly weights: Float32Array; readonly bias: Float32Array },
): Float64Array {
  const heads = bias.length;
  const out = new Float64Array(X.rows * heads);
  for (let i = 0; i < X.rows; i++) {
    for (let j = 0; j < heads; j++) {
      let z = bias[j]!;
      for (let k = X.indptr[i]!; k < X.indptr[i + 1]!; k++) {
        z += X.values[k]! * weights[X.indices[k]! * heads + j]!;
      }
      out[i * heads + j] = z;
    }
  }
  return out;
}

/** TF-IDF rows of the golden prompts. */
export async function goldenMatrix(): Promise<CsrMatrix> {
  const { prompts } = golden<TfidfGolden>("tfidf");
  const ngramRange = [1, 2] as const;
  const maxFeatures = 2 ** 31 - 1;
  const found = await fitVocabulary(prompts, { ngramRange, minDf: 2, maxDf: 1, maxFeatures });
  const idf = Float32Array.from(
    found.documentFrequency,
    (df) => Math.log((1 + prompts.length) / (1 + df)) + 1,
  );
  return tfidf(prompts, {
    ...found,
    idf,
    ngramRange,
    sublinearTf: false,
    norm: "l2",
    threads: 2,
  });
}

/** Two rows, two columns; for calls that are refused. */
export const tinyMatrix: CsrMatrix = {
  rows: 2,
  columns: 2,
  indptr: Uint32Array.of(0, 1, 2),
  indices: Uint32Array.of(0, 1),
  values: Float32Array.of(1, 1),
};

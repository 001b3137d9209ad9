import { readFileSync } from "node:fs";
import type { TfidfOptions } from "../../src/native.js";

/** What scripts/golden.py wrote with scikit-learn. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8"));
}

export interface TfidfCase {
  readonly options: {
    readonly ngramRange: [number, number];
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
  readonly cases: [TfidfCase, TfidfCase, TfidfCase];
}

/** The texts that each case was fitted on. */
export function caseTexts({ prompts, scripts }: TfidfGolden): string[][] {
  return [[...prompts, ...scripts], [...prompts.slice(0, 40), ...scripts], prompts.slice(0, 60)];
}

export function packTerms(terms: readonly string[]): Pick<TfidfOptions, "terms" | "offsets"> {
  const encoded = terms.map((term) => new TextEncoder().encode(term));
  const offsets = new Uint32Array(terms.length + 1);
  encoded.forEach((bytes, i) => {
    offsets[i + 1] = offsets[i]! + bytes.length;
  });
  return { terms: Uint8Array.from(encoded.flatMap((bytes) => [...bytes])), offsets };
}

export function featuresOf({ terms, idf, options }: TfidfCase): TfidfOptions {
  const { ngramRange, sublinearTf } = options;
  return { ...packTerms(terms), idf: Float32Array.from(idf), ngramRange, sublinearTf };
}

/** Largest absolute difference; NaN if a length or a value is wrong. */
export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

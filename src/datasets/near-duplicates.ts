import { normalizePrompt } from "./outcomes.js";

/** Cosine above which two prompts are near-duplicates. */
const threshold = 0.8;

/**
 * Puts near-duplicate prompts together: template variants that differ in numbers or a few words would otherwise sit
 * on both sides of a split and be learnt by heart. Linked are prompts that are equal after folding digits and
 * punctuation, and those whose word 1-2-gram vectors (1 + ln(count), times smooth idf, unit length) have a cosine
 * above 0.8; a group is a connected component (single linkage). Exact, not approximate; no randomness.
 * @returns group of each prompt, numbered from 0 by first appearance.
 */
export function groupPrompts(prompts: readonly string[]): Int32Array {
  const known = groupsOf.get(prompts) ?? group(prompts);
  groupsOf.set(prompts, known);
  return known;
}

/** Takes seconds for thousands of prompts, and several routers are fitted to the same ones. */
const groupsOf = new WeakMap<readonly string[], Int32Array>();

function group(prompts: readonly string[]): Int32Array {
  const texts = prompts.map(fold);
  const first = new Map<string, number>();
  const distinct: string[] = [];
  const entry = texts.map((text) => {
    const known = first.get(text);
    if (known !== undefined) return known;
    first.set(text, distinct.length);
    return distinct.push(text) - 1;
  });
  const sets = linkSimilar(vectors(distinct), distinct.length);
  const numbers = new Map<number, number>();
  return Int32Array.from(entry, (at) => {
    const root = sets.find(at);
    if (!numbers.has(root)) numbers.set(root, numbers.size);
    return numbers.get(root)!;
  });
}

/** Words only, numbers as 0: what is left of a prompt when its template is looked at. */
function fold(prompt: string): string {
  const words = normalizePrompt(prompt).replace(/\p{N}+/gu, "0");
  const bare = words.replace(/[^\p{L}\p{M}\p{N}_]+/gu, " ").trim();
  // A prompt of symbols alone has no template; it is compared as it is.
  return bare === "" ? words : bare;
}

interface Vectors {
  /** Entries of text i: indptr[i] .. indptr[i + 1], the most widespread term first. */
  readonly indptr: Uint32Array;
  /** Term of each entry; a lower number is found in more texts. */
  readonly terms: Uint32Array;
  readonly weights: Float64Array;
  readonly termCount: number;
}

function vectors(texts: readonly string[]): Vectors {
  const { rows, frequency } = termsOf(texts);
  const termCount = frequency.length;
  const byFrequency = Uint32Array.from(frequency.keys());
  byFrequency.sort((a, b) => frequency[b]! - frequency[a]! || a - b);
  const rank = new Uint32Array(termCount);
  byFrequency.forEach((term, at) => {
    rank[term] = at;
  });
  const size = rows.reduce((sum, row) => sum + row.length, 0);
  const terms = new Uint32Array(size);
  const weights = new Float64Array(size);
  const indptr = new Uint32Array(texts.length + 1);
  let end = 0;
  rows.forEach((row, i) => {
    const begin = end;
    const sorted = Uint32Array.from(row, (term) => rank[term]!).sort();
    let square = 0;
    for (let at = 0, next = 0; at < sorted.length; at = next) {
      while (sorted[next] === sorted[at]) next++;
      const idf = Math.log((1 + texts.length) / (1 + frequency[byFrequency[sorted[at]!]!]!)) + 1;
      const weight = (1 + Math.log(next - at)) * idf;
      terms[end] = sorted[at]!;
      weights[end++] = weight;
      square += weight ** 2;
    }
    for (let at = begin; at < end; at++) weights[at]! /= Math.sqrt(square);
    indptr[i + 1] = end;
  });
  return { indptr, terms, weights, termCount };
}

/** Word 1-2-grams of each text, repeats included, and the number of texts that hold each. */
function termsOf(texts: readonly string[]) {
  const words = new Map<string, number>();
  const pairs = new Map<number, number>();
  const frequency: number[] = [];
  const lastSeen: number[] = [];
  const number = <Key>(ids: Map<Key, number>, key: Key, text: number): number => {
    let id = ids.get(key);
    if (id === undefined) {
      id = frequency.push(0) - 1;
      ids.set(key, id);
    }
    if (lastSeen[id] !== text) frequency[id]! += 1;
    lastSeen[id] = text;
    return id;
  };
  const rows = texts.map((text, i) => {
    const row = text.split(" ").map((word) => number(words, word, i));
    // Ids stay below 2^26 (a Map holds 2^24 keys at most), so a pair of them is an exact double.
    const bigrams = row.slice(1).map((word, at) => number(pairs, row[at]! * 2 ** 26 + word, i));
    return row.concat(bigrams);
  });
  return { rows, frequency };
}

/**
 * Finds all pairs above the threshold by prefix filtering (Bayardo, Ma and Srikant, "Scaling up all pairs similarity
 * search", 2007): leave out the most widespread terms of each text as long as their norm is at most the threshold.
 * By Cauchy and Schwarz a pair that shares none of the terms left on both sides cannot exceed it, so only the few rare
 * terms of each text are indexed, and only texts that share one are compared in full.
 */
function linkSimilar({ indptr, terms, weights, termCount }: Vectors, count: number): DisjointSets {
  const sets = new DisjointSets(count);
  const index = new Map<number, number[]>();
  const dense = new Float64Array(termCount);
  const checked = new Int32Array(count).fill(-1);
  for (let i = 0; i < count; i++) {
    const [begin, end] = [indptr[i]!, indptr[i + 1]!];
    for (let at = begin; at < end; at++) dense[terms[at]!] = weights[at]!;
    for (let at = rareFrom(weights, begin, end); at < end; at++) {
      const posting = index.get(terms[at]!);
      if (posting === undefined) {
        index.set(terms[at]!, [i]);
        continue;
      }
      for (const j of posting) {
        if (checked[j] === i) continue;
        checked[j] = i;
        if (sets.find(i) === sets.find(j)) continue;
        let cosine = 0;
        for (let other = indptr[j]!; other < indptr[j + 1]!; other++) {
          cosine += weights[other]! * dense[terms[other]!]!;
        }
        if (cosine > threshold) sets.union(i, j);
      }
      posting.push(i);
    }
    for (let at = begin; at < end; at++) dense[terms[at]!] = 0;
  }
  return sets;
}

/** First entry that must be indexed: the entries before it have a norm of at most the threshold. */
function rareFrom(weights: Float64Array, begin: number, end: number): number {
  let square = 0;
  let at = begin;
  while (at < end) {
    square += weights[at]! ** 2;
    if (square > threshold ** 2 - 1e-9) break;
    at++;
  }
  return at;
}

/** Union-find with path halving. */
class DisjointSets {
  readonly #parent: Int32Array;

  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, i) => i);
  }

  find(member: number): number {
    const parent = this.#parent;
    let at = member;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  }

  union(a: number, b: number): void {
    const [x, y] = [this.find(a), this.find(b)];
    this.#parent[Math.max(x, y)] = Math.min(x, y);
  }
}

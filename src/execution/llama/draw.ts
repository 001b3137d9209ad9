import { createHash } from "node:crypto";
import type { SamplerSettings } from "../engine.js";

/** Uniform numbers in [0, 1). */
export type RandomStream = () => number;

/** A token and its logit. */
export type Candidate<Token> = readonly [token: Token, logit: number];

/**
 * The random numbers of answer `index` of a call with `seed`: sfc32 (Chris Doty-Humphrey's Small Fast Chaotic, passes
 * PractRand) started from a hash, so that neighbouring seeds and answers have nothing in common.
 */
export function randomStream(seed: number, index: number): RandomStream {
  const hash = createHash("sha256").update(`${seed}:${index}`).digest();
  let a = hash.readInt32LE(0);
  let b = hash.readInt32LE(4);
  let c = hash.readInt32LE(8);
  let counter = 1;
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
}

/** What a token is drawn from, likeliest first; weights need not add up to 1. */
export interface Distribution<Token> {
  readonly tokens: readonly Token[];
  readonly weights: Float64Array;
  /** Weight of all tokens, also of those that are not listed because they were not among the candidates. */
  readonly total: number;
  /** Whether every token that may be drawn is listed. */
  readonly complete: boolean;
}

/**
 * llama.cpp's chain top-k, top-p, temperature, with top-p measured at temperature 1 as there.
 * @param candidates of at least one token, in any order. Equal logits go by the lower token.
 * @param total where candidates are only the likeliest ones (and topK is 0): the weight of all tokens, that of the
 *   likeliest being 1, at `temperature`, or at 1 where topP is below 1.
 */
export function distribution<Token extends number>(
  candidates: readonly Candidate<Token>[],
  settings: Pick<SamplerSettings, "temperature" | "topK" | "topP">,
  total?: number,
): Distribution<Token> {
  const { temperature, topK, topP } = settings;
  const sorted = [...candidates].sort((x, y) => y[1] - x[1] || x[0] - y[0]);
  const best = sorted[0]![1];
  if (temperature === 0) {
    return { tokens: [sorted[0]![0]], weights: Float64Array.of(1), total: 1, complete: true };
  }
  const kept = topK === 0 ? sorted : sorted.slice(0, topK);
  const size = nucleusSize(kept, best, topP, total);
  // The nucleus reaches beyond the candidates, so that none of their shares is known.
  if (size === undefined) {
    return { tokens: [], weights: new Float64Array(), total: 1, complete: false };
  }
  const nucleus = kept.slice(0, size);
  const weights = Float64Array.from(nucleus, ([, logit]) => Math.exp((logit - best) / temperature));
  const complete = topP < 1 || total === undefined;
  return {
    tokens: nucleus.map(([token]) => token),
    weights,
    total: complete ? sum(weights) : Math.max(total, sum(weights)),
    complete,
  };
}

/** How many of the sorted candidates it takes to reach a share of topP; undefined where they do not suffice. */
function nucleusSize<Token>(
  sorted: readonly Candidate<Token>[],
  best: number,
  topP: number,
  total: number | undefined,
): number | undefined {
  if (topP === 1) return sorted.length;
  const weights = Float64Array.from(sorted, ([, logit]) => Math.exp(logit - best));
  const wanted = topP * (total ?? sum(weights));
  let reached = 0;
  for (let i = 0; i < weights.length; i++) {
    reached += weights[i]!;
    if (reached >= wanted) return i + 1;
  }
  return total === undefined ? sorted.length : undefined;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** @param number in [0, 1). @returns undefined where it falls on a token that is not listed. */
export function draw<Token>(from: Distribution<Token>, number: number): Token | undefined {
  let rest = number * from.total;
  for (let i = 0; i < from.weights.length; i++) {
    rest -= from.weights[i]!;
    if (rest < 0) return from.tokens[i]!;
  }
  return from.complete ? from.tokens.at(-1)! : undefined;
}

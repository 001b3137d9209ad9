import type { Candidate } from "./draw.js";

/** How sure a model is of the first token of its answer, at temperature 1. */
export interface FirstToken {
  /** Logit of the likeliest token less that of the second: ln of how many times as likely it is. */
  readonly margin: number;
  /** In nats; the tokens beyond the 256 likeliest count as one. */
  readonly entropy: number;
}

/**
 * @param candidates likeliest first.
 * @param total weight of all tokens, that of the likeliest being 1.
 */
export function firstToken({
  candidates,
  total,
}: {
  readonly candidates: readonly Candidate<number>[];
  readonly total: number;
}): FirstToken {
  const best = candidates[0]![1];
  const weights = candidates.map(([, logit]) => Math.exp(logit - best));
  const listed = weights.reduce((sum, weight) => sum + weight, 0);
  const rest = Math.max(0, total - listed);
  let entropy = 0;
  for (const weight of [...weights, rest]) {
    const share = weight / (listed + rest);
    if (share > 0) entropy -= share * Math.log(share);
  }
  return { margin: best - (candidates[1]?.[1] ?? best), entropy };
}

/** Where a pool file gives none, and the model was trained for more. */
const defaultContextSize = 4096;

/** Tokens of each sequence: what the pool file says, else what the model was trained for, at most 4096. */
export function contextSizeOf(
  { contextSize }: { readonly contextSize?: number },
  trained = defaultContextSize,
): number {
  return contextSize ?? Math.min(trained, defaultContextSize);
}

/** Tokens that llama.cpp computes at once. */
export function batchSizeOf(sequences: number, contextSize: number): number {
  return Math.max(512, Math.min(2048, sequences * contextSize));
}

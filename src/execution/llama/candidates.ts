import type { Candidate } from "./draw.js";
import type { ControlledEvaluateInputItem, LlamaContextSequence, Token } from "./library.js";

type GenerateNext = NonNullable<Exclude<ControlledEvaluateInputItem, Token>[1]["generateNext"]>;

/** Settings of llama.cpp's sampler that leave the logits as the model gave them; its own draw is not used. */
const unchanged = { temperature: 1, topK: 0, topP: 1, minP: 0, seed: 0 };

/**
 * Appends tokens to what a sequence holds.
 * @returns the `top` likeliest candidates of the next one, or all where top is 0.
 */
export async function candidatesAfter(
  slot: LlamaContextSequence,
  tokens: readonly Token[],
  top: number,
): Promise<readonly Candidate<Token>[]> {
  const { logits } = await evaluate(
    slot,
    tokens,
    top === 0
      ? { logits: true }
      : // Without a top-k of its own llama.cpp would sort the whole vocabulary to find them.
        { logits: topOf(top), options: { ...unchanged, topK: top } },
  );
  return [...logits];
}

/** The same, with the weight of all tokens at a temperature, where the likeliest weighs 1. */
export async function weighedAfter(
  slot: LlamaContextSequence,
  tokens: readonly Token[],
  top: number,
  temperature: number,
) {
  const { logits, total } = await evaluate(slot, tokens, {
    logits: topOf(top),
    totalLogitWeight: true,
    options: { ...unchanged, temperature },
  });
  // llama.cpp gives logits divided by the temperature.
  const candidates = Array.from(
    logits,
    ([token, logit]): Candidate<Token> => [token, logit * temperature],
  );
  return { candidates, total };
}

const topOf = (includeTop: number) => ({ filter: { tokens: [], includeTop } });

async function evaluate(
  slot: LlamaContextSequence,
  tokens: readonly Token[],
  generateNext: GenerateNext,
) {
  const last = tokens.length - 1;
  const results = await slot.controlledEvaluate([
    ...tokens.slice(0, last),
    [tokens[last]!, { generateNext }],
  ]);
  const { logits, totalLogitWeight: total = 0 } = results[last]?.next ?? {};
  if (logits === undefined || logits.size === 0) throw new Error("llama.cpp returned no logits");
  return { logits, total };
}

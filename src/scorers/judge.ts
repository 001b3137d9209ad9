import type { Engine, SamplerSettings } from "../execution/engine.js";
import type { PoolModel } from "../execution/pool/pool.js";
import { renderPrompt } from "../execution/prompt.js";
import { judgePrompt, type Verdict, verdictOf } from "./judge-prompt.js";

/** A model that compares answers. */
export interface Judge {
  readonly engine: Engine;
  readonly model: Pick<PoolModel, "kind" | "template" | "stop" | "sampling">;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

export interface Comparison {
  /** 1 = the first answer is better, 0 = the second is, 0.5 = neither. */
  readonly score: number;
  /** In the order given, and swapped; "A" is the answer shown first. null = the judge gave none. */
  readonly verdicts: readonly [Verdict | null, Verdict | null];
}

/**
 * Compares two answers to a question without a reference (Zheng et al., 2023): the judge, at temperature 0, sees them in
 * both orders, and an answer is better only where it is in both; else they tie. So a judge that always prefers a place
 * makes only ties.
 * @throws EngineError, AbortedError
 */
export async function comparePair(
  judge: Judge,
  question: string,
  a: string,
  b: string,
): Promise<Comparison> {
  if (a === b) return { score: 0.5, verdicts: ["tie", "tie"] };
  const [first, swapped] = await Promise.all([
    ask(judge, question, a, b),
    ask(judge, question, b, a),
  ]);
  const aWins = first === "A" && swapped === "B";
  const bWins = first === "B" && swapped === "A";
  return { score: aWins ? 1 : bWins ? 0 : 0.5, verdicts: [first, swapped] };
}

/**
 * Compares each answer with each other one: m (m - 1) calls of the judge for m different answers.
 * @returns for each answer its mean score against the others, 0..1; 1 for a single one.
 */
export async function compareAll(
  judge: Judge,
  question: string,
  answers: readonly string[],
): Promise<number[]> {
  const sums = answers.map(() => 0);
  const pairs = answers.flatMap((_, i) => answers.slice(0, i).map((_, j) => [j, i] as const));
  await Promise.all(
    pairs.map(async ([i, j]) => {
      const { score } = await comparePair(judge, question, answers[i]!, answers[j]!);
      sums[i]! += score;
      sums[j]! += 1 - score;
    }),
  );
  return answers.length === 1 ? [1] : sums.map((sum) => sum / (answers.length - 1));
}

async function ask(
  { engine, model, seed, signal }: Judge,
  question: string,
  a: string,
  b: string,
): Promise<Verdict | null> {
  const settings: SamplerSettings = { ...model.sampling, temperature: 0, stop: model.stop };
  const prompt = renderPrompt(model, { prompt: judgePrompt(question, a, b) });
  const { text } = await engine.generate(prompt, { ...settings, seed, ...(signal && { signal }) });
  return verdictOf(text);
}

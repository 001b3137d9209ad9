import type { Completion, GenerateOptions } from "../engine.js";
import { AnswerText, type Detokenize } from "./answer-text.js";
import { type Candidate, distribution, draw, randomStream } from "./draw.js";

/** Candidates that are looked at first where all tokens may be drawn. */
export const likeliest = 256;

/** One place of a model's context: a row of tokens that grows at its end and can be cut back. */
export interface Sequence<Token extends number> {
  /** Most tokens it holds. */
  readonly size: number;
  readonly detokenize: Detokenize<Token>;
  isEnd(token: Token): boolean;
  /** Appends tokens. @returns the `top` likeliest candidates of the next one, or all where top is 0. */
  append(tokens: readonly Token[], top: number): Promise<readonly Candidate<Token>[]>;
  /** The same, with the weight of all tokens at that temperature, the weight of the likeliest being 1. */
  appendWeighed(
    tokens: readonly Token[],
    top: number,
    temperature: number,
  ): Promise<{ readonly candidates: readonly Candidate<Token>[]; readonly total: number }>;
  /** Keeps the first `length` tokens. */
  cut(length: number): Promise<void>;
}

/** Some answers that are the same so far. */
interface Branch<Token extends number> {
  readonly members: readonly number[];
  /** Tokens to append, and how many are in front of them. */
  readonly tokens: readonly Token[];
  readonly depth: number;
  readonly text: AnswerText<Token>;
  readonly drawn: number;
  /** Seconds spent on the way to here. */
  readonly seconds: number;
}

/**
 * Draws n answers of one prompt on one sequence. Answers are walked as a tree, depth first: each draws its next token
 * with its own random numbers, those that drew the same token go on together, and the sequence is cut back between
 * branches. So the prompt and every common beginning are computed once, and the answers are as independent as if each
 * had been drawn alone.
 *
 * @param prompt at least one token, fewer than the sequence holds.
 * @param options `onText` is for n = 1 only.
 * @param checkpoint called before every step; throws to end the walk.
 * @param held how many tokens of the prompt the sequence holds already, which must be all that it holds; fewer than the
 *   prompt has.
 */
export async function sampleTree<Token extends number>(
  sequence: Sequence<Token>,
  prompt: readonly Token[],
  n: number,
  options: GenerateOptions,
  checkpoint: () => void,
  held = 0,
): Promise<Completion[]> {
  const first = options.first ?? 0;
  const random = Array.from({ length: n }, (_, index) => randomStream(options.seed, first + index));
  const answers = new Array<Completion>(n);
  const maxTokens = Math.min(options.maxTokens, sequence.size - prompt.length);
  let emitted = 0;
  const emit = (text: AnswerText<Token>, upTo: number) => {
    if (upTo > emitted) options.onText?.(text.text.slice(emitted, upTo));
    emitted = Math.max(emitted, upTo);
  };
  const finish = (branch: Branch<Token>, drawn: number, reason: Completion["finishReason"]) => {
    const text = branch.text.end();
    emit(text, text.text.length);
    for (const member of branch.members) {
      answers[member] = {
        text: text.text,
        promptTokens: prompt.length,
        completionTokens: drawn,
        seconds: branch.seconds,
        finishReason: reason,
      };
    }
  };

  const open: Branch<Token>[] = [
    {
      members: random.map((_, index) => index),
      tokens: prompt.slice(held),
      depth: held,
      text: AnswerText.start(sequence.detokenize, options.stop, prompt),
      drawn: 0,
      seconds: 0,
    },
  ];
  let length = held;
  for (let branch = open.pop(); branch !== undefined; branch = open.pop()) {
    checkpoint();
    const began = performance.now();
    if (length > branch.depth) await sequence.cut(branch.depth);
    length = branch.depth + branch.tokens.length;
    const numbers = branch.members.map((member) => random[member]!());
    const tokens = await drawNext(sequence, branch, numbers, options);
    const seconds = branch.seconds + (performance.now() - began) / 1000;
    const drawn = branch.drawn + 1;
    for (const [token, members] of groupBy(branch.members, tokens)) {
      if (sequence.isEnd(token)) {
        finish({ ...branch, members, seconds }, drawn, "stop");
        continue;
      }
      const text = branch.text.next(token);
      const next = { members, tokens: [token], depth: length, text, drawn, seconds };
      if (text.stopped) finish(next, drawn, "stop");
      else if (drawn >= maxTokens) finish(next, drawn, text.end().stopped ? "stop" : "length");
      else {
        emit(text, text.settled);
        open.push(next);
      }
    }
  }
  return answers;
}

/**
 * Appends the tokens of a branch and draws what follows, one token for each number. Where all tokens may be drawn, the
 * likeliest and the weight of the others are looked at first: to pass a whole vocabulary of 32,000 takes 30 ms. Only a
 * number that falls on one of the others needs them all, and the last token once more.
 */
async function drawNext<Token extends number>(
  sequence: Sequence<Token>,
  { tokens, depth }: Branch<Token>,
  numbers: readonly number[],
  options: GenerateOptions,
): Promise<readonly Token[]> {
  const { temperature, topK, topP } = options;
  const from = (list: readonly Candidate<Token>[], total?: number) => {
    const weights = distribution(list, options, total);
    return numbers.map((number) => draw(weights, number));
  };
  if (temperature === 0 || topK > 0) {
    return from(await sequence.append(tokens, temperature === 0 ? 1 : topK)) as Token[];
  }
  const measure = topP === 1 ? temperature : 1;
  const { candidates, total } = await sequence.appendWeighed(tokens, likeliest, measure);
  const drawn = from(candidates, total);
  if (!drawn.includes(undefined)) return drawn as Token[];
  await sequence.cut(depth + tokens.length - 1);
  return from(await sequence.append(tokens.slice(-1), 0)) as Token[];
}

/** Members by the key at their place. */
function groupBy<K>(members: readonly number[], keys: readonly K[]): Map<K, number[]> {
  const groups = new Map<K, number[]>();
  members.forEach((member, place) => {
    const at = keys[place]!;
    const group = groups.get(at);
    if (group === undefined) groups.set(at, [member]);
    else group.push(member);
  });
  return groups;
}

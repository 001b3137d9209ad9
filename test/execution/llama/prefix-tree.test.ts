import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GenerateOptions } from "../../../src/execution/engine.js";
import type { Candidate } from "../../../src/execution/llama/draw.js";
import { type Sequence, sampleTree } from "../../../src/execution/llama/prefix-tree.js";

const end = 0;
const decoder = new TextDecoder();

/** A made-up model over bytes: what comes next depends on everything before it. */
class ByteModel implements Sequence<number> {
  readonly size = 64;
  held: number[] = [];
  evaluated = 0;

  constructor(private readonly choices: readonly number[]) {}

  detokenize = (tokens: readonly number[]) => decoder.decode(Uint8Array.from(tokens));
  isEnd = (token: number) => token === end;

  async append(tokens: readonly number[], top: number) {
    this.held.push(...tokens);
    this.evaluated += tokens.length;
    expect(this.held.length).toBeLessThanOrEqual(this.size);
    let mixed = 7;
    for (const token of this.held) mixed = (Math.imul(mixed, 31) + token) | 0;
    const logits = this.choices.map(
      (token, i): Candidate<number> => [token, ((mixed >>> (i % 24)) & 7) / 4],
    );
    const sorted = logits.sort((x, y) => y[1] - x[1] || x[0] - y[0]);
    return top === 0 ? sorted : sorted.slice(0, top);
  }

  async appendWeighed(tokens: readonly number[], top: number, temperature: number) {
    const all = await this.append(tokens, 0);
    const weights = all.map(([, logit]) => Math.exp((logit - all[0]![1]) / temperature));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { candidates: all.slice(0, top), total };
  }

  async cut(length: number) {
    expect(length).toBeLessThan(this.held.length);
    this.held.length = length;
  }
}

const settings = {
  temperature: 0.9,
  topK: 0,
  topP: 1,
  maxTokens: 12,
  stop: [] as string[],
  seed: 1,
};
const letters = [end, ...Buffer.from("abcdef")];
const prompt = [...Buffer.from("hello")];

async function run(choices: readonly number[], n: number, options: Partial<GenerateOptions> = {}) {
  const model = new ByteModel(choices);
  const answers = await sampleTree(model, prompt, n, { ...settings, ...options }, () => {});
  return { answers, evaluated: model.evaluated };
}

const texts = (result: { answers: readonly { text: string }[] }) =>
  result.answers.map(({ text }) => text);

describe("sampleTree", () => {
  test("answer i does not depend on how many are drawn", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 12 }), async (seed, n) => {
        const all = texts(await run(letters, 12, { seed }));
        expect(texts(await run(letters, n, { seed }))).toEqual(all.slice(0, n));
      }),
      { numRuns: 40 },
    );
  });

  test("computes a common beginning once", async () => {
    const { answers, evaluated } = await run(letters, 100);
    const drawn = answers.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
    expect(evaluated).toBeLessThan(drawn / 1.5 + prompt.length);
    const greedy = await run(letters, 100, { temperature: 0 });
    expect(greedy.evaluated).toBeLessThan(prompt.length + settings.maxTokens);
    expect(new Set(texts(greedy)).size).toBe(1);
  });

  test("draws each token as often as it should", async () => {
    const { answers } = await run([end, ...Buffer.from("ab")], 4000, { maxTokens: 1 });
    const model = new ByteModel([end, ...Buffer.from("ab")]);
    const weights = new Map(
      (await model.append(prompt, 0)).map(([token, x]) => [token, Math.exp(x / 0.9)]),
    );
    const total = [...weights.values()].reduce((sum, w) => sum + w, 0);
    for (const [token, weight] of weights) {
      const text = token === end ? "" : String.fromCharCode(token);
      const share = answers.filter((answer) => answer.text === text).length / answers.length;
      expect(Math.abs(share - weight / total)).toBeLessThan(0.03);
    }
  });

  test.each([1, 0.95])(
    "draws from a large vocabulary as from all of it, top-p %s",
    async (topP) => {
      /** Says nothing about the weight of all tokens: every step passes them all. */
      class Whole extends ByteModel {
        override async appendWeighed(tokens: readonly number[]) {
          const candidates = await this.append(tokens, 0);
          return {
            candidates,
            total: candidates.reduce(
              (sum, [, logit]) => sum + weight(logit - candidates[0]![1]),
              0,
            ),
          };
        }
      }
      const weight = (logit: number) => Math.exp(logit / (topP === 1 ? settings.temperature : 1));
      const vocabulary = Array.from({ length: 1000 }, (_, token) => token);
      const models = [new ByteModel(vocabulary), new Whole(vocabulary)];
      const [some, all] = await Promise.all(
        models.map((model) => {
          model.detokenize = (tokens) => String.fromCharCode(...tokens.map((token) => 256 + token));
          return sampleTree(model, prompt, 50, { ...settings, topP }, () => {});
        }),
      );
      const answers = (list: typeof some) => list?.map(({ text }) => text);
      expect(answers(some)).toEqual(answers(all));
      // Some numbers fall on a token beyond the likeliest, which takes a second look.
      expect(models[0]!.evaluated).toBeGreaterThan(models[1]!.evaluated);
    },
  );

  test("says why an answer ended", async () => {
    const { answers } = await run(letters, 60, { stop: ["ab"] });
    for (const { text, finishReason, completionTokens } of answers) {
      expect(text).not.toContain("ab");
      expect(finishReason === "length").toBe(text.length === settings.maxTokens);
      expect(completionTokens).toBeLessThanOrEqual(settings.maxTokens);
    }
    expect(new Set(answers.map(({ finishReason }) => finishReason)).size).toBe(2);
  });

  test("stop texts cut the same answer where it would have gone on", async () => {
    const free = texts(await run(letters, 200));
    const stopped = texts(await run(letters, 200, { stop: ["ab", "cc"] }));
    const cut = free.map((text) => text.split(/ab|cc/)[0]);
    expect(stopped).toEqual(cut);
    expect(stopped).not.toEqual(free);
  });

  test("streams exactly the text, whole characters only", async () => {
    const bytes = [end, ...new Set(Buffer.from("aä€😀"))];
    for (let seed = 0; seed < 200; seed++) {
      const pieces: string[] = [];
      const stop = ["aa"];
      const { answers } = await run(bytes, 1, {
        seed,
        stop,
        onText: (piece) => pieces.push(piece),
      });
      expect(pieces.join("")).toBe(answers[0]!.text);
      for (const piece of pieces) expect(piece).not.toBe("");
    }
    const whole = [...Buffer.from("😀")];
    let step = 0;
    const model = new ByteModel(letters);
    model.appendWeighed = async () => ({ candidates: [[whole[step++] ?? end, 0]], total: 1 });
    const pieces: string[] = [];
    await sampleTree(model, prompt, 1, { ...settings, onText: (p) => pieces.push(p) }, () => {});
    expect(pieces).toEqual(["😀"]);
  });

  test("never needs more than the context holds", async () => {
    const { answers } = await run(letters.slice(1), 3, { maxTokens: 1000 });
    for (const { completionTokens, finishReason } of answers) {
      expect(completionTokens).toBe(64 - prompt.length);
      expect(finishReason).toBe("length");
    }
  });

  test("ends where the checkpoint says so", async () => {
    let steps = 0;
    const checkpoint = () => {
      if (++steps > 5) throw new Error("enough");
    };
    await expect(
      sampleTree(new ByteModel(letters), prompt, 9, settings, checkpoint),
    ).rejects.toThrow("enough");
    expect(steps).toBe(6);
  });
});

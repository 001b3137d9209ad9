import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Candidate,
  distribution,
  draw,
  randomStream,
} from "../../../src/execution/llama/draw.js";

const plain = { temperature: 1, topK: 0, topP: 1 };
const candidates = fc
  .array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 60 })
  .map((logits) => logits.map((logit, token): Candidate<number> => [token, logit]));

describe("randomStream", () => {
  test("is uniform and the same for the same seed and index", () => {
    const random = randomStream(7, 3);
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      buckets[Math.floor(random() * 10)]! += 1;
    }
    for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(450);
    const [one, again] = [randomStream(7, 3), randomStream(7, 3)];
    expect(Array.from({ length: 9 }, one)).toEqual(Array.from({ length: 9 }, again));
  });

  test("neighbouring seeds and answers have nothing in common", () => {
    const firsts = new Set<number>();
    for (let seed = 0; seed < 50; seed++) {
      for (let index = 0; index < 50; index++) firsts.add(randomStream(seed, index)());
    }
    expect(firsts.size).toBe(2500);
  });
});

describe("distribution", () => {
  test("is the softmax at temperature 1", () => {
    const { tokens, weights, total } = distribution(
      [
        [4, Math.log(1)],
        [9, Math.log(3)],
      ],
      plain,
    );
    expect(tokens).toEqual([9, 4]);
    expect(weights[0]! / total).toBeCloseTo(0.75, 12);
  });

  test("divides logits by the temperature", () => {
    const { weights, total } = distribution(
      [
        [0, 0],
        [1, Math.log(3)],
      ],
      { ...plain, temperature: 0.5 },
    );
    expect(weights[0]! / total).toBeCloseTo(0.9, 12);
  });

  test("top-p keeps the smallest set that reaches it, measured before the temperature", () => {
    const shares: Candidate<number>[] = [0.5, 0.3, 0.15, 0.05].map((p, token) => [
      token,
      Math.log(p),
    ]);
    expect(distribution(shares, { ...plain, topP: 0.75 }).tokens).toEqual([0, 1]);
    expect(distribution(shares, { ...plain, topP: 0.85 }).tokens).toEqual([0, 1, 2]);
    expect(distribution(shares, { temperature: 100, topK: 0, topP: 0.75 }).tokens).toEqual([0, 1]);
    expect(distribution(shares, { ...plain, topP: 1e-9 }).tokens).toEqual([0]);
  });

  test("temperature 0 takes the likeliest, of equals the lower token", () => {
    const settings = { ...plain, temperature: 0 };
    expect(
      distribution(
        [
          [5, 1],
          [2, 1],
          [1, 0],
        ],
        settings,
      ).tokens,
    ).toEqual([2]);
  });

  test("does not depend on the order of candidates, and keeps what it should", () => {
    fc.assert(
      fc.property(
        candidates,
        fc.nat(70),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (all, topK, topP) => {
          const settings = { temperature: 0.7, topK, topP };
          const one = distribution(all, settings);
          expect(distribution([...all].reverse(), settings)).toEqual(one);
          expect(one.tokens.length).toBeGreaterThan(0);
          expect(one.tokens.length).toBeLessThanOrEqual(topK === 0 ? all.length : topK);
          const least = Math.min(...one.tokens.map((token) => all[token]![1]));
          const dropped = all.filter(([token]) => !one.tokens.includes(token));
          for (const [, logit] of dropped) expect(logit).toBeLessThanOrEqual(least);
        },
      ),
    );
  });
});

describe("draw", () => {
  test("from the likeliest only is the draw from all, or says that it needs them", () => {
    fc.assert(
      fc.property(
        candidates,
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(1, 0.9, 0.3),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (all, top, topP, number) => {
          const settings = { temperature: 1.5, topK: 0, topP };
          const sorted = [...all].sort((x, y) => y[1] - x[1] || x[0] - y[0]);
          const measure = topP === 1 ? settings.temperature : 1;
          const total = sorted.reduce(
            (sum, [, l]) => sum + Math.exp((l - sorted[0]![1]) / measure),
            0,
          );
          const whole = draw(distribution(all, settings), number);
          const part = draw(distribution(sorted.slice(0, top), settings, total), number);
          expect(part ?? whole).toBe(whole);
          const listed = sorted.findIndex(([token]) => token === whole) < top;
          if (topP === 1) expect(part !== undefined).toBe(listed);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("draws by weight", () => {
    const from = distribution(
      [
        [0, Math.log(0.2)],
        [1, Math.log(0.8)],
      ],
      plain,
    );
    const random = randomStream(1, 0);
    let ones = 0;
    for (let i = 0; i < 20_000; i++) ones += draw(from, random())!;
    expect(Math.abs(ones / 20_000 - 0.8)).toBeLessThan(0.012);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  AnswerReader,
  readEvents,
  seedOfAnswer,
} from "../../../src/execution/remote/openai-protocol.js";

async function* cut(bytes: Uint8Array, places: readonly number[]) {
  const all = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length];
  all.sort((a, b) => a - b);
  for (const [i, end] of all.entries()) yield bytes.subarray(all[i - 1] ?? 0, end);
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of readEvents(pieces)) events.push(event);
  return events;
}

const line = fc.constantFrom("\n", "\r\n", "\r");
const noise = fc.constantFrom(": keep-alive", "id: 7", "event: message", "retry: 3", "odd");

describe("readEvents", () => {
  test("any split of the bytes gives the same events", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.jsonValue(), fc.array(noise, { maxLength: 2 }))),
        line,
        fc.array(fc.nat()),
        async (events, end, places) => {
          const text = events
            .map(([value, extra]) => [...extra, `data: ${JSON.stringify(value)}`, "", ""].join(end))
            .join("");
          const bytes = new TextEncoder().encode(`${text}data: [DONE]${end}${end}data: 1${end}`);
          const wanted = events.map(([value]) => JSON.parse(JSON.stringify(value)));
          expect(await collect(cut(bytes, places))).toEqual(wanted);
        },
      ),
      { numRuns: 100, seed: 1 },
    ));

  test("whatever comes gives events or an HttpFailure", () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const whole = new Uint8Array([...new TextEncoder().encode("data: "), ...bytes, 10, 10]);
        await collect(cut(whole, [])).catch((error) => expect(error.name).toBe("Error"));
      }),
      { numRuns: 300, seed: 2 },
    ));
});

test("AnswerReader takes whatever JSON there is, or says what is wrong", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const reader = new AnswerReader();
      try {
        reader.add(value);
        reader.end();
      } catch (error) {
        expect((error as Error).message).toMatch(/^it|^its/);
      }
    }),
    { seed: 3 },
  );
});

test("seeds of answers fit 31 bits and do not collide soon", () => {
  const seeds = Array.from({ length: 2000 }, (_, i) => seedOfAnswer(i % 40, Math.floor(i / 40)));
  expect(new Set(seeds).size).toBe(2000);
  expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31)).toBe(true);
});

import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { fitRouter } from "../../src/router/fit.js";
import type { Router } from "../../src/router/router.js";
import { twoSkillWorld } from "../worlds.js";

/** Prompts of a slice, and the most that may be read before the first result is out: src/router/batch.ts. */
const slice = 256;
const ahead = (availableParallelism() + 2) * slice;

let router: Router;
beforeAll(async () => {
  router = await fitRouter(twoSkillWorld());
});

const sizes = [0, 1, 2, slice - 1, slice, slice + 1, 3 * slice + 7, 8 * slice];
const words = ["which", "author", "apples", "add", "of", "zz", "日本", "\ud800", ""];

function promptsOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    i % 17 === 0 ? "" : `${words[i % 9]} ${words[(i * 7) % 9]} ${words[(i >> 3) % 9]} ${i}`,
  );
}

/** One by one, as scoreBatch lays them out. */
function scoresOf(prompts: readonly string[]): Float32Array {
  return Float32Array.from(prompts.flatMap((prompt) => [...router.scores(prompt)]));
}

async function collect(prompts: AsyncIterable<string> | Iterable<string>): Promise<string[]> {
  const chosen: string[] = [];
  for await (const model of router.routeStream(prompts)) chosen.push(model);
  return chosen;
}

describe("scoreBatch", () => {
  test.each(sizes)("gives the scores of %i prompts, bit by bit", async (size) => {
    const prompts = promptsOf(size);
    expect(await router.scoreBatch(prompts)).toEqual(scoresOf(prompts));
  });

  test("of any prompts", async () => {
    const prompt = fc.oneof(
      fc.string({ unit: "binary", maxLength: 80 }),
      fc.array(fc.constantFrom(...words), { maxLength: 20 }).map((list) => list.join(" ")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(prompt, { maxLength: 300 }), async (prompts) => {
        expect(await router.scoreBatch(prompts)).toEqual(scoresOf(prompts));
      }),
      { numRuns: 40 },
    );
  });

  test("with prompts that fill a slice alone, and one longer than is read", async () => {
    const prompts = ["add ".repeat(40_000), "which author", "of ".repeat(500_000), "", "apples"];
    expect(await router.scoreBatch(prompts)).toEqual(scoresOf(prompts));
  });

  test("many at once do not get into each other's way", async () => {
    const lists = sizes.map(promptsOf);
    const all = await Promise.all(lists.map((prompts) => router.scoreBatch(prompts)));
    expect(all).toEqual(lists.map(scoresOf));
  });

  test.each([0, 1, slice, 5 * slice + 3])("names prompt %i if it is no string", async (at) => {
    for (const bad of [7, undefined, null, {}]) {
      const prompts = promptsOf(at + 2) as unknown[];
      prompts[at] = bad;
      const work = router.scoreBatch(prompts as string[]);
      await expect(work).rejects.toThrow(InvalidArgumentError);
      await expect(work).rejects.toThrow(`a string for prompts[${at}] but received`);
    }
  });

  test("the event loop goes on meanwhile", async () => {
    const prompts = Array.from({ length: 20_000 }, (_, i) => `how many ${i} `.repeat(100));
    /** Longest time between two turns of the event loop while `work` lasts, and how long that is. */
    const longestGap = async (work: () => Promise<unknown>) => {
      let isDone = false;
      let gap = 0;
      const turns = (async () => {
        for (let last = performance.now(); !isDone; ) {
          await sleep(0);
          const now = performance.now();
          gap = Math.max(gap, now - last);
          last = now;
        }
      })();
      const start = performance.now();
      await work();
      const total = performance.now() - start;
      isDone = true;
      await turns;
      return { gap, total };
    };
    for (let attempt = 0; ; attempt++) {
      const { gap, total } = await longestGap(() => router.scoreBatch(prompts));
      const idle = await longestGap(() => sleep(total));
      const bound = Math.max(50, total / 4, 3 * idle.gap);
      // Other work on the machine may stop everything for a while; not twice.
      if (gap > bound && attempt === 0) continue;
      expect(gap).toBeLessThan(bound);
      break;
    }
  });
});

/** What a source was asked for. */
class Source implements AsyncIterator<string>, AsyncIterable<string> {
  read = 0;
  returned = 0;

  constructor(
    readonly count: number,
    readonly onRead: (read: number) => unknown = () => {},
  ) {}

  async next(): Promise<IteratorResult<string>> {
    await this.onRead(this.read);
    return this.read < this.count
      ? { done: false, value: `${words[this.read % 9]} ${this.read++}` }
      : { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<string>> {
    this.returned++;
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}

describe("routeStream", () => {
  test.each(sizes)(
    "routes %i prompts in their order, from lists, generators, streams",
    async (size) => {
      const prompts = promptsOf(size);
      const expected = prompts.map((prompt) => router.route(prompt));
      expect(await collect(prompts)).toEqual(expected);
      expect(await collect(new Set(prompts))).toEqual(
        [...new Set(prompts)].map((p) => router.route(p)),
      );
      const sync = function* () {
        yield* prompts;
      };
      expect(await collect(sync())).toEqual(expected);
      const async = async function* () {
        for (const [i, prompt] of prompts.entries()) {
          if (i % 100 === 0) await sleep(1);
          yield prompt;
        }
      };
      expect(await collect(async())).toEqual(expected);
    },
  );

  test("does not read far ahead of what is taken", async () => {
    for (const source of [new Source(100_000), new Source(100_000, () => Promise.resolve())]) {
      let taken = 0;
      for await (const _ of router.routeStream(source)) {
        expect(source.read - taken).toBeLessThanOrEqual(ahead);
        if (++taken === 3000) break;
        if (taken % 500 === 0) await sleep(2);
      }
      expect(source.read).toBeGreaterThanOrEqual(3000);
    }
    let read = 0;
    const endless = function* () {
      for (; ; read++) yield "how many";
    };
    for await (const _ of router.routeStream(endless())) break;
    expect(read).toBeLessThanOrEqual(ahead);
  });

  test("gives what it has while the source is silent", async () => {
    // Asks for no more than was answered: waiting for a full slice would be waiting for ever.
    let answered = 0;
    const answers: (() => void)[] = [];
    const source = new Source(700, async (read) => {
      while (read >= answered + 3 || (read > 300 && read > answered)) {
        await new Promise<void>((resolve) => answers.push(resolve));
      }
    });
    const expected: string[] = [];
    for await (const model of router.routeStream(source)) {
      expected.push(router.route(`${words[answered % 9]} ${answered}`));
      expect(model).toBe(expected[answered++]);
      for (const answer of answers.splice(0)) answer();
    }
    expect(answered).toBe(700);
  });

  test("stops at once though the source is silent", async () => {
    const source = new Source(100, (read) => (read === 5 ? new Promise(() => {}) : undefined));
    let taken = 0;
    for await (const _ of router.routeStream(source)) if (++taken === 5) break;
    expect([taken, source.returned]).toEqual([5, 1]);
  });

  test("stops the source when its consumer stops, and reads nothing before it is asked to", async () => {
    const source = new Source(100_000);
    const stream = router.routeStream(source);
    await sleep(1);
    expect(source.read).toBe(0);
    expect(typeof (await stream.next()).value).toBe("string");
    await stream.return();
    expect(source.returned).toBe(1);
    const { read } = source;
    await sleep(5);
    expect(source.read).toBe(read);
    expect(await stream.next()).toEqual({ done: true, value: undefined });

    const other = new Source(100_000);
    const failing = async () => {
      for await (const _ of router.routeStream(other)) throw new Error("of the consumer");
    };
    await expect(failing()).rejects.toThrow("of the consumer");
    expect(other.returned).toBe(1);
    const ended = new Source(10);
    expect(await collect(ended)).toHaveLength(10);
    expect(ended.returned).toBe(0);
  });

  test.each([0, 1, slice, 5 * slice + 3])(
    "gives the error of a source at prompt %i",
    async (at) => {
      const source = new Source(100_000, (read) => {
        if (read === at) throw new Error("of the source");
      });
      await expect(collect(source)).rejects.toThrow("of the source");
    },
  );

  test("names a prompt that is no string, and stops the source", async () => {
    const bad = async function* () {
      yield* promptsOf(700);
      yield 7 as never;
    };
    await expect(collect(bad())).rejects.toThrow(InvalidArgumentError);
    await expect(collect(bad())).rejects.toThrow("a string for prompts[700] but received");
    const source = new Source(10);
    source.next = async () => ({ done: false, value: 7 as never });
    await expect(collect(source)).rejects.toThrow("prompts[0]");
    expect(source.returned).toBe(1);
  });
});

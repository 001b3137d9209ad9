import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AbortedError } from "../../src/errors.js";
import { Slots } from "../../src/execution/slots.js";

/** Work that ends when it is told to. */
function held<T>(slots: Slots<T>, worth?: (item: T) => number) {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let item: T | undefined;
  const done = slots.use(
    undefined,
    (given) => {
      item = given;
      return ended;
    },
    worth,
  );
  return {
    item: async () => {
      await new Promise(setImmediate);
      return item;
    },
    end: () => {
      end();
      return done;
    },
  };
}

describe("Slots", () => {
  test("gives the most valuable free thing, among equals the one longest free", async () => {
    const slots = new Slots(["a", "b", "c"]);
    const worth = (item: string) => (item === "b" ? 2 : 1);
    const first = held(slots, worth);
    const second = held(slots, worth);
    expect([await first.item(), await second.item()]).toEqual(["b", "a"]);
    await first.end();
    await second.end();
    const used: string[] = [];
    for (let i = 0; i < 4; i++) await slots.use(undefined, async (item) => used.push(item));
    expect(used).toEqual(["c", "b", "a", "c"]);
  });

  test("never lends a thing twice and serves everybody, in line", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ steps: fc.nat(4), likes: fc.nat(2), fails: fc.boolean() }), {
          maxLength: 30,
        }),
        async (users) => {
          const lent = new Set<number>();
          const began: number[] = [];
          const slots = new Slots([0, 1, 2]);
          const uses = users.map(({ steps, likes, fails }, user) =>
            slots.use(
              undefined,
              async (item) => {
                expect(lent.has(item)).toBe(false);
                lent.add(item);
                began.push(user);
                for (let i = 0; i < steps; i++) await Promise.resolve();
                lent.delete(item);
                if (fails) throw new Error("no");
              },
              (item) => Number(item === likes),
            ),
          );
          const ends = await Promise.allSettled(uses);
          expect(ends.map(({ status }) => status === "rejected")).toEqual(
            users.map(({ fails }) => fails),
          );
          expect(began).toEqual([...users.keys()]);
        },
      ),
    );
  });

  test("who waits can leave the line, and closing sends everybody away", async () => {
    const slots = new Slots(["a"]);
    const holder = held(slots);
    const controller = new AbortController();
    const leaves = slots.use(controller.signal, async () => "served");
    const stays = slots.use(undefined, async () => "served");
    controller.abort();
    await expect(leaves).rejects.toThrow(AbortedError);
    await holder.end();
    expect(await stays).toBe("served");
    const last = held(slots);
    const waits = slots.use(undefined, async () => "served");
    slots.close(new Error("closed"));
    await expect(waits).rejects.toThrow("closed");
    await last.end();
    await expect(slots.use(undefined, async () => "served")).rejects.toThrow("closed");
  });
});

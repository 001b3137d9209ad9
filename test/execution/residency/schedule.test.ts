import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Member } from "../../../src/execution/residency/member.js";
import { PoolPace } from "../../../src/execution/residency/pace.js";
import { type Standing, schedule, victims } from "../../../src/execution/residency/schedule.js";

interface Model extends Standing {
  readonly name: number;
  state: Standing["state"];
  inFlight: number;
  use: number;
}

const model = (name: number, more: Partial<Model> = {}): Model => ({
  name,
  state: "absent",
  bytes: 1,
  pinned: false,
  inFlight: 0,
  sequences: 1,
  loadSeconds: 1,
  use: 0,
  ...more,
});
const names = (models: readonly Model[]) => models.map(({ name }) => name);

describe("whom to evict", () => {
  const anyModels = fc
    .array(
      fc.record({ bytes: fc.integer({ min: 1, max: 9 }), use: fc.nat(20), loadSeconds: fc.nat(9) }),
      {
        minLength: 1,
        maxLength: 7,
      },
    )
    .map((list) => list.map((one, name) => ({ ...one, name })));

  test("frees enough, spares the dearest, and evicts nobody needlessly", () => {
    fc.assert(
      fc.property(anyModels, fc.integer({ min: 1, max: 40 }), (models, bytes) => {
        const chosen = victims(models, bytes);
        const total = models.reduce((sum, m) => sum + m.bytes, 0);
        if (total < bytes) {
          expect(chosen).toBeUndefined();
          return;
        }
        const freed = chosen!.reduce((sum, m) => sum + m.bytes, 0);
        expect(freed).toBeGreaterThanOrEqual(bytes);
        for (const one of chosen!) expect(freed - one.bytes).toBeLessThan(bytes);
        // Naively: the shortest list of cheapest ones that is enough holds all victims.
        const worth = (m: (typeof models)[0]) => (m.use * m.loadSeconds) / m.bytes;
        const left = [...models];
        const cheapest: typeof models = [];
        while (cheapest.reduce((sum, m) => sum + m.bytes, 0) < bytes) {
          const least = Math.min(...left.map(worth));
          cheapest.push(
            ...left.splice(
              left.findIndex((m) => worth(m) === least),
              1,
            ),
          );
        }
        expect(cheapest).toEqual(expect.arrayContaining(chosen!));
        if (models.every((m) => m.bytes === models[0]!.bytes)) expect(chosen).toEqual(cheapest);
      }),
    );
  });

  test("over a stream of single requests, the same as a naive cache", () => {
    const stream = fc.array(fc.nat(6), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(stream, fc.integer({ min: 1, max: 4 }), (requests, room) => {
        const pace = new PoolPace(7);
        const members = Array.from({ length: 7 }, (_, i) => {
          const file = { name: `m${i}`, file: "x" } as never;
          const how = { bytes: 10, pinned: false, sequences: 1, coolDownSeconds: 1 };
          return new Member(file, how, pace);
        });
        const resident = new Set<number>();
        requests.forEach((wanted, now) => {
          for (const [i, member] of members.entries()) member.count(i === wanted);
          const place = { model: members[wanted]!, key: now };
          const steps = schedule([place], members, room * 10);
          // A request counts half after 32 others: 2^(-age / 32), summed up from the whole history.
          const use = (i: number) =>
            requests
              .slice(0, now + 1)
              .reduce((sum, one, at) => sum + (one === i ? 2 ** ((at - now) / 32) : 0), 0);
          const expected: number[] = [];
          if (!resident.has(wanted)) {
            if (resident.size === room) {
              const order = [...resident].sort((a, b) => use(a) - use(b));
              // Equal sums may round either way.
              const least = order.filter((i) => use(i) - use(order[0]!) < 1e-9);
              const gone = members.indexOf(steps.evict[0]!);
              expect(least).toContain(gone);
              expected.push(gone);
              resident.delete(gone);
            }
            resident.add(wanted);
          }
          expect(steps.evict).toEqual(expected.map((i) => members[i]));
          for (const member of steps.evict) member.state = "absent";
          for (const member of schedule([place], members, room * 10).load) member.state = "ready";
          expect(members.flatMap((m, i) => (m.state === "ready" ? [i] : []))).toEqual(
            [...resident].sort(),
          );
        });
      }),
    );
  });
});

describe("the schedule", () => {
  test("overtaking ends where waiting has cost as much as the swap", () => {
    const busy = model(0, { state: "ready", inFlight: 1, sequences: 2 });
    const head = model(1, { loadSeconds: 5 });
    const later = (key: number) => ({ model: busy, key });
    const at = (key: number) => schedule([{ model: head, key: 0 }, later(key)], [busy, head], 1);
    expect(at(5)).toMatchObject({ begin: [later(5)], load: [], evict: [] });
    expect(at(5.1)).toMatchObject({ begin: [], load: [], evict: [] });
    busy.inFlight = 0;
    expect(names(at(5.1).evict)).toEqual([0]);
    expect(at(5).begin).toHaveLength(1);
  });

  test("never evicts the pinned, and lets remote models through while others wait", () => {
    const pinned = model(0, { state: "ready", pinned: true, bytes: 2 });
    const busy = model(1, { state: "ready", inFlight: 1 });
    const remote = model(2, { bytes: 0 });
    const places = [model(3), remote, pinned].map((m, key) => ({ model: m, key }));
    const models = [pinned, busy, remote, places[0]!.model];
    const steps = schedule(places, models, 3);
    expect(names(steps.load)).toEqual([2]);
    expect(steps.evict).toEqual([]);
    expect(names(steps.begin.map((place) => place.model))).toEqual([0]);
  });

  test("under any traffic: memory is kept, nobody who answers is evicted, and everybody has a turn", () => {
    const world = fc.record({
      sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 6 }),
      memory: fc.integer({ min: 4, max: 9 }),
      sequences: fc.integer({ min: 1, max: 3 }),
      requests: fc.array(fc.record({ at: fc.nat(60), of: fc.nat(5), priority: fc.nat(2) }), {
        maxLength: 60,
      }),
    });
    fc.assert(
      fc.property(world, ({ sizes, memory, sequences, requests }) => {
        const models = sizes.map((bytes, name) =>
          model(name, { bytes, sequences, loadSeconds: 3 }),
        );
        const timers: { at: number; run: () => void }[] = [];
        const line: { model: Model; key: number; at: number }[] = [];
        let now = 0;
        const pump = () => {
          const steps = schedule(line, models, memory);
          for (const place of steps.begin) {
            expect(place.model.state).toBe("ready");
            expect(++place.model.inFlight).toBeLessThanOrEqual(sequences);
            line.splice(line.indexOf(place as (typeof line)[0]), 1);
            timers.push({ at: now + 2, run: () => place.model.inFlight-- });
          }
          const change = (m: Model, state: Model["state"], then: Model["state"], ticks: number) => {
            m.state = state;
            const run = () => {
              m.state = then;
            };
            timers.push({ at: now + ticks, run });
          };
          for (const gone of steps.evict) {
            expect(gone).toMatchObject({ state: "ready", inFlight: 0 });
            change(gone, "closing", "absent", 1);
          }
          for (const come of steps.load) change(come, "loading", "ready", 3);
          const held = models.filter((m) => m.state !== "absent");
          expect(held.reduce((sum, m) => sum + m.bytes, 0)).toBeLessThanOrEqual(memory);
        };
        for (; now < 60 || line.length > 0; now++) {
          expect(now, "somebody waits for ever").toBeLessThan(60 + requests.length * 8);
          for (const { run } of timers.filter(({ at }) => at === now)) run();
          for (const { of, priority } of requests.filter(({ at }) => at === now)) {
            line.push({ model: models[of % models.length]!, key: now - 10 * priority, at: now });
            line.sort((a, b) => a.key - b.key);
          }
          pump();
        }
      }),
    );
  });
});

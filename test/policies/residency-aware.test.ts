import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { residencyAware } from "../../src/policies/residency-aware.js";
import { utility } from "../../src/policies/utility.js";

const load = () => ({
  loaded: Uint8Array.of(1, 0, 1),
  loadSeconds: Float64Array.of(9, 4, 9),
  requestsPerLoad: Float64Array.of(1, 1, 1),
  waiting: new Uint32Array(3),
  inFlight: new Uint32Array(3),
  sequences: Uint32Array.of(2, 2, 2),
  answerSeconds: Float64Array.of(1, 1, 1),
});
const scores = Float32Array.of(0.5, 0.75, 0.25);

describe("residency-aware utility", () => {
  test("a swap is worth its seconds or not", () => {
    expect(residencyAware({ lambda: 0, load: load() })(scores)).toBe(1);
    expect(residencyAware({ lambda: 0.06, load: load() })(scores)).toBe(1);
    expect(residencyAware({ lambda: 0.07, load: load() })(scores)).toBe(0);
  });

  test("a load is shared among the requests that it serves", () => {
    const burst = load();
    const policy = residencyAware({ lambda: 0.24, load: burst });
    expect(policy(scores)).toBe(0);
    burst.requestsPerLoad[1] = 4;
    expect(policy(scores)).toBe(1);
  });

  test("reads the load as it is at each call: a queue fills, a model comes into memory", () => {
    const now = load();
    const policy = residencyAware({ lambda: 0.1, load: now });
    expect(policy(scores)).toBe(0);
    // One in flight leaves the second place free; two make one round to wait for, and so on.
    now.inFlight[0] = 1;
    expect(policy(scores)).toBe(0);
    now.inFlight[0] = 2;
    now.waiting[0] = 4;
    expect(policy(scores)).toBe(1);
    now.loadSeconds[1] = 6;
    expect(policy(scores)).toBe(2);
    now.loaded[1] = 1;
    expect(policy(scores)).toBe(1);
  });

  test("prices count, and costs without a meaning are refused", () => {
    const prices = [0, 0.5, 0];
    expect(residencyAware({ lambda: 0, load: load(), mu: 1, prices })(scores)).toBe(0);
    for (const bad of [{ lambda: -1 }, { lambda: Number.NaN }, { lambda: 1, mu: -1 }]) {
      expect(() => residencyAware({ load: load(), ...bad })).toThrow(InvalidArgumentError);
    }
  });

  test("with everything in memory and nothing in front, the same as utility", () => {
    const cells = fc.array(fc.tuple(fc.nat(100), fc.nat(50), fc.nat(9)), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(cells, fc.nat(8), (rows, eighths) => {
        const n = rows.length;
        const seconds = Float64Array.from(rows, ([, s]) => s / 64);
        const prices = rows.map(([, , price]) => price);
        const costs = { lambda: eighths / 8, mu: 0.125, prices };
        const idle = {
          loaded: new Uint8Array(n).fill(1),
          loadSeconds: new Float64Array(n).fill(100),
          requestsPerLoad: new Float64Array(n).fill(1),
          waiting: new Uint32Array(n),
          inFlight: new Uint32Array(n),
          sequences: new Uint32Array(n).fill(1),
          answerSeconds: seconds,
        };
        const P = Float32Array.from(rows, ([p]) => p / 128);
        expect(residencyAware({ ...costs, load: idle })(P)).toBe(utility({ ...costs, seconds })(P));
      }),
    );
  });
});

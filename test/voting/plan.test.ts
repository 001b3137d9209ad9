import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AbortedError, EngineError, InvalidArgumentError } from "../../src/errors.js";
import type { Ask, Plan } from "../../src/voting/plan.js";
import { mostAnswers } from "../../src/voting/plan.js";
import { costOf, replayPlan } from "../../src/voting/replay.js";
import { runPlan } from "../../src/voting/run.js";

const one = (model: string, weight: number, slot = 0): Ask => ({
  model,
  slots: [slot],
  weights: [weight],
});
const set = (asks: readonly Ask[], confidence = 1): Plan => ({ kind: "set", asks, confidence });
const escalation: Plan = {
  kind: "escalation",
  first: { model: "a", slots: [0, 1, 2], weights: [1, 1, 1] },
  agree: 3,
  others: [one("b", 2), one("c", 2)],
  confidence: 1,
};

/** Answers from a table; null where there is none. */
function asking(table: Record<string, (string | null)[]>) {
  const asked: string[] = [];
  const ask = async (model: string, slots: readonly number[]) => {
    asked.push(`${model}${slots.join("")}`);
    return slots.map((slot) => table[model]?.[slot] ?? null);
  };
  return { ask, asked };
}

describe("runPlan", () => {
  test("single: the majority of the model's answers, in canonical form", async () => {
    const plan: Plan = { kind: "single", model: "a", slots: [0, 1, 2] };
    const { ask } = asking({ a: ["7", "1,000", "1000.0"] });
    const verdict = await runPlan(plan, ask);
    expect(verdict).toEqual({
      answer: "1000",
      votes: new Map([
        ["7", 1],
        ["1000", 2],
      ]),
      used: 3,
    });
  });

  test("set: stops when the leader is sure", async () => {
    const { ask, asked } = asking({ a: ["x"], b: ["x"], c: ["y"] });
    const verdict = await runPlan(set([one("a", 2), one("b", 1), one("c", 2)]), ask);
    expect([verdict.answer, verdict.used, asked]).toEqual(["x", 2, ["a0", "b0"]]);
  });

  test("set: stops when the leader is probable enough", async () => {
    const asks = [one("a", 2), one("b", 2), one("c", 2)];
    // e^2 / (e^2 + 1) = 0.88
    const { ask, asked } = asking({ a: ["x"] });
    expect((await runPlan(set(asks, 0.87), ask)).used).toBe(1);
    expect((await runPlan(set(asks, 0.89), ask)).used).toBe(3);
    expect(asked).toEqual(["a0", "a0", "b0", "c0"]);
  });

  test("escalation: agreement is taken, disagreement is spread and weighed", async () => {
    const alike = asking({ a: ["x", "x", "x"] });
    expect((await runPlan(escalation, alike.ask)).answer).toBe("x");
    expect(alike.asked).toEqual(["a012"]);
    const split = asking({ a: ["x", "x", "z"], b: ["y"], c: ["y"] });
    const verdict = await runPlan(escalation, split.ask);
    expect([verdict.answer, verdict.used]).toEqual(["y", 5]);
    const mute = asking({ a: [null, null, null], b: ["y"] });
    expect((await runPlan(escalation, mute.ask)).answer).toBe("y");
  });

  test("no usable answer: null", async () => {
    const verdict = await runPlan(escalation, asking({}).ask);
    expect([verdict.answer, verdict.used]).toEqual([null, 5]);
  });

  test("asks under way are cancelled when the vote is over, and counted as used", async () => {
    const aborted: string[] = [];
    const ask = (model: string, _: readonly number[], signal: AbortSignal) =>
      new Promise<(string | null)[]>((resolve) => {
        signal.addEventListener("abort", () => aborted.push(model));
        if (model !== "c") setImmediate(resolve, ["x"]);
      });
    const verdict = await runPlan(set([one("a", 1), one("b", 1), one("c", 1)]), ask, {
      parallel: 3,
    });
    expect([verdict.answer, verdict.used]).toEqual(["x", 3]);
    expect(aborted).toContain("c");
  });

  test("what fails is thrown, and the rest is cancelled", async () => {
    let cancelled = false;
    const ask = (model: string, _: readonly number[], signal: AbortSignal) => {
      signal.addEventListener("abort", () => {
        cancelled = true;
      });
      return model === "a"
        ? Promise.reject(new EngineError("broken"))
        : new Promise<string[]>(() => {});
    };
    const plan = set([one("a", 1), one("b", 1)]);
    await expect(runPlan(plan, ask, { parallel: 2 })).rejects.toThrow("broken");
    expect(cancelled).toBe(true);
  });

  test("the signal stops a plan whose ask does not heed it; one that has fired starts nothing", async () => {
    const controller = new AbortController();
    const running = runPlan(set([one("a", 1)]), () => new Promise(() => {}), {
      signal: controller.signal,
    });
    controller.abort();
    await expect(running).rejects.toThrow(AbortedError);
    const { ask, asked } = asking({});
    await expect(runPlan(escalation, ask, { signal: AbortSignal.abort() })).rejects.toThrow(
      AbortedError,
    );
    expect(asked).toEqual([]);
  });

  test.each([0, 1.5, Number.NaN])("refuses parallel %s", async (parallel) => {
    await expect(runPlan(escalation, asking({}).ask, { parallel })).rejects.toThrow(
      InvalidArgumentError,
    );
  });

  test("refuses a wrong number of answers", async () => {
    await expect(runPlan(escalation, async () => ["x"])).rejects.toThrow(/3 answers of "a"/);
  });
});

const answer = fc.constantFrom("x", "y", "z", null);
const table = fc.record({
  a: fc.array(answer, { minLength: 3, maxLength: 3 }),
  b: fc.array(answer, { minLength: 3, maxLength: 3 }),
});
const asks = fc.shuffledSubarray(
  ["a", "b"].flatMap((model) => [0, 1, 2].map((slot) => ({ model, slot }))),
  { minLength: 1 },
);

describe("a sure stop", () => {
  test("gives the answer of the full vote; a replay and any number of parallel asks give the same", async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        asks,
        fc.array(fc.nat(16), { minLength: 6, maxLength: 6 }),
        async (given, order, weights) => {
          const plan = set(order.map(({ model, slot }, at) => one(model, weights[at]! / 16, slot)));
          const full = new Map<string, number>();
          order.forEach(({ model, slot }, at) => {
            const own = given[model as "a" | "b"][slot]!;
            if (own !== null) full.set(own, (full.get(own) ?? 0) + weights[at]! / 16);
          });
          const most = Math.max(...full.values());
          const expected = [...full.keys()].find((own) => full.get(own) === most) ?? null;
          const { ask } = asking(given);
          const verdict = await runPlan(plan, ask);
          expect(verdict.answer).toBe(expected);
          expect((await runPlan(plan, ask, { parallel: 4 })).answer).toBe(expected);
          const marks = new Map([
            ["x", 0.25],
            ["y", 0.5],
            ["z", 1],
          ]);
          const replay = replayPlan(plan, { answers: [given.a, given.b], marks }, ["a", "b"]);
          expect(replay.mark).toBe(expected === null ? 0 : marks.get(expected));
          expect(replay.used).toBe(verdict.used);
          expect(replay.used).toBeLessThanOrEqual(mostAnswers(plan));
        },
      ),
    );
  });
});

describe("replayPlan", () => {
  const models = ["a", "b", "c"];

  test("answers that were not recorded are neither used nor counted", () => {
    const ballot = { answers: [["x", "z"], [], ["y"]], marks: new Map([["y", 1]]) };
    const replay = replayPlan(escalation, ballot, models);
    expect([replay.mark, replay.used, [...replay.usedOf]]).toEqual([
      1,
      3,
      [
        ["a", 2],
        ["b", 0],
        ["c", 1],
      ],
    ]);
  });

  test("a winner whose mark is not known gives NaN", () => {
    const ballot = { answers: [["x", "x", "x"], [], []], marks: new Map() };
    expect(replayPlan(escalation, ballot, models).mark).toBeNaN();
  });

  test("seconds and price are those of the answers used", () => {
    const ballot = { answers: [["x", "z"], [], ["y"]], marks: new Map() };
    const replay = replayPlan(escalation, ballot, models);
    const seconds = Float32Array.of(9, 9, 9, 0.5, Number.NaN, 4);
    expect(costOf(replay, { models }, seconds, 1)).toBe(5);
    expect(costOf(replay, { models }, Float32Array.of(Number.NaN, 1, 1), 0)).toBeNaN();
  });
});

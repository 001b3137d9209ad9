import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VoteTally } from "../../src/voting/tally.js";

const votes = fc.array(
  fc.record({
    answer: fc.constantFrom("a", "b", "c", null),
    // Sixteenths add up without rounding.
    weight: fc.nat(32).map((sixteenths) => sixteenths / 16),
  }),
  { minLength: 1, maxLength: 12 },
);

function counted(list: readonly { answer: string | null; weight: number }[], until = list.length) {
  const tally = new VoteTally(list.reduce((sum, { weight }) => sum + weight, 0));
  for (const { answer, weight } of list.slice(0, until)) tally.add(answer, weight);
  return tally;
}

describe("VoteTally", () => {
  test("a sure leader is the leader of the full vote, whatever the rest", () => {
    fc.assert(
      fc.property(
        votes,
        fc.nat(12),
        fc.infiniteStream(fc.constantFrom("a", "b", "d", null)),
        (list, until, other) => {
          const early = counted(list, until);
          if (!early.isSure) return;
          const changed = list.map((vote, at) =>
            at < until ? vote : { ...vote, answer: other.next().value as string | null },
          );
          expect(counted(list).leader).toBe(early.leader);
          expect(counted(changed).leader).toBe(early.leader);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("it is not sure while a vote for the second would change the winner", () => {
    fc.assert(
      fc.property(votes, fc.nat(12), (list, until) => {
        const early = counted(list, until);
        const before = early.leader;
        if (early.isSure || before === null) return;
        const rest = list.slice(until);
        const can = ["a", "b", "c", "new"].some((answer) => {
          const end = counted([
            ...list.slice(0, until),
            ...rest.map((vote) => ({ ...vote, answer })),
          ]);
          const own = end.votes.get(answer) ?? 0;
          return answer !== before && own >= (end.votes.get(before) ?? 0);
        });
        expect(can).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test("by hand: leader, ties, confidence", () => {
    const tally = new VoteTally(4);
    expect([tally.leader, tally.isSure, tally.confidence]).toEqual([null, false, 0]);
    tally.add(null, 1);
    tally.add("x", 1);
    tally.add("y", 1);
    expect([tally.leader, tally.isSure]).toEqual(["x", false]);
    expect(tally.confidence).toBeCloseTo(Math.E / (2 * Math.E + 1), 12);
    tally.add("y", 1);
    expect([tally.leader, tally.isSure]).toEqual(["y", true]);
    expect([...tally.votes]).toEqual([
      ["x", 1],
      ["y", 2],
    ]);
  });
});

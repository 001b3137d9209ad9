import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../../src/random.js";
import { moreAnswers, type StoppingRule } from "../../src/sampling/stopping.js";
import { type Answer, majorityVote } from "../../src/sampling/votes.js";

const exact: StoppingRule = { kind: "exact" };
const bayes = (error: number): StoppingRule => ({ kind: "bayes", error });

const answer = fc.constantFrom<Answer[]>("a", "b", "c", null);
const someVote = fc
  .integer({ min: 1, max: 8 })
  .chain((n) => fc.tuple(fc.array(answer, { maxLength: n }), fc.constant(n)));

/** Every way of answering `count` more times; of answers unseen so far, one new name is as good as another. */
function* completions(count: number): Generator<Answer[]> {
  if (count === 0) yield [];
  else
    for (const rest of completions(count - 1))
      for (const next of ["a", "b", "c", "new", null]) yield [next, ...rest];
}

function decidedByBruteForce(answers: Answer[], n: number): boolean {
  const winner = majorityVote(answers);
  for (const more of completions(n - answers.length))
    if (majorityVote([...answers, ...more]) !== winner) return false;
  return true;
}

/** Asks round after round, as a run does. */
function replay(answers: readonly Answer[], n: number, rule: StoppingRule) {
  let asked = 0;
  let rounds = 0;
  for (let more = moreAnswers([], n, rule); more > 0; rounds++) {
    asked += more;
    more = moreAnswers(answers.slice(0, asked), n, rule);
  }
  return { asked, rounds, winner: majorityVote(answers.slice(0, asked)) };
}

/** n answers whose shares are drawn from a Dirichlet process: a new answer with weight 1, else a repeat. */
function drawVote(n: number, uniform: () => number): Answer[] {
  const answers: Answer[] = [];
  for (let i = 0; i < n; i++) {
    const place = Math.floor(uniform() * (i + 1));
    answers.push(place < i ? answers[place]! : `answer ${i}`);
  }
  return answers;
}

const uniformFrom = (seed: number) => {
  const { uint32 } = random(seed);
  return () => uint32() / 2 ** 32;
};

describe("all", () => {
  test("asks what is missing, in one round", () => {
    expect(moreAnswers([], 10, { kind: "all" })).toBe(10);
    expect(moreAnswers(["a", "a", null], 10, { kind: "all" })).toBe(7);
    expect(moreAnswers(Array(10).fill("a"), 10, { kind: "all" })).toBe(0);
  });
});

describe("exact", () => {
  test("is over exactly when no completion has another winner", () => {
    fc.assert(
      fc.property(someVote, ([answers, n]) => {
        fc.pre(n - answers.length <= 5);
        expect(moreAnswers(answers, n, exact) === 0).toBe(decidedByBruteForce(answers, n));
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  test("a round is the fewest answers after which the vote could be over", () => {
    fc.assert(
      fc.property(someVote, ([answers, n]) => {
        const left = n - answers.length;
        fc.pre(left > 0 && left <= 4);
        let fewest = 0;
        const overAfter = (count: number) =>
          [...completions(count)].some((more) => decidedByBruteForce([...answers, ...more], n));
        while (!overAfter(fewest)) fewest++;
        expect(moreAnswers(answers, n, exact)).toBe(fewest);
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  test("keeps the winner of the whole vote", () => {
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 30 }), (answers) => {
        const { winner, asked } = replay(answers, answers.length, exact);
        expect(winner).toBe(majorityVote(answers));
        expect(asked).toBeLessThanOrEqual(answers.length);
      }),
      { seed: 3 },
    );
  });

  test.each<[Answer[], number]>([
    [[], 5],
    [["a", "a", "a", "a", "a"], 0],
    [["a", "a", "a", "a", "b"], 1],
    // "b" was seen first and wins ties: it would draw level with five of "a".
    [["b", "a", "a", "a", "a"], 2],
    [["b", "a", "a", "a", "a", "a"], 1],
    [["b", "a", "a", "a", "a", "a", "a"], 0],
    [["b", "a", "a", "a", "a", "b", "a", null], 0],
    [["b", "a", "a", "b", "a", "b", "a", "a", null], 0],
    [["b", "a", "a", "b", "a", "b", "a", null, null], 1],
    [[null, null, null, null], 3],
  ])("n = 10 after %j: %i more", (answers, more) => {
    expect(moreAnswers(answers, 10, exact)).toBe(more);
  });
});

describe("bayes", () => {
  test.each([
    // Unanimous after m of 10: hypergeometric figures worked out by hand, 4/120 at m = 3 and 1/210 at m = 4.
    [0.034, 3],
    [0.033, 4],
    [0.0048, 4],
    [0.0047, 5],
  ])("error %f: agreement of %i ends a vote of 10", (error, unanimous) => {
    expect(moreAnswers([], 10, bayes(error))).toBe(unanimous);
    expect(moreAnswers(Array(unanimous).fill("a"), 10, bayes(error))).toBe(0);
    expect(moreAnswers(Array(unanimous - 1).fill("a"), 10, bayes(error))).toBe(1);
  });

  test("its bound holds against the probability by enumeration of what is to come", () => {
    fc.assert(
      fc.property(someVote, ([answers, n]) => {
        fc.pre(answers.length > 0 && n - answers.length <= 5 && n > answers.length);
        const chance = changeByEnumeration(answers, n);
        if (chance > 1e-9 && chance < 1)
          expect(moreAnswers(answers, n, bayes(chance * (1 - 1e-9)))).toBeGreaterThan(0);
      }),
      { numRuns: 300, seed: 4 },
    );
  });

  test("asks no more than exact, and more for a smaller error", () => {
    fc.assert(
      fc.property(fc.array(answer, { minLength: 12, maxLength: 12 }), (answers) => {
        const asked = [exact, bayes(0.001), bayes(0.05), bayes(0.3)].map(
          (rule) => replay(answers, 12, rule).asked,
        );
        expect(asked).toEqual([...asked].sort((a, b) => b - a));
      }),
      { seed: 5 },
    );
  });

  test.each([0.01, 0.05, 0.1])("changes the winner in at most the stated %f of votes", (error) => {
    const uniform = uniformFrom(error * 1000);
    const votes = 8000;
    let changed = 0;
    for (let i = 0; i < votes; i++) {
      const answers = drawVote(10, uniform);
      if (replay(answers, 10, bayes(error)).winner !== majorityVote(answers)) changed++;
    }
    expect(changed / votes).toBeLessThan(error + 3 * Math.sqrt(error / votes));
    // Not for want of stopping.
    expect(changed).toBeGreaterThan(0);
  });

  test.each([
    ["two even", [0.5, 0.5]],
    ["two", [0.6, 0.4]],
    ["three", [0.4, 0.3, 0.3]],
  ])("keeps the error where shares are fixed: %s", (_, shares) => {
    const uniform = uniformFrom(7);
    const votes = 3000;
    let changed = 0;
    for (let i = 0; i < votes; i++) {
      const answers = Array.from({ length: 10 }, () => {
        let rest = uniform();
        const place = shares.findIndex((share) => {
          rest -= share;
          return rest < 0;
        });
        return String(place);
      });
      if (replay(answers, 10, bayes(0.05)).winner !== majorityVote(answers)) changed++;
    }
    expect(changed / votes).toBeLessThan(0.05 + 3 * Math.sqrt(0.05 / votes));
  });

  test("votes of a thousand neither overflow nor take long", () => {
    const answers: Answer[] = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? "b" : "a"));
    expect(moreAnswers(answers, 1000, bayes(0.01))).toBe(0);
    expect(moreAnswers(answers.slice(0, 6), 1000, bayes(0.01))).toBeGreaterThan(0);
  });
});

/** Probability that the winner changes, by Pólya's urn: an answer repeats an old one or, with weight 1, is new. */
function changeByEnumeration(answers: Answer[], n: number): number {
  const winner = majorityVote(answers);
  const visit = (seen: Answer[]): number => {
    if (seen.length === n) return majorityVote(seen) === winner ? 0 : 1;
    let sum = 0;
    for (const next of new Set(seen)) {
      const weight = seen.filter((other) => other === next).length;
      sum += weight * visit([...seen, next]);
    }
    return (sum + visit([...seen, `new ${seen.length}`])) / (seen.length + 1);
  };
  return visit(answers);
}

test.each<[number, StoppingRule]>([
  [0, exact],
  [2.5, exact],
  [10, bayes(0)],
  [10, bayes(1)],
  [10, bayes(Number.NaN)],
])("n %d with rule %j is refused", (n, rule) => {
  expect(() => moreAnswers([], n, rule)).toThrow(/^Expected .* but received/);
});

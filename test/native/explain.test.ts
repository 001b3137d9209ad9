import { expect, test } from "vitest";
import { explainText } from "../../src/native/explain.js";
import { readRouter } from "../../src/native/router.js";
import { Scorer } from "../../src/native/scorer.js";
import { tfidf } from "../../src/native/text.js";
import { blended, blendOf, routerOf } from "./blends.js";
import {
  caseTexts,
  featuresOf,
  golden,
  scoresOf,
  type TermsGolden,
  type TfidfGolden,
  termsTexts,
} from "./golden.js";

const expected = golden<TfidfGolden>("tfidf");
const cases = [...expected.cases, ...golden<TermsGolden>("terms").cases];
const texts = [...caseTexts(expected), termsTexts(expected), termsTexts(expected)];
const models = 3;

async function routerOfCase(index: number) {
  const heads = blendOf(cases[index]!.terms.length);
  return { heads, router: readRouter(await routerOf(cases[index]!, heads, models)) };
}

test.each([0, 3, 4])("case %i: effects are those of scoring without each term", async (index) => {
  const { terms } = cases[index]!;
  const { heads, router } = await routerOfCase(index);
  const width = heads.bias.length;
  for (const text of texts[index]!.slice(0, 20)) {
    const X = await tfidf([text], { ...featuresOf(cases[index]!), threads: 1 });
    const z = scoresOf(X, heads);
    const scores = blended(heads, z, models);
    const found = explainText(router, text, 65_536);
    expect([...found.terms].sort()).toEqual(Array.from(X.indices, (j) => terms[j]!).sort());
    const off = found.terms.flatMap((term, i) => {
      const column = terms.indexOf(term);
      const value = X.values[X.indices.indexOf(column)]!;
      const masked = z.map((x, j) => x - value * heads.weights[column * width + j]!);
      return blended(heads, masked, models).map((p, m) =>
        Math.abs(found.effects[i * models + m]! - (scores[m]! - p)),
      );
    });
    // The nearest cluster, and who is among the neighbours, jump where two are as near: rarely.
    expect(off.filter((x) => x > 5e-3).length).toBeLessThanOrEqual(off.length / 100);
    expect(found.surface).toHaveLength(0);
    expect(found.effects).toHaveLength(found.terms.length * models);
  }
});

test("counts, clusters and neighbours are those of the score", async () => {
  const { router } = await routerOfCase(0);
  const scorer = new Scorer(router, 65_536);
  for (const text of [...texts[0]!.slice(0, 20), "", "zzz qqq"]) {
    const found = explainText(router, text, 65_536);
    expect([found.known, found.total]).toEqual([scorer.score(text), scorer.total]);
    const [nearest, gated] = found.clusters;
    const largest = (list: Float32Array) => list.indexOf(Math.max(...list));
    expect(nearest).toEqual({
      part: 1,
      cluster: largest(scorer.affinities.slice(0, 10)),
      share: 1,
    });
    expect(gated).toMatchObject({ part: 2, cluster: largest(scorer.affinities.slice(10)) });
    expect(gated!.share).toBeGreaterThan(1 / 7);
    expect(found.neighbors.length).toBeLessThanOrEqual(9);
    found.neighbors.forEach(({ part, row, cosine }, i) => {
      expect([part, row < 50, cosine > 0, cosine <= 1.0001]).toEqual([3, true, true, true]);
      if (i > 0) expect(cosine).toBeLessThanOrEqual(found.neighbors[i - 1]!.cosine);
    });
  }
});

test("explainText() reads what score() reads, and refuses what it refuses", async () => {
  const { router } = await routerOfCase(0);
  const long = `how many ${"filler ".repeat(10_000)} the sea`;
  const scorer = new Scorer(router, 40);
  expect(explainText(router, long, 40).known).toBe(scorer.score(long));
  for (const bad of [1, {}, undefined, null]) {
    expect(() => explainText(router, bad as never, 40)).toThrow(TypeError);
  }
  expect(() => explainText({ ...router, handle: {} }, "", 40)).toThrow("an open router for router");
});

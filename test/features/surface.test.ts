import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NotFittedError } from "../../src/errors.js";
import { SurfaceVectorizer } from "../../src/features/surface.js";
import { surface, surfaceNames } from "../../src/native/surface.js";

const columns = surfaceNames.length;

/** Features of one text by name. */
async function featuresOf(text: string): Promise<Record<string, number>> {
  const values = await surface([text]);
  return Object.fromEntries(surfaceNames.map((name, i) => [name, values[i]!]));
}

/** Counts behind the logarithms, whole numbers. */
async function countsOf(text: string): Promise<Record<string, number>> {
  const features = Object.entries(await featuresOf(text));
  return Object.fromEntries(features.map(([name, value]) => [name, Math.round(Math.expm1(value))]));
}

describe("surface()", () => {
  test("numbers, by hand", async () => {
    expect(await countsOf("Pay $5, $1,250.75 or 12345 for x^2?")).toMatchObject({
      length: 35,
      numbers: 6,
      "large numbers": 2,
      decimals: 1,
      prices: 2,
      "formula marks": 0,
      "question marks": 1,
    });
  });

  test("lines, by hand", async () => {
    expect(await countsOf("code:\r\n\r\n  a = 1\n\tb\n\n\nend")).toMatchObject({
      newlines: 6,
      "blank lines": 3,
      "indented lines": 2,
    });
  });

  test("question words and options, by hand", async () => {
    const text = "Whatever: HOW, somehow? Which one, (A) x B. y C: z; when, WHERE, whose. Why whom";
    expect(await countsOf(text)).toMatchObject({
      what: 1,
      which: 1,
      how: 1,
      why: 1,
      "who, when, where": 4,
      options: 3,
    });
  });

  test("shares, by hand", async () => {
    const found = await featuresOf("The NASA x-ray of 2 Überläufer.");
    expect(found.digits).toBeCloseTo(1 / 33, 6);
    expect(found.capitals).toBeCloseTo(5 / 33, 6);
    expect(found["foreign letters"]).toBeCloseTo(4 / 33, 6);
    expect(found["sentence ends"]).toBeCloseTo(1 / 33, 6);
    expect(found.operators).toBe(0);
    expect(found["long words"]).toBeCloseTo(1 / 7, 6);
    expect(found["one-letter words"]).toBeCloseTo(2 / 7, 6);
    expect(found["capitalised words"]).toBeCloseTo(2 / 7, 6);
    expect(found["words in capitals"]).toBeCloseTo(1 / 7, 6);
    expect(found["word shortness"]).toBeCloseTo(7 / 26, 6);
  });

  test("any UTF-16 gives finite features: logarithms up to that of the length, shares up to 1", async () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 });
    const texts = fc.array(
      fc.oneof(
        units.map((u) => String.fromCharCode(...u)),
        fc.string(),
      ),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (list) => {
        const values = await surface(list);
        expect(values.length).toBe(list.length * columns);
        values.forEach((value, at) => {
          const most = Math.max(1, Math.log1p(3 * list[Math.floor(at / columns)]!.length));
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(most + 1e-6);
        });
      }),
    );
  });

  test("a text's features do not depend on the texts around it", async () => {
    const texts = ["Why?", "", "x".repeat(500), "A) 1,000\n\n B) 2"];
    const apart = await Promise.all(texts.map((text) => surface([text])));
    expect(await surface(texts)).toEqual(Float32Array.from(apart.flatMap((row) => [...row])));
  });

  test("refuses what is no array of strings", async () => {
    await expect(surface(["ab", 1 as never])).rejects.toThrow("texts[1]");
    await expect(surface("ab" as never)).rejects.toThrow(TypeError);
  });

  test("each feature is documented, in order", () => {
    const page = readFileSync(new URL("../../docs/surface-features.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| ([^|]+?) \| .* \| (?:log|share) \|/gm)].map(
      (row) => row[1],
    );
    expect(rows).toEqual(surfaceNames);
  });
});

describe("SurfaceVectorizer", () => {
  const texts = Array.from({ length: 200 }, (_, i) => `Why ${"word ".repeat(i % 7)}${i}?`);

  test("centres every feature and gives it the same length", async () => {
    const X = await (await new SurfaceVectorizer().fit(texts)).transform(texts);
    expect([X.rows, X.columns, X.indptr.at(-1)]).toEqual([200, columns, 200 * columns]);
    expect([...X.indices.subarray(columns, 2 * columns)]).toEqual([...surfaceNames.keys()]);
    for (let column = 0; column < columns; column++) {
      const feature = Array.from(texts, (_, row) => X.values[row * columns + column]!);
      const mean = feature.reduce((sum, value) => sum + value) / 200;
      const variance = feature.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 200;
      expect(mean).toBeCloseTo(0, 5);
      const varies = new Set(feature).size > 1;
      expect(variance * columns).toBeCloseTo(varies ? 1 : 0, 4);
    }
  });

  test("divides by a tenth of the range where a feature is rare", async () => {
    const rare = [...Array.from({ length: 9999 }, () => "a plain text"), "a $ text is"];
    const { scale } = (await new SurfaceVectorizer().fit(rare)).state;
    const at = surfaceNames.indexOf("formula marks");
    expect(scale[at]).toBeCloseTo((Math.log(2) / 10) * Math.sqrt(columns), 5);
  });

  test("a new text may be far from the training texts, but is finite", async () => {
    const vectorizer = await new SurfaceVectorizer().fit(["only", "these"]);
    const X = await vectorizer.transform(["$".repeat(100_000), "", "A1 ".repeat(10_000)]);
    expect(X.values.every(Number.isFinite)).toBe(true);
  });

  test("refuses to learn from nothing, and to be used before fit", async () => {
    await expect(new SurfaceVectorizer().fit([])).rejects.toThrow(/at least one text for texts/);
    await expect(new SurfaceVectorizer().transform(["x"])).rejects.toThrow(NotFittedError);
    expect(() => new SurfaceVectorizer().state).toThrow(NotFittedError);
  });
});

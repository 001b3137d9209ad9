import { describe, expect, test } from "vitest";
import { InvalidArgumentError, NotFittedError } from "../../src/errors.js";
import { TfidfVectorizer } from "../../src/features/tfidf.js";

describe("TfidfVectorizer", () => {
  test("smooth idf and unit rows, by hand", async () => {
    const vectorizer = new TfidfVectorizer({ ngramRange: [1, 1], minDf: 1 });
    const X = await (await vectorizer.fit(["red red blue", "blue"])).transform(["red red blue"]);
    // idf(blue) = ln(3/3) + 1 = 1, idf(red) = ln(3/2) + 1; tf(red) = 2.
    const red = 2 * (Math.log(1.5) + 1);
    const norm = Math.hypot(1, red);
    expect([...X.indices]).toEqual([0, 1]);
    expect(X.values[0]).toBeCloseTo(1 / norm, 6);
    expect(X.values[1]).toBeCloseTo(red / norm, 6);
  });

  test.each([
    [{ ngramRange: [2, 1] as const }, /ngramRange/],
    [{ ngramRange: [0, 1] as const }, /ngramRange/],
    [{ minDf: 0 }, /minDf/],
    [{ maxDf: 1.5 }, /maxDf/],
    [{ maxFeatures: -1 }, /maxFeatures/],
    [{ maxFeatures: 2 ** 24 }, /from 1 to 16777214 for maxFeatures/],
  ])("refuses %j by name", (options, message) => {
    expect(() => new TfidfVectorizer(options)).toThrow(InvalidArgumentError);
    expect(() => new TfidfVectorizer(options)).toThrow(message);
  });

  test("is not usable before fit", () => {
    expect(() => new TfidfVectorizer().transform(["x"])).toThrow(NotFittedError);
  });
});

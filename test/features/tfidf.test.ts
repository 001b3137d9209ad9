import { describe, expect, test } from "vitest";
import {
  AbortedError,
  InvalidArgumentError,
  NoLabelsError,
  NotFittedError,
} from "../../src/errors.js";
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

  test('the norm "occurrence", by hand', async () => {
    const vectorizer = new TfidfVectorizer({ ngramRange: [1, 1], minDf: 1, norm: "occurrence" });
    const X = await (await vectorizer.fit(["red red blue", "blue"])).transform(["red red blue"]);
    const red = Math.log(1.5) + 1;
    const norm = Math.sqrt(1 + 2 * red * red);
    expect(X.values[0]).toBeCloseTo(1 / norm, 6);
    expect(X.values[1]).toBeCloseTo((2 * red) / norm, 6);
    // Where nothing repeats both norms are the same.
    const l2 = await new TfidfVectorizer({ ngramRange: [1, 1], minDf: 1 }).fit([
      "red blue",
      "blue",
    ]);
    const other = await vectorizer.fit(["red blue", "blue"]);
    expect(await other.transform(["blue red"])).toEqual(await l2.transform(["blue red"]));
  });

  test("words of one letter count if asked for", async () => {
    const texts = ["Option A", "option B"];
    const fitted = await new TfidfVectorizer({ tokenPattern: "\\w+", minDf: 1 }).fit(texts);
    expect(fitted.state).toMatchObject({ tokenPattern: "\\w+" });
    // a, b, option, "option a", "option b"
    expect(fitted.state.idf).toHaveLength(5);
    expect((await fitted.transform(["A"])).values).toEqual(Float32Array.of(1));
    const hashed = await new TfidfVectorizer({ tokenPattern: "\\w+", hashBits: 20 }).fit(texts);
    expect((await hashed.transform(["option", "option C", "C"])).indptr[3]).toBe(2);
    const usual = await new TfidfVectorizer().fit(texts);
    expect(usual.state).toMatchObject({ tokenPattern: "\\w\\w+" });
    expect((await usual.transform(["A", "option A"])).indptr).toEqual(Uint32Array.of(0, 0, 1));
  });

  test("n-grams of characters stand beside the words", async () => {
    const options = { ngramRange: [1, 1], charNgramRange: [2, 3], minDf: 1 } as const;
    const { state } = await new TfidfVectorizer(options).fit(["ab", "été"]);
    const { terms, offsets } = state as Extract<typeof state, { terms: Uint8Array }>;
    const names = [...offsets.slice(0, -1)].map((begin, i) =>
      new TextDecoder().decode(terms.subarray(begin, offsets[i + 1])),
    );
    expect(names).toEqual(
      ["ab", "été"]
        .concat(
          ["#<a", "#ab", "#b>", "#<ab", "#ab>"],
          ["#<é", "#ét", "#té", "#é>", "#<ét", "#été", "#té>"],
        )
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    expect(state).toMatchObject({ charNgramRange: [2, 3], sublinearTf: false, norm: "l2" });
  });

  test("hashing needs no vocabulary and leaves out what minDf and maxDf say", async () => {
    const texts = ["red red", "red sun", "red moon", "moon"];
    const options = { ngramRange: [1, 1], hashBits: 16, maxDf: 0.5 } as const;
    const vectorizer = await new TfidfVectorizer(options).fit(texts);
    expect(vectorizer.state).toMatchObject({ hashBits: 16 });
    expect(vectorizer.state).not.toHaveProperty("terms");
    // "red" is in three of four texts, "sun" in one.
    expect(vectorizer.state.idf.filter((weight) => weight > 0)).toHaveLength(1);
    const X = await vectorizer.transform(["moon red sun"]);
    expect([X.rows, X.columns, X.indices.length, X.values[0]]).toEqual([1, 65_536, 1, 1]);
    expect(vectorizer.state.idf[X.indices[0]!]).toBeCloseTo(Math.log(5 / 3) + 1, 6);
  });

  test("stops when asked to, and tells where it is", async () => {
    const texts = Array.from({ length: 1000 }, (_, i) => `how many ${i % 7} apples`);
    const signal = AbortSignal.abort();
    for (const options of [{}, { hashBits: 8 }]) {
      const vectorizer = new TfidfVectorizer(options);
      await expect(vectorizer.fit(texts, { signal })).rejects.toBeInstanceOf(AbortedError);
      expect(() => vectorizer.state).toThrow(NotFittedError);
      const seen: number[] = [];
      await vectorizer.fit(texts, { onProgress: (done) => seen.push(done) });
      await vectorizer.transform(texts, { onProgress: (done) => seen.push(done) });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(seen.length).toBeGreaterThan(0);
      await expect(vectorizer.transform(texts, { signal })).rejects.toBeInstanceOf(AbortedError);
    }
  });

  test("a refit replaces what was learnt, a failed one does not", async () => {
    const vectorizer = await new TfidfVectorizer({ minDf: 1 }).fit(["red sun"]);
    const { state } = vectorizer;
    await expect(vectorizer.fit(["", "1"])).rejects.toBeInstanceOf(NoLabelsError);
    expect(vectorizer.state).toBe(state);
    await expect(new TfidfVectorizer({ hashBits: 9 }).fit(["a", "b"])).rejects.toThrow(
      /lower minDf/,
    );
  });

  test.each([
    [{ ngramRange: [2, 1] as const }, /ngramRange/],
    [{ ngramRange: [0, 1] as const }, /ngramRange/],
    [{ minDf: 0 }, /minDf/],
    [{ maxDf: 1.5 }, /maxDf/],
    [{ maxFeatures: -1 }, /maxFeatures/],
    [{ maxFeatures: 2 ** 24 }, /from 1 to 16777214 for maxFeatures/],
    [{ ngramRange: [1, 4] as const }, /from 1 to 3 for ngramRange/],
    [{ ngramRange: [1.5, 2] as const }, /ngramRange/],
    [{ charNgramRange: [1, 3] as const }, /from 2 to 6 for charNgramRange/],
    [{ charNgramRange: [3, 7] as const }, /charNgramRange/],
    [{ charNgramRange: [4, 3] as const }, /charNgramRange/],
    [{ minDf: 1.5 }, /minDf/],
    [{ maxDf: 0 }, /maxDf/],
    [{ maxDf: Number.NaN }, /maxDf/],
    [{ hashBits: 3 }, /from 4 to 24 for hashBits/],
    [{ hashBits: 25 }, /hashBits/],
    [{ hashBits: 12.5 }, /hashBits/],
    [{ hashBits: 12, maxFeatures: 100 }, /nothing beside hashBits for maxFeatures/],
    [{ tokenPattern: "w+" as never }, /"\\w\\w\+" or "\\w\+" for tokenPattern but received "w\+"/],
    [{ norm: "l1" as never }, /"l2" or "occurrence" for norm/],
    [
      { norm: "occurrence" as const, sublinearTf: true },
      /false with the norm "occurrence" for sublinearTf/,
    ],
  ])("refuses %j by name", (options, message) => {
    expect(() => new TfidfVectorizer(options)).toThrow(InvalidArgumentError);
    expect(() => new TfidfVectorizer(options)).toThrow(message);
  });

  test("is not usable before fit", async () => {
    await expect(new TfidfVectorizer().transform(["x"])).rejects.toThrow(NotFittedError);
  });
});

import { expect, test } from "vitest";
import { AbortedError, InvalidArgumentError } from "../../src/errors.js";
import {
  documentFrequency,
  fitVocabulary,
  type TfidfOptions,
  tfidf,
  type VocabularyOptions,
} from "../../src/native/text.js";
import {
  caseTexts,
  farthest,
  featuresOf,
  golden,
  packTerms,
  type TermsGolden,
  type TfidfGolden,
  termsTexts,
} from "./golden.js";

const expected = golden<TfidfGolden>("tfidf");
const cases = [...expected.cases, ...golden<TermsGolden>("terms").cases];
const texts = [...caseTexts(expected), ...Array.from({ length: 4 }, () => termsTexts(expected))];
const unlimited = 2 ** 31 - 1;
const numbers = cases.map((_, i) => i);

test.each(numbers)("vocabulary of case %i is scikit-learn's", async (i) => {
  const { options, terms, documentFrequency: frequencies } = cases[i]!;
  const { tokenPattern, ngramRange, charNgramRange, minDf, maxDf } = options;
  const ngrams = { tokenPattern, ngramRange, charNgramRange };
  const found = await fitVocabulary(texts[i]!, { ...ngrams, minDf, maxDf, maxFeatures: unlimited });
  expect({ terms: found.terms, offsets: found.offsets }).toEqual(packTerms(terms));
  expect([...found.documentFrequency]).toEqual(frequencies);
  const counted = await documentFrequency(texts[i]!, { ...packTerms(terms), ...ngrams });
  expect([...counted]).toEqual(frequencies);
});

test.each(numbers)("matrix of case %i is scikit-learn's, from any number of threads", async (i) => {
  for (const threads of [1, 2, 3]) {
    const X = await tfidf(texts[i]!, { ...featuresOf(cases[i]!), threads });
    expect([...X.indptr]).toEqual(cases[i]!.indptr);
    expect([...X.indices]).toEqual(cases[i]!.indices);
    expect(farthest(X.values, cases[i]!.values)).toBeLessThan(1e-6);
  }
});

test("with the hashing trick every n-gram has a column", async () => {
  const options = { hashBits: 6, ngramRange: [1, 2] as const };
  const frequency = await documentFrequency(["red sun", "red moon", ""], options);
  expect(frequency).toHaveLength(64);
  const X = await tfidf(["red sun red sun", "?"], {
    ...options,
    idf: new Float32Array(64).fill(1),
    sublinearTf: false,
    norm: "occurrence",
    threads: 2,
  });
  // red and sun twice, "red sun" twice and "sun red" once: seven in all, columns may coincide.
  expect([X.rows, X.columns]).toEqual([2, 64]);
  const row = X.values.subarray(0, X.indptr[1]);
  expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(7 / Math.sqrt(7), 5);
  expect(X.indptr[2]).toBe(X.indptr[1]);
});

test("progress does not decrease; a signal stops the work", async () => {
  const many = Array.from({ length: 3000 }, (_, i) => expected.prompts[i % 160]!);
  const seen: [number, number][] = [];
  const onProgress = (...now: [number, number]) => seen.push(now);
  const options = { ...featuresOf(expected.cases[0]), threads: 2 };
  await tfidf(many, { ...options, onProgress });
  await fitVocabulary(many, { ngramRange: [1, 1], minDf: 1, maxDf: 1, maxFeatures: 9 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(seen.length).toBeGreaterThan(0);
  expect(seen).toEqual([...seen].sort((a, b) => a[0] - b[0]));
  expect(seen.every(([done, total]) => done <= total && total === 3000)).toBe(true);

  const signal = AbortSignal.abort();
  await expect(tfidf(many, { ...options, signal })).rejects.toThrow(AbortedError);
  const counting = documentFrequency(many, { ...options, signal });
  await expect(counting).rejects.toThrow(AbortedError);
});

test("maxFeatures keeps the terms with the most occurrences, the first ones among equals", async () => {
  const options = { ngramRange: [1, 1] as const, minDf: 1, maxDf: 1, maxFeatures: 2 };
  const { terms, offsets } = await fitVocabulary(["cc cc bb aa", "dd dd dd aa bb"], options);
  expect({ terms, offsets }).toEqual(packTerms(["aa", "dd"]));
});

test("no texts and no terms give empty results", async () => {
  const options = { ngramRange: [1, 3] as const, minDf: 1, maxDf: 1, maxFeatures: 9 };
  const none = await fitVocabulary([], options);
  expect([...none.offsets]).toEqual([0]);
  const features = {
    ...none,
    idf: new Float32Array(0),
    ngramRange: [1, 3] as const,
    sublinearTf: false,
    norm: "l2" as const,
    threads: 1,
  };
  const X = await tfidf(["some text", ""], features);
  expect([X.rows, X.columns, ...X.indptr]).toEqual([2, 0, 0, 0, 0]);
});

const vocabularyOptions = { ngramRange: [1, 2] as const, minDf: 1, maxDf: 1, maxFeatures: 9 };
test.each<[string, object]>([
  ["ngramRange", { ngramRange: [0, 1] }],
  ["ngramRange", { ngramRange: [2, 1] }],
  ["ngramRange", { ngramRange: [1, 4] }],
  ["ngramRange", { ngramRange: 1 }],
  ["charNgramRange", { charNgramRange: [1, 3] }],
  ["charNgramRange", { charNgramRange: [3, 7] }],
  ["charNgramRange", { charNgramRange: [4, 3] }],
  ["charNgramRange", { charNgramRange: null }],
  ["tokenPattern", { tokenPattern: "w+" }],
  ["tokenPattern", { tokenPattern: /\w+/ }],
  ["tokenPattern", { tokenPattern: null }],
  ["minDf", { minDf: 0 }],
  ["minDf", { minDf: 1.5 }],
  ["maxDf", { maxDf: 1.1 }],
  ["maxDf", { maxDf: Number.NaN }],
  ["maxFeatures", { maxFeatures: 0 }],
])("fitVocabulary refuses a bad %s: %j", async (name, change) => {
  const options = { ...vocabularyOptions, ...change } as VocabularyOptions;
  await expect(fitVocabulary(["ab cd"], options)).rejects.toThrow(name);
});

test("texts must be strings", async () => {
  await expect(fitVocabulary(["ab", 1 as never], vocabularyOptions)).rejects.toThrow("texts[1]");
  await expect(fitVocabulary("ab" as never, vocabularyOptions)).rejects.toThrow(
    InvalidArgumentError,
  );
});

const features = { ...featuresOf(expected.cases[2]), threads: 1 };
test.each<[string, object]>([
  ["terms", { terms: [1] }],
  ["terms", { ...packTerms(["aa", "aa"]), idf: new Float32Array(2) }],
  ["offsets", { offsets: features.offsets.subarray(1) }],
  ["offsets", { offsets: Uint32Array.from(features.offsets).reverse() }],
  ["idf", { idf: new Float64Array(3) }],
  ["idf", { idf: features.idf.map(() => Number.NaN) }],
  ["sublinearTf", { sublinearTf: 1 }],
  ["sublinearTf", { sublinearTf: true, norm: "occurrence" }],
  ["norm", { norm: "l1" }],
  ["norm", { norm: undefined }],
  ["threads", { threads: 0 }],
  ["threads", { threads: 1025 }],
  ["hashBits", { hashBits: 3 }],
  ["hashBits", { hashBits: 25 }],
  ["idf", { hashBits: 5 }],
])("tfidf refuses bad %s", async (name, change) => {
  const options = { ...features, ...change } as TfidfOptions;
  await expect(tfidf(["ab"], options)).rejects.toThrow(name.replace(/s$/, ""));
});

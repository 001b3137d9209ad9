import { expect, test } from "vitest";
import {
  fitVocabulary,
  type TfidfOptions,
  tfidf,
  type VocabularyOptions,
} from "../../src/native/text.js";
import { caseTexts, farthest, featuresOf, golden, packTerms, type TfidfGolden } from "./golden.js";

const expected = golden<TfidfGolden>("tfidf");
const texts = caseTexts(expected);
const unlimited = 2 ** 31 - 1;

test.each([0, 1, 2])("vocabulary of case %i is scikit-learn's", async (i) => {
  const { options, terms, documentFrequency } = expected.cases[i]!;
  const { ngramRange, minDf, maxDf } = options;
  const found = await fitVocabulary(texts[i]!, {
    ngramRange,
    minDf,
    maxDf,
    maxFeatures: unlimited,
  });
  expect({ terms: found.terms, offsets: found.offsets }).toEqual(packTerms(terms));
  expect([...found.documentFrequency]).toEqual(documentFrequency);
});

test.each([0, 1, 2])("matrix of case %i is scikit-learn's", async (i) => {
  const X = await tfidf(texts[i]!, featuresOf(expected.cases[i]!));
  expect([...X.indptr]).toEqual(expected.cases[i]!.indptr);
  expect([...X.indices]).toEqual(expected.cases[i]!.indices);
  expect(farthest(X.values, expected.cases[i]!.values)).toBeLessThan(1e-6);
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
  await expect(fitVocabulary("ab" as never, vocabularyOptions)).rejects.toThrow(TypeError);
});

const features = featuresOf(expected.cases[2]);
test.each<[string, object]>([
  ["terms", { terms: [1] }],
  ["terms", { ...packTerms(["aa", "aa"]), idf: new Float32Array(2) }],
  ["offsets", { offsets: features.offsets.subarray(1) }],
  ["offsets", { offsets: Uint32Array.from(features.offsets).reverse() }],
  ["idf", { idf: new Float64Array(3) }],
  ["idf", { idf: features.idf.map(() => Number.NaN) }],
  ["sublinearTf", { sublinearTf: 1 }],
])("tfidf refuses bad %s", async (name, change) => {
  const options = { ...features, ...change } as TfidfOptions;
  await expect(tfidf(["ab"], options)).rejects.toThrow(name.replace(/s$/, ""));
});

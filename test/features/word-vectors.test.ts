import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  AbortedError,
  InputFileError,
  InvalidArgumentError,
  NoLabelsError,
  NotFittedError,
  StorageError,
} from "../../src/errors.js";
import { TfidfVectorizer } from "../../src/features/tfidf.js";
import { FeatureUnion } from "../../src/features/union.js";
import { WordVectorizer } from "../../src/features/word-vectors.js";
import { MultiLabelClassifier } from "../../src/models/multi-label.js";
import { predictProba } from "../../src/models/predict.js";
import { poolWordVectors } from "../../src/native/word-vectors.js";
import { fitRouter } from "../../src/router/fit.js";
import { Router } from "../../src/router/router.js";
import { twoSkillWorld } from "../worlds.js";

const folder = mkdtempSync(join(tmpdir(), "pointsman-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string | Uint8Array): string {
  const file = join(folder, "vectors.txt");
  writeFileSync(file, content);
  return file;
}

const small = "3 2\nRed 1 2\nblue 3 -4\nüber 0.5 0\n";

describe("WordVectorizer", () => {
  test("takes the mean of known words, divided by the root mean square length, by hand", async () => {
    const vectorizer = new WordVectorizer({ file: fileOf(small) });
    const texts = ["red BLUE red!", "unknown"];
    await vectorizer.fit(texts);
    const { terms, offsets, vectors, dimensions, scale } = vectorizer.state;
    expect(new TextDecoder().decode(terms)).toBe("redblueüber");
    expect([...offsets]).toEqual([0, 3, 7, 12]);
    expect([...vectors]).toEqual([1, 2, 3, -4, 0.5, 0]);
    expect(dimensions).toBe(2);
    // Means (5/3, 0) and (0, 0).
    expect(scale).toBeCloseTo(Math.sqrt((25 / 9 + 0) / 2), 6);
    const X = await vectorizer.transform([...texts, "Über red"]);
    expect([X.rows, X.columns, ...X.indptr]).toEqual([3, 2, 0, 2, 4, 6]);
    expect([...X.indices]).toEqual([0, 1, 0, 1, 0, 1]);
    [5 / 3, 0, 0, 0, 0.75, 1].forEach((value, at) => {
      expect(X.values[at]).toBeCloseTo(value / scale, 5);
    });
  });

  test("keeps the first words only", async () => {
    const vectorizer = await new WordVectorizer({ file: fileOf(small), maxWords: 1 }).fit(["red"]);
    expect(new TextDecoder().decode(vectorizer.state.terms)).toBe("red");
  });

  test("SIF weighs a word by its place in the file, by hand", async () => {
    const file = fileOf(small);
    const mean = await new WordVectorizer({ file }).fit(["red"]);
    const sif = await new WordVectorizer({ file, pooling: "sif" }).fit(["red blue", "red"]);
    const total = 1 + 1 / 2 + 1 / 3;
    mean.state.vectors.forEach((value, at) => {
      const p = 1 / ((Math.floor(at / 2) + 1) * total);
      expect(sif.state.vectors[at]).toBeCloseTo((value * 0.001) / (0.001 + p), 6);
    });
    // A rarer word draws the mean towards itself: its share is 2 / (1 + 2), but for the constant.
    const X = await sif.transform(["red blue"]);
    const { vectors, scale } = sif.state;
    expect(X.values[0]).toBeCloseTo((vectors[0]! + vectors[2]!) / 2 / scale, 4);
    expect(vectors[2]! / 3 / vectors[0]!).toBeCloseTo(2, 2);
  });

  test.each(["mean", "sif"] as const)(
    "a saved router scores as training did: %s",
    async (pooling) => {
      const words = ["how", "many", "apples", "which", "is", "the", "author", "of", "thing"];
      const lines = words.map((word, i) => `${word} ${Math.sin(i)} ${Math.cos(2 * i)}`);
      const file = fileOf(lines.join("\n"));
      const world = twoSkillWorld();
      const union = () => ({ surface: true, wordVectors: new WordVectorizer({ file, pooling }) });
      const estimator = new MultiLabelClassifier({ C: 10 });
      const vectorizer = new TfidfVectorizer({ sublinearTf: true });
      const router = await fitRouter(world, { ...union(), vectorizer, estimator });
      const saved = join(folder, "router.safetensors");
      await router.save(saved);
      const loaded = await Router.load(saved);
      const features = new FeatureUnion({
        terms: new TfidfVectorizer({ sublinearTf: true }),
        ...union(),
      });
      await features.fit(world.prompts, undefined);
      const X = await features.transform(world.prompts, undefined);
      const expected = predictProba(X, estimator.heads, 3);
      world.prompts.forEach((prompt, row) => {
        loaded.scores(prompt).forEach((score, model) => {
          expect(score).toBeCloseTo(expected[3 * row + model]!, 4);
        });
      });
    },
  );

  test("pooling is linear, and blind to order", async () => {
    const { state } = await new WordVectorizer({ file: fileOf(small) }).fit(["red"]);
    const word = fc.constantFrom("red", "blue", "über", "other");
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 30 }), async (words) => {
        const known = words.filter((one) => one !== "other");
        const texts = [words.join(" "), words.toReversed().join(", "), ...known];
        const pooled = await poolWordVectors(texts, state);
        for (const j of [0, 1]) {
          const each = known.map((_, i) => pooled[2 * (i + 2) + j]!);
          const mean = each.reduce((sum, value) => sum + value, 0) / Math.max(1, each.length);
          expect(pooled[j]).toBeCloseTo(mean, 5);
          expect(pooled[2 + j]).toBeCloseTo(mean, 5);
        }
      }),
    );
  });

  test.each<[string, string | Uint8Array, RegExp]>([
    ["a short line", "aa 1 2\nbb 1\n", /line 2 holds 1 numbers; expected 2\. Give a text file/],
    ["NaN", "aa 1\nbb nan\n", /line 2 holds "nan"; expected a number from -1e6 to 1e6/],
    ["a number beyond all use", "aa 1e300\n", /line 1 holds "1e300"/],
    ["too many dimensions", "9 99999\n", /line 1 gives 99999 dimensions; expected 1 to 4096/],
    ["a cut off file", "9 1\naa 1\n", /the header says 9 words but the file ends after 1/],
    ["a long line", "x".repeat(200_000), /line 1 is longer than 131072 bytes/],
    ["an empty file", "", /no word in it/],
    [
      "bytes that are not UTF-8",
      Uint8Array.of(0xff, 0x20, 0x31, 0x0a),
      /line 1 is not valid UTF-8/,
    ],
    ["a binary file", Uint8Array.from({ length: 5000 }, (_, i) => (i * 37) % 251), /line \d+ /],
  ])("refuses %s", async (_, content, message) => {
    const fitting = new WordVectorizer({ file: fileOf(content) }).fit(["aa"]);
    await expect(fitting).rejects.toThrow(InputFileError);
    await expect(fitting).rejects.toThrow(message);
  });

  test("any bytes are read or refused as a bad file", async () => {
    const piece = fc.constantFrom(
      "aa",
      "bb",
      " ",
      "\n",
      "1",
      "-2.5",
      "\r\n",
      "é",
      "\t",
      "9e9",
      "\0",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
        const vectorizer = new WordVectorizer({ file: fileOf(pieces.join("")) });
        const error = await vectorizer.fit(["aa bb"]).catch((reason) => reason);
        const isExpected = [WordVectorizer, InputFileError, NoLabelsError].some(
          (type) => error instanceof type,
        );
        expect(isExpected).toBe(true);
      }),
    );
  });

  test("refuses what is no file, and prompts of another language", async () => {
    const missing = new WordVectorizer({ file: join(folder, "missing.txt") });
    await expect(missing.fit(["red"])).rejects.toThrow(/missing\.txt": it does not exist/);
    await expect(new WordVectorizer({ file: folder }).fit(["red"])).rejects.toThrow(StorageError);
    const other = new WordVectorizer({ file: fileOf(small) });
    await expect(other.fit(["rouge", "bleu"])).rejects.toThrow(NoLabelsError);
  });

  test("can be stopped", async () => {
    const vectorizer = new WordVectorizer({ file: fileOf(small) });
    const signal = AbortSignal.abort();
    await expect(vectorizer.fit(["red"], { signal })).rejects.toThrow(AbortedError);
  });

  test.each([
    [{ file: "" }, /path of a word vector file for file/],
    [{ file: 7 as never }, /for file but received 7/],
    [{ file: "x", maxWords: 0 }, /from 1 to 16777214 for maxWords/],
    [{ file: "x", maxWords: 2 ** 24 }, /maxWords/],
    [{ file: "x", maxWords: 1.5 }, /maxWords/],
    [{ file: "x", pooling: "max" as never }, /"mean" or "sif" for pooling but received "max"/],
  ])("refuses %j by name", (options, message) => {
    expect(() => new WordVectorizer(options)).toThrow(InvalidArgumentError);
    expect(() => new WordVectorizer(options)).toThrow(message);
  });

  test("is not usable before fit", async () => {
    const vectorizer = new WordVectorizer({ file: "x" });
    await expect(vectorizer.transform(["x"])).rejects.toThrow(NotFittedError);
    expect(() => vectorizer.state).toThrow(NotFittedError);
  });
});

test.each<[string, object]>([
  ["terms", { terms: "red" }],
  ["offsets", { offsets: Uint32Array.of(0, 4) }],
  ["offsets", { offsets: new Uint32Array(0) }],
  ["vectors", { vectors: Float32Array.of(1) }],
  ["vectors", { vectors: Float32Array.of(1, Number.NaN) }],
  ["dimensions", { dimensions: 0 }],
  ["dimensions", { dimensions: 4097 }],
])("poolWordVectors refuses bad %s", async (name, change) => {
  const words = {
    terms: new TextEncoder().encode("red"),
    offsets: Uint32Array.of(0, 3),
    vectors: Float32Array.of(1, 2),
    dimensions: 2,
    ...change,
  };
  await expect(poolWordVectors(["red"], words as never)).rejects.toThrow(name);
});

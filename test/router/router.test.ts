import { mkdtempSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidArgumentError, NoLabelsError, RouterFileError } from "../../src/errors.js";
import { TfidfVectorizer } from "../../src/features/tfidf.js";
import { ClusterClassifier } from "../../src/models/clusters.js";
import { MultiLabelClassifier } from "../../src/models/multi-label.js";
import { type FitRouterOptions, fitRouter } from "../../src/router/fit.js";
import { Router } from "../../src/router/router.js";
import { outcomesOf, twoSkillWorld } from "../worlds.js";

const directory = mkdtempSync(join(tmpdir(), "pointsman-router-"));
const unseen = {
  sum: "how many apples if you add 900 and 7",
  fact: "which is the author of thing 900",
};

async function savedBytes(options: FitRouterOptions = {}): Promise<Buffer> {
  const file = join(directory, "saved.safetensors");
  await (await fitRouter(twoSkillWorld(), options)).save(file);
  return readFileSync(file);
}

const estimators = {
  "multi-label": () => new MultiLabelClassifier({ C: 10 }),
  clusters: () => new ClusterClassifier({ clusters: 2, shrinkage: 1 }),
};

describe.each(Object.entries(estimators))("%s router", (name, make) => {
  test("sends each kind of question to its specialist", async () => {
    const router = await fitRouter(twoSkillWorld(), { estimator: make() });
    expect(router.route(unseen.sum)).toBe("sums");
    expect(router.route(unseen.fact)).toBe("facts");
    expect(router.rank(unseen.fact)[0]!.model).toBe("facts");
    expect(router.rank(unseen.fact)).toHaveLength(3);
  });

  test("falls back to the best single model where nothing is known", async () => {
    const router = await fitRouter(twoSkillWorld(), { estimator: make() });
    expect(router.fallback).toBe("general");
    for (const text of ["", "zzz qqq", "\u0000", "\ud800", "? ! @"]) {
      expect(router.route(text)).toBe("general");
      const [first] = router.rank(text);
      expect(first!.model).toBe("general");
      expect(first!.score).toBeCloseTo(0.6, 6);
    }
  });

  test("a saved router is the same router, and the same bytes from the same data", async () => {
    const router = await fitRouter(twoSkillWorld(), { estimator: make() });
    const [a, b] = [
      join(directory, `${name}-a.safetensors`),
      join(directory, `${name}-b.safetensors`),
    ];
    await router.save(a);
    await (await fitRouter(twoSkillWorld(), { estimator: make() })).save(b);
    expect(readFileSync(a).equals(readFileSync(b))).toBe(true);
    const loaded = await Router.load(a);
    expect(loaded.info).toEqual(router.info);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("which", "author", "apples", "add", "of", "x", "\n"), {
          maxLength: 30,
        }),
        (list) => {
          const text = list.join(" ");
          expect(loaded.scores(text)).toEqual(router.scores(text));
          expect(loaded.route(text)).toBe(router.route(text));
        },
      ),
    );
  });

  test("a file that is replaced while it is in use goes on; who loads after that gets the new one", async () => {
    const [file, next] = [
      join(directory, `${name}-in-use.safetensors`),
      join(directory, `${name}-next.safetensors`),
    ];
    await (await fitRouter(twoSkillWorld(), { estimator: make() })).save(file);
    const before = await Router.load(file);
    const scores = before.scores(unseen.sum);
    const reversed = { ...twoSkillWorld(), models: ["general", "facts", "sums"] };
    await (await fitRouter(reversed, { estimator: make() })).save(next);
    renameSync(next, file);
    expect((await Router.load(file)).models).toEqual(reversed.models);
    expect(before.scores(unseen.sum)).toEqual(scores);
    expect((await Router.load(file)).route(unseen.sum)).toBe("general");
    // `save` writes beside it and renames, so it may take the place of the file that it came from.
    await before.save(file);
    expect((await Router.load(file)).scores(unseen.sum)).toEqual(scores);
  });

  test("a truncated or damaged file is refused by name, whatever the damage", async () => {
    const file = join(directory, `${name}-damaged.safetensors`);
    await (await fitRouter(twoSkillWorld(), { estimator: make() })).save(file);
    const bytes = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        writeFileSync(file, bytes.subarray(0, length));
        await expect(Router.load(file)).rejects.toBeInstanceOf(RouterFileError);
      }),
      { numRuns: 60 },
    );
    const headerEnd = 8 + Number(bytes.readBigUInt64LE());
    await fc.assert(
      fc.asyncProperty(
        fc.nat(headerEnd - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const damaged = Buffer.from(bytes);
          damaged[at] = damaged[at]! ^ flip;
          writeFileSync(file, damaged);
          // A flipped letter of a free text is no damage that can be seen; nothing else may get through as an untyped error.
          await Router.load(file).then(
            (router) => expect(router.models).toContain(router.route(unseen.sum)),
            (error) => expect(error).toBeInstanceOf(RouterFileError),
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("the longest prompt", () => {
  const long = `${unseen.sum} ${"x ".repeat(1000)} ${unseen.fact}`;

  test("of a longer one the first and the last half are read", async () => {
    // By its words alone: that it is long shows in its surface.
    const bytes = await savedBytes({ surface: false });
    const short = await Router.fromBytes(bytes, { maxChars: 100 });
    const whole = await Router.fromBytes(bytes);
    const read = `${long.slice(0, 50)} ${long.slice(-49)}`;
    expect(short.scores(long)).toEqual(whole.scores(read));
    expect(whole.scores(long)).toEqual((await Router.fromBytes(bytes)).scores(long));
    expect(await short.scoreBatch([long])).toEqual(whole.scores(read));
    expect(short.scores("a".repeat(50) + unseen.fact.padStart(51))).toEqual(
      whole.scores(unseen.fact),
    );
  });

  test.each([1, 0, -5, 2.5, Number.NaN, 2 ** 26 + 1, "9"])(
    "maxChars %s is refused",
    async (maxChars) => {
      const work = Router.fromBytes(await savedBytes(), { maxChars: maxChars as number });
      await expect(work).rejects.toThrow(InvalidArgumentError);
      await expect(work).rejects.toThrow(/whole number from 2 to 67108864 for maxChars/);
    },
  );

  test("scores() fills what it is given, if that has the right length", async () => {
    const router = await Router.fromBytes(await savedBytes());
    const out = new Float32Array(3);
    expect(router.scores(unseen.sum, out)).toBe(out);
    expect(out).toEqual(router.scores(unseen.sum));
    expect(() => router.scores(unseen.sum, new Float32Array(2))).toThrow(
      /Float32Array of 3 for out/,
    );
  });
});

describe("fitRouter", () => {
  test("leaves unknown outcomes out", async () => {
    const world = twoSkillWorld();
    // The specialist for facts was never asked about sums; that must not count against or for it.
    const scores = world.scores.map((s, i) => (i % 3 === 1 && s === 0 ? Number.NaN : s));
    const router = await fitRouter(
      { ...world, scores, marks: scores },
      { estimator: new MultiLabelClassifier({ C: 10 }) },
    );
    expect(router.info.training.meanMarks[1]).toBe(1);
    expect(router.route(unseen.fact)).toBe("facts");
  });

  test.each<[string, TfidfVectorizer]>([
    ["n-grams of characters", new TfidfVectorizer({ charNgramRange: [3, 5], sublinearTf: true })],
    ["hashing", new TfidfVectorizer({ hashBits: 12, norm: "occurrence" })],
    ["both", new TfidfVectorizer({ hashBits: 14, charNgramRange: [2, 4], minDf: 3, maxDf: 0.9 })],
  ])("learns with %s", async (_, vectorizer) => {
    for (const make of Object.values(estimators)) {
      const router = await fitRouter(twoSkillWorld(), { vectorizer, estimator: make() });
      expect(router.route(unseen.sum)).toBe("sums");
      expect(router.route(unseen.fact)).toBe("facts");
    }
  });

  test("learns from words of one letter, which the file keeps", async () => {
    const asked = ["A", "B"].flatMap((option) =>
      ["Is it", "Explain", "Why is it", "Choose"].map((opening, i) => ({
        prompt: `${opening} option ${option} of ${10 + i}?`,
        scores: option === "A" ? [1, 0] : [0, 1],
      })),
    );
    const vectorizer = new TfidfVectorizer({ tokenPattern: "\\w+" });
    const estimator = new MultiLabelClassifier({ C: 10 });
    const fitted = await fitRouter(outcomesOf(["a", "b"], asked), { vectorizer, estimator });
    const path = join(directory, "letters.safetensors");
    await fitted.save(path);
    for (const router of [fitted, await Router.load(path)]) {
      expect(router.route("Say: is A right?")).toBe("a");
      expect(router.route("Say: is B right?")).toBe("b");
    }
  });

  test("refuses data without any label", async () => {
    const empty = outcomesOf(["a", "b"], [{ prompt: "one two", scores: [Number.NaN, Number.NaN] }]);
    await expect(fitRouter(empty)).rejects.toBeInstanceOf(NoLabelsError);
  });

  test("refuses prompts without a common word", async () => {
    const sparse = outcomesOf(
      ["a"],
      [
        { prompt: "one", scores: [1] },
        { prompt: "two", scores: [0] },
      ],
    );
    await expect(fitRouter(sparse)).rejects.toThrow(/lower minDf/);
  });

  test("any text is routed to a model of the pool", async () => {
    const router = await fitRouter(twoSkillWorld());
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        expect(router.models).toContain(router.route(text));
      }),
    );
    expect(router.models).toContain(router.route("which is the author ".repeat(60_000)));
    expect(() => router.route(7 as unknown as string)).toThrow(TypeError);
  });
});

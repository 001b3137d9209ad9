import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NoLabelsError, RouterFileError, StorageError } from "../../src/errors.js";
import { ClusterClassifier } from "../../src/models/clusters.js";
import { MultiLabelClassifier } from "../../src/models/multi-label.js";
import { fitRouter } from "../../src/router/fit.js";
import { Router } from "../../src/router/router.js";
import { decodeSafetensors, encodeSafetensors } from "../../src/router/safetensors.js";
import { outcomesOf, twoSkillWorld } from "../worlds.js";

const directory = mkdtempSync(join(tmpdir(), "pointsman-router-"));
const unseen = {
  sum: "how many apples if you add 900 and 7",
  fact: "which is the author of thing 900",
};

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
    for (const text of ["", "zzz qqq", "\u0000", "\ud800", "1 2 3"]) {
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
          await Router.load(file).catch((error) => expect(error).toBeInstanceOf(RouterFileError));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("router files that are not ours", () => {
  const write = (content: Buffer | string) => {
    const file = join(directory, "other.safetensors");
    writeFileSync(file, content);
    return file;
  };
  const safetensors = (header: object, data = Buffer.alloc(0)) => {
    const json = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    return Buffer.concat([length, json, data]);
  };

  test.each([
    ["an empty file", "", /fewer than the 8/],
    ["text", "this is not a router at all", /over the limit|truncated/],
    ["a huge header length", Buffer.from("ffffffffffffffff", "hex"), /over the limit/],
    ["another safetensors file", safetensors({ __metadata__: {} }), /not a Pointsman router/],
    [
      "another version",
      safetensors({ __metadata__: { format: "pointsman-router", version: "99" } }),
      /version 99.*reads version 1/,
    ],
    [
      "overlapping tensors",
      safetensors(
        {
          a: { dtype: "U8", shape: [4], data_offsets: [0, 4] },
          b: { dtype: "U8", shape: [4], data_offsets: [2, 6] },
        },
        Buffer.alloc(6),
      ),
      /begins at 2 where 4/,
    ],
    [
      "misaligned floats, which are copied",
      safetensors(
        { a: { dtype: "F32", shape: [1], data_offsets: [0, 4] }, __metadata__: { x: "" } },
        Buffer.alloc(4),
      ),
      /not a Pointsman router/,
    ],
    [
      "misaligned floats, which are copied, at another offset",
      safetensors(
        { a: { dtype: "F32", shape: [1], data_offsets: [0, 4] }, __metadata__: { x: "1" } },
        Buffer.alloc(4),
      ),
      /not a Pointsman router/,
    ],
    [
      "a huge shape",
      safetensors(
        { a: { dtype: "F32", shape: [2 ** 40, 2 ** 40], data_offsets: [0, 4] } },
        Buffer.alloc(4),
      ),
      /needs .* bytes but has 4/,
    ],
    [
      "an unknown dtype",
      safetensors({ a: { dtype: "BF16", shape: [2], data_offsets: [0, 4] } }, Buffer.alloc(4)),
      /dtype "BF16"/,
    ],
  ])("%s", async (_, content, message) => {
    const error = await Router.load(write(content)).catch((e) => e);
    expect(error).toBeInstanceOf(RouterFileError);
    expect(error.message).toMatch(message);
  });

  test("a missing file", async () => {
    await expect(Router.load(join(directory, "missing"))).rejects.toThrow(StorageError);
    await expect(Router.load(join(directory, "missing"))).rejects.toThrow(/does not exist/);
  });

  test("a term that stands there twice", async () => {
    const file = join(directory, "twice.safetensors");
    await (await fitRouter(twoSkillWorld())).save(file);
    const content = decodeSafetensors(readFileSync(file), file);
    const terms = content.tensors.get("features.terms")!.data as Uint8Array;
    const offsets = content.tensors.get("features.offsets")!.data as Uint32Array;
    const length = (i: number) => offsets[i + 1]! - offsets[i]!;
    const first = [...offsets.keys()].find((i) => length(i) === length(i + 1))!;
    terms.copyWithin(offsets[first + 1]!, offsets[first]!, offsets[first + 1]!);
    writeFileSync(file, encodeSafetensors(content));
    const error = await Router.load(file).catch((e) => e);
    expect(error).toBeInstanceOf(RouterFileError);
    expect(error.message).toMatch(/twice\.safetensors.*different terms/);
  });

  test("a NaN weight", async () => {
    const file = join(directory, "nan.safetensors");
    await (await fitRouter(twoSkillWorld())).save(file);
    const bytes = readFileSync(file);
    bytes.writeFloatLE(Number.NaN, 8 + Number(bytes.readBigUInt64LE()) + 4);
    writeFileSync(file, bytes);
    await expect(Router.load(file)).rejects.toThrow(/"heads.weights" holds NaN at element 1/);
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

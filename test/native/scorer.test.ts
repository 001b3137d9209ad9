import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LinearHeads } from "../../src/models/estimator.js";
import { simd } from "../../src/native/addon.js";
import { compileTerms, readRouter } from "../../src/native/router.js";
import { BatchScorer, Scorer, stages } from "../../src/native/scorer.js";
import { tfidf } from "../../src/native/text.js";
import { blended, blendOf, routerOf, shareWave, sigmoid, wave } from "./blends.js";
import {
  caseTexts,
  farthest,
  featuresOf,
  golden,
  packTerms,
  scoresOf,
  type TermsGolden,
  type TfidfGolden,
  termsTexts,
} from "./golden.js";

const expected = golden<TfidfGolden>("tfidf");
const cases = [...expected.cases, ...golden<TermsGolden>("terms").cases];
const texts = [...caseTexts(expected), termsTexts(expected), termsTexts(expected)];
const addon = fileURLToPath(new URL("../../build/Release/pointsman.node", import.meta.url));

function headsOf(columns: number, heads: number): LinearHeads {
  const weight = new Float32Array(heads).fill(1);
  return {
    weights: wave(columns * heads, 0.7),
    bias: wave(heads, 1.3),
    parts: [{ kind: "logistic", heads, weight }],
  };
}

/** The same heads as clusters of three models. */
function clustersOf(heads: LinearHeads): LinearHeads {
  const weight = new Float32Array(3).fill(1);
  const rates = shareWave(heads.bias.length * 3, 0.3);
  const part = {
    kind: "clusters",
    gate: "nearest",
    heads: heads.bias.length,
    weight,
    rates,
  } as const;
  return { ...heads, parts: [part] };
}

async function scorerOf(index: number, heads: number, maxChars = 65_536): Promise<Scorer> {
  const found = cases[index]!;
  const bytes = await routerOf(found, headsOf(found.terms.length, heads), heads);
  return new Scorer(readRouter(bytes), maxChars);
}

const argMax = (list: ArrayLike<number>) =>
  Array.from(list).reduce((best, value, i) => (value > list[best]! ? i : best), 0);

test.each([
  [0, 9],
  [1, 1],
  [2, 14],
  [3, 15],
  [4, 40],
])("case %i with %i models: scikit-learn's rows times the weights", async (index, heads) => {
  const { terms, indptr, indices, values } = cases[index]!;
  const { weights, bias } = headsOf(terms.length, heads);
  const X = {
    rows: indptr.length - 1,
    columns: terms.length,
    indptr: Uint32Array.from(indptr),
    indices: Uint32Array.from(indices),
    values: Float32Array.from(values),
  };
  const z = scoresOf(X, { weights, bias });
  const scorer = await scorerOf(index, heads);
  let same = 0;
  texts[index]!.forEach((text, i) => {
    scorer.score(text);
    const row = z.subarray(i * heads, (i + 1) * heads);
    row.forEach((value, j) => {
      expect(Math.abs(scorer.scores[j]! - sigmoid(value))).toBeLessThan(1e-4);
    });
    same += Number(argMax(scorer.scores) === argMax(row));
  });
  expect(same / X.rows).toBeGreaterThanOrEqual(0.999);
});

const anyText = fc.oneof(
  fc.constantFrom(...texts.flat()),
  fc
    .array(fc.constantFrom(...expected.cases[0].terms, "unknown", "é"), { maxLength: 60 })
    .map((words) => words.join(" ")),
  fc.string({ unit: "binary" }),
);

test.each([0, 2, 3, 4])("case %i: any text scores as its row of features does", async (index) => {
  const heads = headsOf(cases[index]!.terms.length, 9);
  const scorer = await scorerOf(index, 9);
  await fc.assert(
    fc.asyncProperty(anyText, async (text) => {
      scorer.score(text);
      const X = await tfidf([text], { ...featuresOf(cases[index]!), threads: 1 });
      scoresOf(X, heads).forEach((z, j) => {
        expect(Math.abs(scorer.scores[j]! - sigmoid(z))).toBeLessThan(1e-4);
      });
    }),
  );
});

test("clusters: affinities of each, and the rates of the nearest", async () => {
  const [found] = cases;
  const heads = headsOf(found!.terms.length, 20);
  const rates = shareWave(60, 0.3);
  const clusters = clustersOf(heads);
  const scorer = new Scorer(readRouter(await routerOf(found!, clusters, 3)), 65_536);
  expect([scorer.scores.length, scorer.affinities.length]).toEqual([3, 20]);
  const X = await tfidf(texts[0]!, { ...featuresOf(found!), threads: 2 });
  const z = scoresOf(X, heads);
  texts[0]!.forEach((text, i) => {
    scorer.score(text);
    scorer.affinities.forEach((affinity, j) => {
      expect(Math.abs(affinity - z[i * 20 + j]!)).toBeLessThan(1e-3);
    });
    const nearest = argMax(scorer.affinities);
    expect(scorer.scores).toEqual(rates.slice(nearest * 3, nearest * 3 + 3));
  });
});

test.each([0, 3, 4])("case %i: a blend of all kinds of parts, calibrated", async (index) => {
  const found = cases[index]!;
  const heads = blendOf(found.terms.length);
  const bytes = await routerOf(found, heads, 3);
  const scorer = new Scorer(readRouter(bytes), 65_536);
  expect([scorer.scores.length, scorer.affinities.length]).toEqual([3, 17]);
  const X = await tfidf(texts[index]!, { ...featuresOf(found), threads: 2 });
  const z = scoresOf(X, heads);
  texts[index]!.forEach((text, i) => {
    scorer.score(text);
    blended(heads, z.subarray(i * 32, (i + 1) * 32), 3).forEach((p, m) => {
      expect(Math.abs(scorer.scores[m]! - p)).toBeLessThan(2e-3);
    });
  });
  const batch = await new BatchScorer(readRouter(bytes), 65_536).score(texts[index]!);
  texts[index]!.forEach((text, i) => {
    expect([batch.known[i], batch.total[i]]).toEqual([scorer.score(text), scorer.total]);
    expect(batch.scores.slice(i * 3, i * 3 + 3)).toEqual(scorer.scores);
  });
});

test("score() counts known n-grams; a text without any gets the bias", async () => {
  const scorer = await scorerOf(2, 2);
  expect([scorer.score("zzz qqq"), scorer.total]).toEqual([0, 3]);
  expect(scorer.scores[0]).toBeCloseTo(sigmoid(wave(1, 0)[0]!), 5);
  expect(scorer.score("")).toBe(0);
  const [term] = expected.cases[2].terms;
  expect(scorer.score(`${term} zz ${term}`)).toBeGreaterThanOrEqual(2);
  expect(scorer.affinities).toHaveLength(0);
});

test("any string is scored, lone surrogates included", async () => {
  const scorer = await scorerOf(0, 9);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 500 }), (units) => {
      expect(scorer.score(String.fromCharCode(...units))).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("a long text is read head and tail", async () => {
  const scorer = await scorerOf(0, 9, 100);
  const whole = await scorerOf(0, 9);
  const [head, tail] = ["how many apples ".padEnd(50, "-"), " and the sea".padStart(50, "-")];
  const known = whole.score(`${head} ${tail}`);
  expect(known).toBeGreaterThan(3);
  expect(scorer.score(`${head}${"prime numbers ".repeat(1e5)}${tail}`)).toBe(known);
  expect(scorer.score(head + tail)).toBe(known);
  for (const filler of ["ab ", "İ", "日本 ", "Σ", "\ud800", "\u0301"]) {
    expect(scorer.score(filler.repeat(500_000))).toBeGreaterThanOrEqual(0);
    expect(whole.score(filler.repeat(500_000))).toBeGreaterThanOrEqual(0);
  }
});

test("score() refuses what is no string", async () => {
  const scorer = await scorerOf(0, 9);
  for (const bad of [1, {}, ["x"], Symbol("s"), undefined, null]) {
    expect(() => scorer.score(bad as string)).toThrow(TypeError);
  }
});

test("scores whose memory was given away do no harm", async () => {
  const scorer = await scorerOf(0, 9);
  expect(scorer.score("how many apples")).toBeGreaterThan(0);
  const expected = scorer.scores.slice();
  const taken = structuredClone(scorer.scores, { transfer: [scorer.scores.buffer as ArrayBuffer] });
  expect(taken).toEqual(expected);
  // Whoever took it has it alone: what is scored next goes elsewhere.
  expect(scorer.score("the sea")).toBeGreaterThan(0);
  expect(taken).toEqual(expected);
});

test("runTo() goes as far as it is told", async () => {
  const scorer = await scorerOf(0, 9);
  expect(stages.map((_, stage) => scorer.runTo("how many", stage)).slice(0, 3)).toEqual([8, 2, 3]);
  expect(() => scorer.runTo("how many", 4)).toThrow("for stage");
  expect(() => scorer.runTo(7 as never, 1)).toThrow(TypeError);
});

test("a scorer needs an open router and a length", async () => {
  const router = readRouter(await routerOf(cases[0]!, headsOf(cases[0]!.terms.length, 1), 1));
  for (const handle of [undefined, {}, 1, "router"]) {
    expect(() => new Scorer({ ...router, handle }, 100)).toThrow("an open router for router");
  }
  for (const maxChars of [1, 1.5, Number.NaN, "9", 2 ** 32]) {
    expect(() => new Scorer(router, maxChars as number)).toThrow("for maxChars ");
  }
});

const terms = { ...packTerms(["aa", "bb"]), idf: Float32Array.of(1, 2) };
test.each<[string, object]>([
  ["heads", { heads: 0 }],
  ["heads", { heads: 2 ** 20 + 1 }],
  ["weights", { weights: new Float32Array(5) }],
  ["weights", { weights: [1, 2, 3, 4] }],
  ["weights", { weights: new Float32Array(4).fill(Number.NaN) }],
  ["idf", { idf: new Float32Array(3) }],
  ["idf", { idf: Float32Array.of(1, Number.POSITIVE_INFINITY) }],
  ["offsets", { offsets: Uint32Array.of(0, 2, 9) }],
  ["hashBits", { hashBits: 30 }],
])("compileTerms refuses bad %s", async (name, change) => {
  const options = { ...terms, weights: new Float32Array(4), heads: 2, ...change };
  await expect(compileTerms(options)).rejects.toThrow(`for ${name} `);
});

test("compileTerms refuses a term that stands there twice", async () => {
  const twice = { ...packTerms(["aa", "aa"]), idf: terms.idf };
  const work = compileTerms({ ...twice, weights: new Float32Array(4), heads: 2 });
  await expect(work).rejects.toThrow("term 1 repeats term 0");
});

/** Scores of some prompts by the addon alone, as hexadecimal bytes. */
const script = `
  const [addon, path, list] = process.argv.length > 2
    ? process.argv.slice(1) : require("node:worker_threads").workerData;
  const { openRouter, createScorer } = require(addon);
  module.exports = openRouter(path).promise.then(({ handle }) => {
    const scorer = createScorer(handle, 65536);
    return JSON.parse(list).map((text) => {
      scorer.score(text);
      return Buffer.concat([scorer.scores, scorer.affinities].map((f) =>
        Buffer.from(f.buffer, f.byteOffset, f.byteLength))).toString("hex");
    });
  });`;
const path = join(mkdtempSync(join(tmpdir(), "pointsman-scorer-")), "router.safetensors");
const list = JSON.stringify(texts[4]);

test("the addon works in several threads at once", async () => {
  writeFileSync(path, await routerOf(cases[0]!, headsOf(cases[0]!.terms.length, 9), 9));
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => {
      const post = `module.exports.then((x) => require("node:worker_threads").parentPort.postMessage(x));`;
      const worker = new Worker(script + post, { eval: true, workerData: [addon, path, list] });
      return new Promise((resolve, reject) =>
        worker.once("message", resolve).once("error", reject),
      );
    }),
  );
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

/** Scores by instruction set, each in a process of its own. */
async function underEach(index: number, heads: LinearHeads, models: number) {
  writeFileSync(path, await routerOf(cases[index]!, heads, models));
  const names = execFileSync("bash", ["scripts/simd-names.sh"], { encoding: "utf8" }).trim();
  const scores = names.split("\n").map((POINTSMAN_SIMD) => {
    const print = "module.exports.then((x) => console.log(x.join('')));";
    const hex = execFileSync(process.execPath, ["-e", script + print, addon, path, list], {
      env: { ...process.env, POINTSMAN_SIMD },
      encoding: "utf8",
    });
    const bytes = new Uint8Array(Buffer.from(hex.trim(), "hex"));
    return [POINTSMAN_SIMD, new Float32Array(bytes.buffer)] as const;
  });
  return { scalar: scores[0]![1], others: scores.slice(1) };
}

test.each([
  ["l2", 3],
  ["occurrence", 4],
] as const)("norm %s: every instruction set gives the same scores", async (_, index) => {
  const heads = headsOf(cases[index]!.terms.length, 20);
  for (const [what, models] of [
    [heads, 20],
    [clustersOf(heads), 3],
  ] as const) {
    const { scalar, others } = await underEach(index, what, models);
    expect(scalar.length).toBeGreaterThan(0);
    for (const [name, scores] of others) {
      // Sums of whole numbers are the same everywhere; to scale them, all but "scalar" multiply and add in one step.
      expect(farthest(scores, scalar)).toBeLessThan(2e-6);
      if (index === 4) expect([name, scores]).toEqual([name, others[0]![1]]);
    }
  }
});

test("POINTSMAN_SIMD forces an instruction set, or is refused by name", () => {
  const load = (value: string) =>
    spawnSync(process.execPath, ["-p", `require(${JSON.stringify(addon)}).simd`], {
      env: { ...process.env, POINTSMAN_SIMD: value },
      encoding: "utf8",
    });
  expect(load(simd).stdout.trim()).toBe(simd);
  expect(load("mmx").stderr).toContain('for POINTSMAN_SIMD on this machine but received "mmx"');
});

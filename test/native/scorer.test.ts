import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { expect, test } from "vitest";
import { simd } from "../../src/native/addon.js";
import { Scorer, type ScorerOptions } from "../../src/native/scorer.js";
import { tfidf } from "../../src/native/text.js";
import { caseTexts, featuresOf, golden, type TfidfGolden } from "./golden.js";

const expected = golden<TfidfGolden>("tfidf");
const addon = fileURLToPath(new URL("../../build/Release/pointsman.node", import.meta.url));

/** Weights of either sign without a random generator. */
function wave(length: number, step: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 3 * Math.sin(1 + i * step));
}

function optionsOf(index: number, heads: number): ScorerOptions {
  const features = featuresOf(expected.cases[index]!);
  const weights = wave(features.idf.length * heads, 0.7);
  return { ...features, weights, bias: wave(heads, 1.3), output: new Float32Array(heads) };
}

async function linearScores(text: string, { weights, bias, ...features }: ScorerOptions) {
  const X = await tfidf([text], features);
  return Array.from(bias, (b, j) =>
    X.indices.reduce((z, column, k) => z + X.values[k]! * weights[column * bias.length + j]!, b),
  );
}

const text = fc.oneof(
  fc.constantFrom(...caseTexts(expected).flat()),
  fc
    .array(fc.constantFrom(...expected.cases[0].terms, "unknown", "é"), { maxLength: 60 })
    .map((t) => t.join(" ")),
  fc.string({ unit: "binary" }),
);

test.each([
  [0, 9],
  [1, 1],
  [2, 15],
  [0, 16],
  [2, 40],
])("case %i with %i heads: sigmoids of the matrix product", async (index, heads) => {
  const options = optionsOf(index, heads);
  const scorer = new Scorer(options);
  await fc.assert(
    fc.asyncProperty(text, async (prompt) => {
      scorer.score(prompt);
      const z = await linearScores(prompt, options);
      z.forEach((value, j) => {
        expect(Math.abs(options.output[j]! - 1 / (1 + Math.exp(-value)))).toBeLessThan(2.5e-5);
      });
    }),
  );
});

test("centroid mode: the rates of the best head", async () => {
  const options = optionsOf(0, 20);
  const output = new Float32Array(3);
  const rates = wave(60, 0.3);
  const scorer = new Scorer({ ...options, output, rates });
  for (const prompt of caseTexts(expected)[0]!) {
    scorer.score(prompt);
    const z = await linearScores(prompt, options);
    const best = z.indexOf(Math.max(...z));
    expect(output).toEqual(rates.slice(best * 3, best * 3 + 3));
  }
});

test("score() counts known n-grams; a text without any gets the bias", () => {
  const options = optionsOf(2, 2);
  const scorer = new Scorer(options);
  expect(scorer.score("zzz qqq")).toBe(0);
  expect(options.output[0]).toBeCloseTo(1 / (1 + Math.exp(-options.bias[0]!)), 5);
  expect(scorer.score("")).toBe(0);
  const [term] = expected.cases[2].terms;
  expect(scorer.score(`${term} zz ${term}`)).toBeGreaterThanOrEqual(2);
});

test("any string is scored, lone surrogates included", () => {
  const scorer = new Scorer(optionsOf(0, 9));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 500 }), (units) => {
      expect(scorer.score(String.fromCharCode(...units))).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("a long text is read head and tail", () => {
  const options = optionsOf(0, 9);
  const scorer = new Scorer({ ...options, maxChars: 100 });
  const whole = new Scorer({ ...options, output: new Float32Array(9) });
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

test("score() refuses what is no string", () => {
  const scorer = new Scorer(optionsOf(0, 9));
  for (const bad of [undefined, null, 1, {}, ["x"], Symbol("s")]) {
    expect(() => scorer.score(bad as string)).toThrow(TypeError);
  }
});

test("an output whose memory was given away is refused", () => {
  const options = optionsOf(0, 9);
  const scorer = new Scorer(options);
  structuredClone(options.output.buffer, { transfer: [options.output.buffer as ArrayBuffer] });
  expect(() => scorer.score("how many")).toThrow("output");
});

test("output may be a view into a larger array", () => {
  const buffer = new Float32Array(12);
  const options = { ...optionsOf(0, 9), output: buffer.subarray(2, 11) };
  new Scorer(options).score("how many");
  expect([buffer[0], buffer[1], buffer[11]]).toEqual([0, 0, 0]);
  expect(buffer[2]).toBeGreaterThan(0);
});

test.each<[string, object]>([
  ["weights", { weights: new Float32Array(1) }],
  ["weights", { weights: [] }],
  ["bias", { bias: new Float32Array(0) }],
  ["bias", { bias: new Float32Array(9).fill(Number.NaN) }],
  ["output", { output: new Float32Array(8) }],
  ["output", { output: new Float64Array(9) }],
  ["rates", { rates: new Float32Array(80) }],
  ["maxChars", { maxChars: 1 }],
  ["maxChars", { maxChars: "9" }],
  ["idf", { idf: undefined }],
])("Scorer refuses bad %s", (name, change) => {
  expect(() => new Scorer({ ...optionsOf(0, 9), ...change } as ScorerOptions)).toThrow(
    `for ${name} `,
  );
});

test("the addon works in several threads at once", async () => {
  const script = `
    const { parentPort, workerData } = require("node:worker_threads");
    const addon = require(workerData.addon);
    const output = new Float32Array(9);
    const score = addon.createScorer({ ...workerData.options, output, maxChars: 65536 });
    for (let i = 0; i < 2000; i++) score(workerData.texts[i % workerData.texts.length]);
    parentPort.postMessage([score(workerData.texts[0]), ...output]);`;
  const options = optionsOf(0, 9);
  const texts = expected.prompts;
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => {
      const worker = new Worker(script, { eval: true, workerData: { addon, options, texts } });
      return new Promise((resolve, reject) =>
        worker.once("message", resolve).once("error", reject),
      );
    }),
  );
  const known = new Scorer(options).score(texts[0]!);
  for (const answer of answers) expect(answer).toEqual([known, ...options.output]);
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

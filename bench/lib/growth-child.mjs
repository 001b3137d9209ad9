// Learns from so many prompts in a process of its own, so that its memory is its own: growth-child.mjs SENTENCES COUNT SEED
import { readFileSync } from "node:fs";
import { TfidfVectorizer } from "../../dist/index.js";
import { fitKMeans } from "../../dist/native/kmeans.js";
import { fitLogistic } from "../../dist/native/logistic.js";
import { processorTime } from "./contest.mjs";
import { generator } from "./random.mjs";

const [sentencesFile, count, seed] = process.argv.slice(2);
const labels = 9;
const steps = {};

/** Milliseconds of processor time, and by how much the step raised the peak of resident memory. */
async function step(name, work) {
  const before = peak();
  const begin = processorTime();
  const result = await work();
  steps[name] = { milliseconds: processorTime() - begin, kibibytes: peak() - before };
  return result;
}

/** Linux's own count: resourceUsage() starts from the parent's peak. */
function peak() {
  return Number(readFileSync("/proc/self/status", "utf8").match(/VmHWM:\s*(\d+) kB/)?.[1]);
}

const random = generator(Number(seed));
const sentences = JSON.parse(readFileSync(sentencesFile, "utf8"));
const pick = () => sentences[Math.floor(random() * sentences.length)];
const prompts = Array.from({ length: Number(count) }, () => `${pick()} ${pick()} ${pick()}`);
const Y = Float32Array.from({ length: prompts.length * labels }, () => Number(random() < 0.5));

const vectorizer = new TfidfVectorizer();
await step("vocabulary", () => vectorizer.fit(prompts));
const X = await step("tf-idf", () => vectorizer.transform(prompts));
await step("logistic", () =>
  fitLogistic(X, Y, labels, { C: 0.3, tol: 1e-2, maxIter: 100, threads: 1 }),
);
await step("k-means", () =>
  fitKMeans(X, { clusters: 20, nInit: 1, maxIter: 10, tol: 1e-4, seed: Number(seed), threads: 1 }),
);
process.stdout.write(`${JSON.stringify({ terms: X.columns, entries: X.values.length, steps })}\n`);

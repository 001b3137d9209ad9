// How do time and memory grow with models, vocabulary, clusters and training prompts?
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TfidfVectorizer } from "../../dist/index.js";
import { fitKMeans } from "../../dist/native/kmeans.js";
import { Child } from "../lib/child.mjs";
import { compete, local } from "../lib/contest.mjs";
import { timeRows } from "../lib/rows.mjs";
import { syntheticRouter, vocabularyOf } from "../lib/synthetic.mjs";
import { quantity } from "../lib/table.mjs";

export const title = "Growth";

export async function run(context) {
  const { quick } = context;
  const models = quick ? [7, 64] : [7, 64, 256, 1024];
  const terms = quick ? [1e3, 1e4, 1e5] : [1e3, 1e4, 1e5, 1e6];
  const prompts = quick ? [1e3, 1e4] : [1e3, 1e4, 1e5, 1e6];
  const clusters = quick ? [10, 100] : [10, 30, 100, 300, 1000];
  const { state } = context.trained;
  return {
    ratioTo: "the smallest",
    rows: [
      ...(await scoring(context, models, "models", (size) => [state, size])),
      ...(await scoring(context, terms, "terms, 9 models", (size) => [
        vocabularyOf(state, size),
        9,
      ])),
      ...(await clustering(context, clusters)),
    ],
    tables: [await learning(context, prompts)],
    targets: [],
    skipped: [],
    notes: [
      "A router takes as much memory as its file. Models have made-up weights; terms beyond the real vocabulary are made up and occur in no prompt.",
      "Training prompts are three sentences each, drawn from the real prompts with the seed, and have random labels; memory is how much a step raised the peak of the process.",
    ],
  };
}

/** @param setting size -> vocabulary and number of models. */
async function scoring({ inputs, seed, rounds, milliseconds }, sizes, what, setting) {
  const notes = {};
  const contestants = [];
  for (const size of sizes) {
    const name = `route(), ${size} ${what}`;
    const { router, bytes } = await syntheticRouter(...setting(size), seed);
    notes[name] = { note: `${(bytes / 2 ** 20).toFixed(1)} MiB` };
    contestants.push(
      local(name, inputs.prompts.length, () => {
        for (const prompt of inputs.prompts) router.choose(prompt);
      }),
    );
  }
  const samples = await compete(contestants, { rounds: Math.ceil(rounds / 3), milliseconds });
  return timeRows(samples, contestants[0].name, notes);
}

async function clustering({ inputs, seed, quick }, sizes) {
  const { prompts } = inputs.training;
  const X = await (await new TfidfVectorizer().fit(prompts)).transform(prompts);
  const contestants = sizes
    .filter((clusters) => clusters <= X.rows)
    .map((clusters) =>
      local(`k-means, ${clusters} clusters, 10 iterations`, 1, async () =>
        fitKMeans(X, { clusters, nInit: 1, maxIter: 10, tol: 0, seed, threads: 1 }),
      ),
    );
  const samples = await compete(contestants, { rounds: quick ? 1 : 2, milliseconds: 1 });
  const note = `${X.rows} prompts, ${X.columns} terms, seeding included`;
  return timeRows(
    samples,
    contestants[0].name,
    Object.fromEntries(samples.names().map((name) => [name, { note }])),
  );
}

/** Time and memory of each step of training, for more and more prompts. */
async function learning({ inputs, directory, seed }, sizes) {
  const file = join(directory, "sentences.json");
  const sentences = inputs.training.prompts.flatMap((prompt) => prompt.split(/(?<=[.?!\n])\s+/));
  writeFileSync(file, JSON.stringify(sentences.filter((sentence) => sentence.trim() !== "")));
  const script = join(import.meta.dirname, "../lib/growth-child.mjs");
  const measured = [];
  for (const size of sizes) {
    const child = await Child.start(process.execPath, [script, file, String(size), String(seed)]);
    measured.push({ size, ...child.facts });
  }
  return {
    head: ["training prompts", "terms", "entries", ...Object.keys(measured[0].steps)],
    rows: measured.map(({ size, terms, entries, steps }) => [
      ...[size, terms, entries].map((count) => count.toLocaleString("en")),
      ...Object.values(steps).map(
        ({ milliseconds, kibibytes }) =>
          `${quantity(milliseconds * 1e6, "ns")}, ${(kibibytes / 1024).toFixed(0)} MiB`,
      ),
    ]),
  };
}

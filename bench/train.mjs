// How fast is the training of a multi-label classifier? Against scikit-learn's liblinear and, where it is installed,
// liblinear itself, on TF-IDF features of the same prompts; a model is right where its score is at least 0.5. Objectives
// and probabilities are compared with those of scikit-learn's newton-cg at a tight tolerance. Times are those that the
// processor worked, on any number of threads, so that other work on the machine does not count.
//
//   node bench/train.mjs FILE.jsonl[.gz] [--split NAME] [--repeats N] [--threads N] [--json]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadOutcomes, MultiLabelClassifier, simd, TfidfVectorizer } from "../dist/index.js";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    split: { type: "string" },
    repeats: { type: "string", default: "5" },
    threads: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const C = 1;
const vocabularies = {
  words: { ngramRange: [1, 1] },
  "words and pairs in two prompts": { ngramRange: [1, 2], minDf: 2 },
  "words and pairs": { ngramRange: [1, 2], minDf: 1 },
};

const { prompts, Y, labels } = await readData();
const directory = mkdtempSync(join(tmpdir(), "pointsman-bench-"));
const results = [];
try {
  for (const [name, vocabulary] of Object.entries(vocabularies)) {
    results.push(await compare(name, vocabulary));
    if (!options.json) print(results.at(-1));
  }
} finally {
  rmSync(directory, { recursive: true });
}
if (options.json) console.log(JSON.stringify({ simd, results }));

async function readData() {
  const { outcomes } = await loadOutcomes(positionals);
  const { models, scores, splits } = outcomes;
  const rows = outcomes.prompts.flatMap((_, i) =>
    options.split === undefined || splits[i] === options.split ? [i] : [],
  );
  const Y = rows.flatMap((i) =>
    models.map((_, j) => (scores[i * models.length + j] >= 0.5 ? 1 : 0)),
  );
  return {
    prompts: rows.map((i) => outcomes.prompts[i]),
    Y: Float32Array.from(Y),
    labels: models.length,
  };
}

async function compare(name, vocabulary) {
  const vectorizer = await new TfidfVectorizer({ minDf: 1, ...vocabulary }).fit(prompts);
  const X = await vectorizer.transform(prompts);
  const file = join(directory, "data.bin");
  writeFileSync(file, Buffer.concat(parts(X)));
  // Before and after the peers, so that a change of the machine's speed shows.
  const before = await train(X);
  const peers = python(file);
  const after = await train(X);
  const reference = peers.pop();
  return {
    name,
    rows: X.rows,
    features: X.columns,
    milliseconds: Math.min(before.milliseconds, after.milliseconds),
    threads: Number(options.threads),
    objectiveError: farthest(objectives(X, after.heads), reference.objectives),
    probabilityError: probabilityError(X, after.heads, reference.probabilities),
    peers: peers.map((peer) => ({
      name: peer.name,
      milliseconds: 1000 * peer.seconds,
      objectiveError: farthest(peer.objectives, reference.objectives),
    })),
  };
}

function parts({ rows, columns, indptr, indices, values }) {
  const arrays = [
    Uint32Array.of(rows, columns, indices.length, labels),
    indptr,
    indices,
    values,
    Y,
  ];
  return arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength));
}

async function train(X) {
  let milliseconds = Number.POSITIVE_INFINITY;
  let heads;
  for (let repeat = 0; repeat < Number(options.repeats); repeat++) {
    const classifier = new MultiLabelClassifier({ C, threads: Number(options.threads) });
    const begin = process.cpuUsage();
    await classifier.fit(X, Y, labels);
    const { user, system } = process.cpuUsage(begin);
    milliseconds = Math.min(milliseconds, (user + system) / 1000);
    heads = classifier.heads;
  }
  return { milliseconds, heads };
}

function python(file) {
  const script = join(import.meta.dirname, "training_peer.py");
  const environment = { OPENBLAS_NUM_THREADS: "1", ...process.env };
  const run = spawnSync("/usr/bin/python3", [script, file, String(C), options.repeats], {
    env: environment,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (run.status !== 0) throw new Error(`${script} failed:\n${run.stderr}`);
  return JSON.parse(run.stdout);
}

/** z of row i, label j, in doubles. */
function score({ indptr, indices, values }, { weights, bias }, i, j) {
  let z = bias[j];
  for (let k = indptr[i]; k < indptr[i + 1]; k++) z += values[k] * weights[indices[k] * labels + j];
  return z;
}

function objectives(X, heads) {
  return Array.from({ length: labels }, (_, j) => {
    let objective = 0;
    for (let cell = j; cell < heads.weights.length; cell += labels) {
      objective += heads.weights[cell] ** 2 / 2;
    }
    for (let i = 0; i < X.rows; i++) {
      const z = score(X, heads, i, j);
      objective +=
        C * (Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - Y[i * labels + j] * z);
    }
    return objective;
  });
}

function probabilityError(X, heads, expected) {
  let most = 0;
  for (let j = 0; j < labels; j++) {
    for (let i = 0; i < X.rows; i++) {
      const p = 1 / (1 + Math.exp(-score(X, heads, i, j)));
      most = Math.max(most, Math.abs(p - expected[j][i]));
    }
  }
  return most;
}

/** Largest relative difference. */
function farthest(mine, theirs) {
  return Math.max(...mine.map((value, j) => Math.abs(value / theirs[j] - 1)));
}

function print({ name, rows, features, milliseconds, peers, objectiveError, probabilityError }) {
  console.log(`${name}: ${rows} prompts, ${features} features, ${labels} models, C = ${C}`);
  console.log(
    `  Pointsman (${simd}, ${options.threads} threads)  ${milliseconds.toFixed(1)} ms, objective within ` +
      `${objectiveError.toExponential(1)}, probabilities within ${probabilityError.toExponential(1)}`,
  );
  for (const peer of peers) {
    const ratio = (peer.milliseconds / milliseconds).toFixed(1);
    console.log(
      `  ${peer.name}  ${peer.milliseconds.toFixed(1)} ms (${ratio}x), objective within ` +
        `${peer.objectiveError.toExponential(1)}`,
    );
  }
}

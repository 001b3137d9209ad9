// How long does it take to learn? TF-IDF and one logistic regression a model, to the same objective, on the words of
// the training prompts and on words and pairs of words.
import { join } from "node:path";
import { TfidfVectorizer } from "../../dist/index.js";
import { fitLogistic } from "../../dist/native/logistic.js";
import { compete, local, remote } from "../lib/contest.mjs";
import { writeProblem } from "../lib/exchange.mjs";
import { npmPeer, Peers, program, python } from "../lib/peers.mjs";
import { ratioOf, target, timeRows } from "../lib/rows.mjs";

export const title = "Training logistic regression";

const C = 1;
const fewTerms = 100;
const fewSteps = 10;
const settings = [
  { name: "words", ngramRange: [1, 1], leastOfScikit: 4 },
  { name: "words and pairs", ngramRange: [1, 2], leastOfLiblinear: 1.5 },
];

export async function run({ inputs, directory, quick }) {
  const peers = new Peers();
  const rounds = quick ? 1 : 5;
  const parts = [];
  for (const setting of settings) {
    parts.push(await contest(setting, inputs.outcomes, directory, peers, rounds));
  }
  parts.push(await javascript(inputs.outcomes, peers, rounds));
  return {
    rows: parts.flatMap(({ rows }) => rows),
    targets: parts.flatMap(({ targets }) => targets),
    skipped: peers.skipped,
    notes: [
      `All labels together, C = ${C}, one thread. "excess" is how far the summed objective (intercepts not penalised) lies above the lowest of the table.`,
    ],
  };
}

async function contest(setting, { prompts, marks, models }, directory, peers, rounds) {
  const vectorizer = new TfidfVectorizer({ ngramRange: setting.ngramRange, minDf: 1 });
  const X = await (await vectorizer.fit(prompts)).transform(prompts);
  const Y = marks.map((mark) => Number(mark >= 0.5));
  const file = join(directory, "problem.bin");
  writeProblem(file, X, Y, models.length, C);
  const train = async () =>
    fitLogistic(X, Y, models.length, { C, tol: 1e-4, maxIter: 100, threads: 1 });

  const ours = `ours, ${setting.name}`;
  const scikit = `scikit-learn liblinear, ${setting.name}`;
  const primal = `liblinear -s 0, ${setting.name}`;
  const dual = `liblinear -s 7, ${setting.name}`;
  const sklearn = await peers.invite(scikit, () => python("sklearn_logistic.py", file));
  const liblinear = await peers.invite(`liblinear, ${setting.name}`, () =>
    program("liblinear", file),
  );
  const objectives = {
    [ours]: (await train()).objective.reduce((a, b) => a + b, 0),
    ...(sklearn && { [scikit]: sklearn.facts.objective }),
    ...(liblinear && { [primal]: liblinear.facts.primal, [dual]: liblinear.facts.dual }),
  };
  checkObjectives(objectives, ours);

  const samples = await compete(
    [
      local(ours, 1, train),
      ...(sklearn ? [remote(scikit, sklearn, "fit")] : []),
      ...(liblinear ? [remote(primal, liblinear, "primal"), remote(dual, liblinear, "dual")] : []),
    ],
    { rounds, milliseconds: 1 },
  );
  sklearn?.end();
  liblinear?.end();

  const lowest = Math.min(...Object.values(objectives));
  const size = `${prompts.length} x ${X.columns}`;
  const notes = Object.fromEntries(
    Object.entries(objectives).map(([name, objective]) => [
      name,
      { note: size, quality: `excess ${(objective / lowest - 1).toExponential(1)}` },
    ]),
  );
  return {
    rows: timeRows(samples, ours, notes),
    targets: targets(setting, samples, size, { ours, scikit, primal, dual }),
  };
}

function targets({ leastOfScikit, leastOfLiblinear }, samples, size, names) {
  if (leastOfScikit !== undefined) {
    const measured = ratioOf(samples, names.scikit, names.ours);
    return [
      target(`scikit-learn's liblinear / our training, ${size}`, "least", leastOfScikit, measured),
    ];
  }
  const solvers = [names.primal, names.dual].map((name) => ratioOf(samples, name, names.ours));
  const measured = solvers.includes(undefined) ? undefined : Math.min(...solvers);
  return [
    target(`liblinear's best solver / our training, ${size}`, "least", leastOfLiblinear, measured),
  ];
}

/** The JavaScript peer takes dense features and one label: the most frequent words must do, and a few steps. */
async function javascript({ prompts, marks, models }, peers, rounds) {
  const [Regression, { Matrix } = {}] = [
    await peers.invite("ml-logistic-regression", () => npmPeer("ml-logistic-regression")),
    await peers.invite("ml-matrix", () => npmPeer("ml-matrix")),
  ];
  if (!Regression || !Matrix) return { rows: [], targets: [] };
  const vectorizer = new TfidfVectorizer({ ngramRange: [1, 1], maxFeatures: fewTerms });
  const X = await (await vectorizer.fit(prompts)).transform(prompts);
  const Y = marks.map((mark) => Number(mark >= 0.5));
  const dense = Matrix.zeros(X.rows, X.columns);
  for (let row = 0; row < X.rows; row++) {
    for (let k = X.indptr[row]; k < X.indptr[row + 1]; k++)
      dense.set(row, X.indices[k], X.values[k]);
  }
  const label = Matrix.columnVector(prompts.map((_, row) => Y[row * models.length]));
  const ours = `ours, ${fewTerms} words`;
  const theirs = `ml-logistic-regression, ${fewTerms} words`;
  const samples = await compete(
    [
      local(ours, 1, async () =>
        fitLogistic(X, Y, models.length, { C, tol: 1e-4, maxIter: 100, threads: 1 }),
      ),
      local(theirs, 1, () =>
        new Regression({ numSteps: fewSteps, learningRate: 5e-3 }).train(dense, label),
      ),
    ],
    { rounds, milliseconds: 1 },
  );
  const notes = {
    [ours]: { note: `all ${models.length} labels` },
    [theirs]: { note: `one label, ${fewSteps} steps of gradient descent` },
  };
  return { rows: timeRows(samples, ours, notes), targets: [] };
}

/** Everybody must have solved the same problem about as well. */
function checkObjectives(objectives, ours) {
  for (const [name, objective] of Object.entries(objectives)) {
    const difference = Math.abs(objective / objectives[ours] - 1);
    if (!(difference < 0.01))
      throw new Error(`${name} ends at ${objective}, ours at ${objectives[ours]}`);
  }
}

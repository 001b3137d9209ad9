// How long does an iteration of Lloyd's algorithm take on dense vectors? Everybody starts from the same centroids; an
// iteration is the difference between a long and a short run, so that nobody's set-up counts. The floor is the
// multiply-adds of the distances at this core's measured peak.
import { join } from "node:path";
import { fitKMeans } from "../../dist/native/kmeans.js";
import { compete, local, remote } from "../lib/contest.mjs";
import { writeDense } from "../lib/exchange.mjs";
import { npmPeer, Peers, program, python } from "../lib/peers.mjs";
import { embeddings, generator } from "../lib/random.mjs";
import { ratioOf, target, timeRows } from "../lib/rows.mjs";

export const title = "K-means, an iteration";

const columns = 768;
const clusters = 50;
const [short, long] = [2, 22];

export async function run({ directory, seed, quick }) {
  const rows = quick ? 2000 : 8792;
  const values = embeddings(rows, columns, generator(seed));
  const file = join(directory, "dense.bin");
  writeDense(file, values, columns);
  const init = values.slice(0, clusters * columns);
  const cluster = (maxIter) =>
    fitKMeans(
      { rows, columns, values },
      { clusters, nInit: 1, maxIter, tol: 0, seed, init, threads: 1 },
    );

  const peers = new Peers();
  const args = [file, clusters, short, long].map(String);
  const sklearn = await peers.invite("scikit-learn", () => python("sklearn_kmeans.py", ...args));
  const faiss = await peers.invite("faiss", () => python("faiss_kmeans.py", ...args));
  const peaks = await peers.invite("peaks", () => program("peaks", String(rows * columns)));
  const mlKMeans = await peers.invite("ml-kmeans", () => npmPeer("ml-kmeans"));

  const ours = await cluster(long);
  const inertias = {
    ours: ours.inertia,
    ...(sklearn && { "scikit-learn": sklearn.facts.inertia }),
    ...(faiss && { faiss: faiss.facts.inertia }),
  };
  checkRuns(ours, inertias, sklearn);
  const samples = await compete(
    [
      iteration(
        "ours",
        local("long", 1, async () => cluster(long)),
        local("short", 1, async () => cluster(short)),
      ),
      ...Object.entries({ "scikit-learn": sklearn, faiss })
        .filter(([, peer]) => peer)
        .map(([name, peer]) =>
          iteration(name, remote(name, peer, "long"), remote(name, peer, "short")),
        ),
      ...(peaks ? [floor("multiply-add floor", peaks, "fma", 2 * rows * clusters * columns)] : []),
      ...(peaks ? [floor("reading the vectors once", peaks, "read", 4 * rows * columns)] : []),
      ...(mlKMeans ? [javascript(mlKMeans, values, seed)] : []),
    ],
    { rounds: quick ? 2 : 7, milliseconds: 1 },
  );
  peers.end();
  const peak =
    peaks && (2e-9 * rows * clusters * columns) / (samples.of("multiply-add floor").median * 1e-9);
  const notes = Object.fromEntries(
    Object.entries(inertias).map(([name, inertia]) => [
      name,
      { quality: `inertia ${(inertia / ours.inertia).toFixed(5)} of ours` },
    ]),
  );
  notes["ml-kmeans"] = { note: `${fewRows} vectors only, times ${(rows / fewRows).toFixed(1)}` };
  return {
    rows: timeRows(samples, "ours", notes),
    targets: [
      target(
        "scikit-learn / our iteration",
        "least",
        2.5,
        ratioOf(samples, "scikit-learn", "ours"),
      ),
      target("faiss / our iteration", "least", 2.5, ratioOf(samples, "faiss", "ours")),
      target(
        "our iteration / multiply-add floor",
        "most",
        1.5,
        ratioOf(samples, "ours", "multiply-add floor"),
      ),
    ],
    skipped: peers.skipped,
    notes: [
      `${rows} vectors of ${columns} dimensions (made up, like embeddings), ${clusters} clusters, float32, one thread; (${long} - ${short} iterations) / ${long - short}.` +
        (peak ? ` Peak of the core: ${peak.toFixed(0)} GFLOP/s.` : ""),
    ],
  };
}

/** Time of an iteration, from a long and a short run. */
function iteration(name, many, few) {
  const slice = async (milliseconds) =>
    ((await many.slice(milliseconds)) - (await few.slice(milliseconds))) / (long - short);
  return { name, slice };
}

/** What an iteration needs at least at the measured peak. */
function floor(name, peaks, key, amount) {
  const peak = remote(name, peaks, key);
  return { name, slice: async () => (await peak.slice(20)) * amount };
}

/** Slow: on a part of the vectors, scaled up. */
const fewRows = 1000;
function javascript({ kmeans }, values, seed) {
  const rows = Array.from({ length: fewRows }, (_, i) =>
    Array.from(values.subarray(i * columns, (i + 1) * columns)),
  );
  const initialization = rows.slice(0, clusters);
  const cluster = (maxIterations) =>
    kmeans(rows, clusters, { maxIterations, tolerance: 0, initialization, seed });
  const scale = values.length / columns / fewRows;
  const { slice } = iteration(
    "ml-kmeans",
    local("long", 1 / scale, () => cluster(long)),
    local("short", 1 / scale, () => cluster(short)),
  );
  return { name: "ml-kmeans", slice };
}

/** Nobody may stop early, and all must end with the same clusters but for rounding. */
function checkRuns(ours, inertias, sklearn) {
  if (ours.iterations !== long || (sklearn && sklearn.facts.iterations !== long)) {
    throw new Error(
      "a run of k-means ended before its last iteration; it cannot be timed this way",
    );
  }
  for (const [name, inertia] of Object.entries(inertias)) {
    const difference = Math.abs(inertia / ours.inertia - 1);
    if (!(difference < 1e-3))
      throw new Error(`${name} ends with inertia ${inertia}, ours with ${ours.inertia}`);
  }
}

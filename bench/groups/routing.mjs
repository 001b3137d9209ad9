// How long does it take to route a prompt? Against the least work that any router over word 1-2-grams must do, and
// against other libraries: the same model in scikit-learn, fastText trained on the same outcomes, tokenisers alone.
import { join } from "node:path";
import { Scorer, stages } from "../../dist/native/scorer.js";
import { words } from "../../dist/native/text.js";
import { loadRouter } from "../../dist/router/artifact.js";
import { compete, local, remote } from "../lib/contest.mjs";
import { oneLine, writeFastText, writeLines, writeModel, writePrompts } from "../lib/exchange.mjs";
import { fastTextClassifier, tokenisers } from "../lib/javascript.mjs";
import { npmPeer, Peers, program, python } from "../lib/peers.mjs";
import { quality } from "../lib/router.mjs";
import { ratioOf, target, timeRows } from "../lib/rows.mjs";

export const title = "Routing a prompt";

/** As the router's own default. */
const maxChars = 65_536;

export async function run({ inputs, directory, trained, rounds, milliseconds }) {
  const { prompts, training, heldOut, seed } = inputs;
  const { router, state, heads } = trained;
  const at = (name) => join(directory, name);
  writePrompts(at("prompts.bin"), prompts);
  writeModel(at("model.bin"), state, heads);
  writeLines(at("prompts.txt"), prompts);
  writeFastText(at("training.txt"), training);

  const scorer = new Scorer((await loadRouter(at("router.safetensors"))).file, maxChars);
  const peers = new Peers();
  const native = await peers.invite("native", () =>
    program("scoring", at("prompts.bin"), at("router.safetensors")),
  );
  const sklearn = await peers.invite("scikit-learn", () =>
    python("sklearn_route.py", at("prompts.bin"), at("model.bin")),
  );
  const fastText = await peers.invite("fastText C++", () =>
    program("fasttext", at("prompts.txt"), at("training.txt"), at("fasttext.bin"), String(seed)),
  );
  const wasm =
    fastText &&
    (await peers.invite("fasttext.wasm.js", async () =>
      fastTextClassifier(await npmPeer("fasttext.wasm.js"), at("fasttext.bin")),
    ));

  const agreement = sklearn && agreementWith(sklearn.facts.probabilities, router, prompts);
  if (native) checkNative(native.facts, router, prompts);
  const sameLabel = wasm && checkSameLabels(wasm, fastText.facts.best, prompts);

  const overPrompts = (name, work) =>
    local(name, prompts.length, () => {
      for (const prompt of prompts) work(prompt);
    });
  const lines = prompts.map(oneLine);
  const contestants = [
    overPrompts("route()", (prompt) => router.choose(prompt)),
    overPrompts("string copy", (prompt) => scorer.runTo(prompt, stages.indexOf("copy"))),
    ...(native
      ? [
          "memcpy",
          "boundaries",
          "hashes",
          "rows",
          "floor",
          "native-words",
          "native-hashes",
          "native",
        ].map((key) => remote(key, native, key))
      : []),
    ...(sklearn
      ? [
          remote("scikit-learn, batch", sklearn, "batch"),
          remote("scikit-learn, one call", sklearn, "call"),
        ]
      : []),
    ...(fastText ? [remote("fastText C++", fastText, "predict")] : []),
    ...(wasm ? [local("fasttext.wasm.js", lines.length, () => lines.forEach(wasm))] : []),
    ...(await tokenisers(peers)).map(({ name, work }) => overPrompts(name, work)),
  ];
  const samples = await compete(contestants, { rounds, milliseconds });
  peers.end();

  const mark = (choose) => `${(100 * quality(choose, heldOut)).toFixed(1)} % right`;
  return {
    rows: timeRows(samples, "route()", {
      "route()": { quality: mark((prompt) => router.choose(prompt)) },
      "string copy": { note: "floor of a call: the text copied out of V8, a number returned" },
      memcpy: { note: "copy of the text, UTF-16" },
      boundaries: { note: "floor: lower case, word boundaries" },
      hashes: { note: "floor: and a hash of every word and pair" },
      rows: { note: "floor: one 32-byte row added for every word and pair" },
      floor: { note: `hash + gather floor (${native?.facts.floor})` },
      "native-words": { note: "our scorer up to the word boundaries" },
      "native-hashes": { note: "our scorer up to the hashes" },
      native: { note: "our scorer and argmax in C++, without Node" },
      "scikit-learn, batch": { note: "all prompts in one call", quality: agreement?.text },
      "scikit-learn, one call": { note: "a prompt a call", quality: agreement?.text },
      "fastText C++": { note: "predictLine, word 1-2-grams, 10 dimensions" },
      "fasttext.wasm.js": {
        note: "the same model file, result freed",
        quality:
          wasm &&
          `${mark((prompt) => wasm(oneLine(prompt)))}; same label as C++ ${(100 * sameLabel).toFixed(1)} %`,
      },
    }),
    targets: [
      target(
        "native scorer / hash + gather floor",
        "most",
        1.5,
        ratioOf(samples, "native", "floor"),
      ),
      target("route() / native scorer", "most", 1.2, ratioOf(samples, "route()", "native")),
      target(
        "scikit-learn, one call / route()",
        "least",
        1500,
        ratioOf(samples, "scikit-learn, one call", "route()"),
      ),
      target(
        "scikit-learn, batch / route()",
        "least",
        40,
        ratioOf(samples, "scikit-learn, batch", "route()"),
      ),
      target(
        "fasttext.wasm.js / route()",
        "least",
        25,
        ratioOf(samples, "fasttext.wasm.js", "route()"),
      ),
      target(
        "fastText C++ / native scorer",
        "least",
        10,
        ratioOf(samples, "fastText C++", "native"),
      ),
    ],
    skipped: peers.skipped,
    notes: [
      `${prompts.length} prompts (mean ${mean(prompts.map((p) => p.length)).toFixed(0)} characters), ${router.models.length} models, ${state.idf.length} terms. ` +
        `"right" is the mean mark of the chosen models on ${heldOut.prompts.length} held-out prompts; always the best single model: ${(100 * quality(() => router.models.indexOf(router.fallback), heldOut)).toFixed(1)} %.`,
      ...(agreement
        ? [
            `Before timing: ${agreement.text} as scikit-learn, largest difference of a probability ${agreement.largest.toExponential(1)}; native choices equal route()'s on every prompt.`,
          ]
        : []),
    ],
  };
}

/** Compares probabilities before anything is timed. */
function agreementWith(expected, router, prompts) {
  let largest = 0;
  let same = 0;
  prompts.forEach((prompt, row) => {
    const scores = router.scores(prompt);
    scores.forEach((score, i) => {
      largest = Math.max(largest, Math.abs(score - expected[row][i]));
    });
    const argmax = (list) => list.indexOf(Math.max(...list));
    same += Number(argmax([...scores]) === argmax(expected[row]));
  });
  if (!(largest < 1e-3))
    throw new Error(`scikit-learn and we disagree by ${largest} in a probability`);
  return {
    largest,
    text: `same choice on ${((100 * same) / prompts.length).toFixed(2)} % of prompts`,
  };
}

/** The native program must choose what route() chooses, and its floor must see the words that we see. */
function checkNative({ choices, words: counts, grams }, router, prompts) {
  prompts.forEach((prompt, row) => {
    const known = router.scores(prompt);
    if (choices[row] !== known.indexOf(Math.max(...known)))
      throw new Error(`the native scorer chooses otherwise on prompt ${row}`);
    if (Buffer.byteLength(prompt) !== prompt.length) return; // beyond ASCII the floor does not look
    const count = words(prompt).length;
    if (counts[row] !== count || grams[row] !== Math.max(0, 2 * count - 1)) {
      throw new Error(
        `the floor sees ${counts[row]} words of prompt ${row} where there are ${count}`,
      );
    }
  });
}

/** The same model file must predict the same label in both libraries, but for ties of rounding. */
function checkSameLabels(wasm, best, prompts) {
  const same =
    prompts.filter((prompt, row) => `__label__${wasm(oneLine(prompt))}` === best[row]).length /
    prompts.length;
  if (same < 0.98)
    throw new Error(`fastText in C++ and in JavaScript agree on ${100 * same} % of prompts only`);
  return same;
}

function mean(values) {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

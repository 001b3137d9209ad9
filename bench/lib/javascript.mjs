// The JavaScript peers of routing, each as a function from a prompt.
import { npmPeer } from "./peers.mjs";

/** fastText in WebAssembly, on a model file of the C++ library. @returns prompt in lower case -> best label's number */
export async function fastTextClassifier({ getFastTextClass, getFastTextModule }, file) {
  const FastText = await getFastTextClass({ getFastTextModule });
  const model = await new FastText().loadModel(`file://${file}`);
  return (line) => {
    const predictions = model.predict(line, 1, 0);
    const label = predictions.size() === 0 ? "" : predictions.get(0)[1];
    predictions.delete();
    return Number(label.slice("__label__".length));
  };
}

/** What JavaScript offers for text: tokenising alone, without any decision. */
export async function tokenisers(peers) {
  const found = [
    { name: "toLowerCase().split(/\\W+/)", work: (prompt) => prompt.toLowerCase().split(/\W+/) },
  ];
  const natural = await peers.invite("natural", () => npmPeer("natural"));
  if (natural) {
    const tokeniser = new natural.WordTokenizer();
    found.push({
      name: "natural, WordTokenizer",
      work: (prompt) => tokeniser.tokenize(prompt.toLowerCase()),
    });
  }
  const nlp = await peers.invite("wink-nlp", async () => {
    const [wink, model] = [await npmPeer("wink-nlp"), await npmPeer("wink-eng-lite-web-model")];
    return wink(model, []);
  });
  if (nlp) {
    found.push({
      name: "wink-nlp, tokens",
      work: (prompt) => nlp.readDoc(prompt).tokens().out(nlp.its.normal),
    });
  }
  return found;
}

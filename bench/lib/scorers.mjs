import { Scorer } from "../../dist/native/scorer.js";
import { generator, normals } from "./random.mjs";

/** A scorer with made-up heads on a vocabulary: how fast it is does not depend on their values. */
export function syntheticScorer(state, models, seed) {
  const random = generator(seed);
  // A few thousand different numbers do: drawing as many as there are weights would take longer than the measurement.
  const some = normals(4096, random);
  const weights = new Float32Array(state.idf.length * models);
  for (let at = 0; at < weights.length; at += some.length) {
    weights.set(some.subarray(0, weights.length - at), at);
  }
  const output = new Float32Array(models);
  const scorer = new Scorer({ ...state, weights, bias: new Float32Array(models), output });
  return (prompt) => scorer.score(prompt);
}

/** A vocabulary of exactly so many terms: those of `state` from the front, then made-up ones. */
export function vocabularyOf(state, terms) {
  const known = state.idf.length;
  const names = Array.from({ length: Math.min(known, terms) }, (_, i) =>
    Buffer.from(state.terms.subarray(state.offsets[i], state.offsets[i + 1])).toString(),
  );
  for (let i = names.length; i < terms; i++) names.push(`zzz${i.toString(36).padStart(8, "0")}`);
  const bytes = names.map((name) => Buffer.from(name)).sort(Buffer.compare);
  const offsets = new Uint32Array(terms + 1);
  bytes.forEach((name, i) => {
    offsets[i + 1] = offsets[i] + name.length;
  });
  const idf = new Float32Array(terms).fill(3);
  return { ...state, terms: new Uint8Array(Buffer.concat(bytes)), offsets, idf };
}

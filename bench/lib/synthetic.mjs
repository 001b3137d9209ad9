import { Router } from "../../dist/index.js";
import { encodeRouter } from "../../dist/router/artifact.js";
import { generator, normals } from "./random.mjs";

/** A router with made-up heads on a vocabulary: how fast it is does not depend on their values. */
export async function syntheticRouter(state, models, seed) {
  // A few thousand different numbers do: drawing as many as there are weights would take longer than the measurement.
  const some = normals(4096, generator(seed));
  const weights = new Float32Array(state.idf.length * models);
  for (let at = 0; at < weights.length; at += some.length) {
    weights.set(some.subarray(0, weights.length - at), at);
  }
  const names = Array.from({ length: models }, (_, i) => ({ name: `model-${i + 1}` }));
  const training = { fingerprint: "", prompts: 0, meanMarks: names.map(() => 0.5) };
  const bytes = await encodeRouter({
    features: { terms: state },
    heads: {
      weights,
      bias: new Float32Array(models),
      parts: [{ kind: "logistic", heads: models, weight: new Float32Array(models).fill(1) }],
    },
    info: { models: names, fallback: 0, estimator: "synthetic", training },
  });
  return { bytes: bytes.length, router: await Router.fromBytes(bytes) };
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

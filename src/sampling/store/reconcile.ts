import { StoreMismatchError } from "../../errors.js";
import type { Manifest, ModelManifest } from "./manifest.js";

/**
 * Whether a run may go on in a directory made with another manifest.
 * @returns the manifest to go on with, hashes filled in that were not known before.
 * @throws StoreMismatchError naming every difference.
 */
export function reconcile(directory: string, stored: Manifest, wanted: Manifest): Manifest {
  const differences = [...differencesOf(stored, wanted)];
  if (differences.length > 0) {
    const lines = differences.map((line) => `  ${line}`).join("\n");
    throw new StoreMismatchError(
      `Run directory "${directory}" was made with other inputs:\n${lines}\nGo back to those, or choose another run directory.`,
    );
  }
  const models = Object.entries(stored.models).map(([name, model]) => {
    return [name, { ...model, sha256: model.sha256 ?? wanted.models[name]!.sha256 }] as const;
  });
  return { ...stored, models: Object.fromEntries(models) };
}

function* differencesOf(stored: Manifest, wanted: Manifest): Generator<string> {
  for (const field of ["pool", "n", "seed", "stopping"] as const) {
    const [there, now] = [show(stored[field]), show(wanted[field])];
    if (there !== now) yield `${field}: ${there} there, ${now} now`;
  }
  if (stored.questions.count !== wanted.questions.count) {
    yield `questions: ${stored.questions.count} there, ${wanted.questions.count} now`;
  } else if (stored.questions.sha256 !== wanted.questions.sha256) {
    yield "questions: as many, but other ones, other reference answers or another order";
  }
  for (const name of Object.keys(stored.models)) {
    if (!Object.hasOwn(wanted.models, name))
      yield `model "${name}": there, but not in the pool now`;
  }
  for (const [name, model] of Object.entries(wanted.models)) {
    if (!Object.hasOwn(stored.models, name))
      yield `model "${name}": in the pool now, but not there`;
    else yield* modelDifferences(name, stored, wanted, stored.models[name]!, model);
  }
}

function* modelDifferences(
  name: string,
  { questions: asked }: Manifest,
  { questions: asking }: Manifest,
  stored: ModelManifest,
  wanted: ModelManifest,
): Generator<string> {
  let named = asked.sha256 !== asking.sha256;
  for (const field of Object.keys(wanted) as (keyof ModelManifest)[]) {
    if (field === "prompts") continue;
    if (field === "sha256" && (stored.sha256 === null || wanted.sha256 === null)) continue;
    const [there, now] = [JSON.stringify(stored[field]), JSON.stringify(wanted[field])];
    if (there === now) continue;
    named ||= field === "kind" || field === "template" || field === "shots";
    yield `model "${name}", ${field}: ${there} there, ${now} now`;
  }
  // Other questions, another template or other shots make other prompts; only what nothing else explains is news.
  if (!named && stored.prompts !== wanted.prompts)
    yield `model "${name}", prompts: written in another way by another version of Pointsman`;
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

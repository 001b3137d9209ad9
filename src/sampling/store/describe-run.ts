import { createHash } from "node:crypto";
import { InvalidArgumentError, ModelFileError } from "../../errors.js";
import { hashModelFile } from "../../execution/pool/model-file.js";
import { isRemote, type LocalModel, type Pool, type PoolModel } from "../../execution/pool/pool.js";
import { renderPrompt } from "../../execution/prompt.js";
import type { Question } from "../../types.js";
import type { StoppingRule } from "../stopping.js";
import { sha256 } from "./fingerprints.js";
import type { Manifest, ModelManifest } from "./manifest.js";
import { questionLines } from "./run-questions.js";

export interface RunInputs {
  readonly pool: Pool;
  readonly questions: readonly Question[];
  /** Answers of each model to each question. */
  readonly n: number;
  readonly seed: number;
  /** When a vote ends before n answers. Default: never. */
  readonly stopping?: StoppingRule;
}

/**
 * The manifest of a run: everything that its answers depend on. Model files that the pool names no hash of are read.
 * @throws InvalidArgumentError, StorageError
 */
export async function describeRun(inputs: RunInputs): Promise<Manifest> {
  const { pool, questions, n, seed, stopping = { kind: "all" } } = inputs;
  if (questions.length === 0)
    throw InvalidArgumentError.of("questions", "at least one question", questions);
  if (!Number.isSafeInteger(n) || n < 1)
    throw InvalidArgumentError.of("n", "a whole number of at least 1", n);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw InvalidArgumentError.of("seed", "a whole number of at least 0", seed);
  const models = await Promise.all(
    pool.models.map(async (model) => [model.name, await describe(model, questions)] as const),
  );
  return {
    format: "pointsman-samples",
    version: 2,
    pool: pool.name,
    models: Object.fromEntries(models),
    n,
    seed,
    stopping,
    questions: { count: questions.length, sha256: sha256(questionLines(questions)) },
  };
}

async function describe(model: PoolModel, questions: readonly Question[]): Promise<ModelManifest> {
  const remote = isRemote(model);
  return {
    sha256: remote ? null : (model.sha256 ?? (await hashIfReadable(model))),
    prompts: promptsHash(model, questions),
    kind: model.kind,
    template: model.template ?? null,
    shots: model.shots,
    stop: [...model.stop],
    contextSize: model.contextSize ?? null,
    endpoint: remote ? model.endpoint : null,
    remoteModel: remote ? model.model : null,
    ...model.sampling,
  };
}

function promptsHash(model: PoolModel, questions: readonly Question[]): string {
  const hash = createHash("sha256");
  for (const question of questions)
    hash.update(`${JSON.stringify(renderPrompt(model, question))}\n`);
  return hash.digest("hex");
}

/** A model file that is missing fails when it is loaded, and then only that model fails. */
async function hashIfReadable({ file }: LocalModel): Promise<string | null> {
  try {
    return await hashModelFile(file);
  } catch (error) {
    if (error instanceof ModelFileError) return null;
    throw error;
  }
}

import { access } from "node:fs/promises";
import { AbortedError, PointsmanError } from "../errors.js";
import type { Prompt } from "../execution/engine.js";
import { type ExactPrompt, exactPrompts } from "../execution/llama/exact-prompt.js";
import { isRemote, type PoolModel } from "../execution/pool/pool.js";
import { renderPrompt } from "../execution/prompt.js";
import type { AnswerKind, Question } from "../types.js";
import { chosenModels, type SamplePoolOptions } from "./sampler.js";

/** What a model would be asked for one question. */
export interface DryPrompt {
  readonly question: string;
  readonly answer: AnswerKind;
  readonly prompt: Prompt;
  /** Where the model's file is there. */
  readonly exact?: ExactPrompt;
}

export interface DryModel {
  readonly name: string;
  /** For the first question of each kind of answer. */
  readonly prompts: readonly DryPrompt[];
  /** What would keep the model from answering, or its answers from being read. */
  readonly warnings: readonly string[];
}

export interface DryRun {
  readonly questions: number;
  /** Answers of each model to each question. */
  readonly n: number;
  /** Of all models to all questions, where no vote ends early. */
  readonly answers: number;
  readonly models: readonly DryModel[];
}

/**
 * What sampling would ask, without asking: nothing is sampled or written, and of a model only the vocabulary is loaded.
 * @throws UnknownModelError, InvalidArgumentError, AbortedError
 */
export async function dryRun(
  options: Pick<SamplePoolOptions, "pool" | "questions" | "n" | "models" | "signal">,
): Promise<DryRun> {
  const { questions, n, signal } = options;
  const first = new Map<AnswerKind, Question>();
  for (const question of questions)
    if (!first.has(question.answer)) first.set(question.answer, question);
  const models: DryModel[] = [];
  for (const model of chosenModels(options)) {
    if (signal?.aborted) throw new AbortedError("The dry run");
    models.push(await dryModel(model, [...first.values()]));
  }
  const answers = models.length * questions.length * n;
  return { questions: questions.length, n, answers, models };
}

async function dryModel(model: PoolModel, questions: readonly Question[]): Promise<DryModel> {
  const warnings: string[] = [];
  if (model.kind === "base" && model.shots > 0 && model.stop.length === 0)
    warnings.push(
      'a base model with worked examples goes on with questions of its own: give it a text to "stop" at',
    );
  const prompts = questions.map((question) => ({
    question: question.id,
    answer: question.answer,
    prompt: renderPrompt(model, question),
  }));
  const exact = await exactIfThere(model, prompts, warnings);
  const longest = Math.max(0, ...exact.map(({ tokens }) => tokens));
  const { contextSize } = model;
  if (contextSize !== undefined && longest + model.sampling.maxTokens > contextSize)
    warnings.push(
      `a prompt of ${longest} tokens and an answer of ${model.sampling.maxTokens} do not fit into a context of ${contextSize}`,
    );
  return {
    name: model.name,
    prompts: prompts.map((prompt, at) => ({ ...prompt, ...(exact[at] && { exact: exact[at] }) })),
    warnings,
  };
}

async function exactIfThere(
  model: PoolModel,
  prompts: readonly { readonly prompt: Prompt }[],
  warnings: string[],
): Promise<ExactPrompt[]> {
  if (isRemote(model)) return [];
  try {
    await access(model.file);
  } catch {
    warnings.push(`"${model.file}" is not there: what the model gets in the end is not known`);
    return [];
  }
  try {
    return await exactPrompts(
      model,
      prompts.map(({ prompt }) => prompt),
    );
  } catch (error) {
    if (!(error instanceof PointsmanError)) throw error;
    warnings.push(error.message);
    return [];
  }
}

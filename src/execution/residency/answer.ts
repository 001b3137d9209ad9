import type { PointsmanError } from "../../errors.js";
import type { Completion, GenerateOptions, Prompt, SamplerSettings } from "../engine.js";
import type { PoolModel } from "../pool/pool.js";
import { renderPrompt } from "../prompt.js";
import type { LineOptions } from "./line.js";

/** Models in the order in which to try them: names, or what `Router.rank` gives. */
export type Ranking = readonly (string | { readonly model: string })[];
/** What to ask: a text, or a question with what else its prompt needs. */
export type Asked = string | AskedQuestion;
type AskedQuestion = Parameters<typeof renderPrompt>[1];

export interface AnswerOptions extends LineOptions {
  readonly seed: number;
  /** Number of the first answer, as of `Engine.sample`. Default 0. */
  readonly first?: number;
  /** In place of the model's own settings. */
  readonly settings?: Partial<SamplerSettings>;
  /** The text as it comes. A model that fails on the way has told a part already; `onFailure` says to forget it. */
  readonly onText?: (piece: string) => void;
  /** A model of the ranking was given up; the next one follows. */
  readonly onFailure?: (failure: ModelFailure) => void;
}

/** Why a model of the ranking did not answer. */
export interface ModelFailure {
  readonly model: string;
  readonly error: PointsmanError;
  /** It was not asked: it had failed a short time before, with this error. */
  readonly skipped: boolean;
}

export interface PoolAnswer {
  /** The model that answered. */
  readonly model: string;
  readonly completion: Completion;
  /** The models in front of it in the ranking. */
  readonly failures: readonly ModelFailure[];
}

export interface PoolAnswers extends Omit<PoolAnswer, "completion"> {
  readonly completions: readonly Completion[];
}

export function promptFor(model: PoolModel, asked: Asked): Prompt {
  return renderPrompt(model, typeof asked === "string" ? { prompt: asked } : asked);
}

export function optionsFor(model: PoolModel, options: AnswerOptions): GenerateOptions {
  const { seed, first = 0, signal, settings } = options;
  return {
    ...model.sampling,
    stop: model.stop,
    ...settings,
    seed,
    first,
    ...(signal && { signal }),
  };
}

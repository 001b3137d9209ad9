export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** A string is completed as it stands; messages go through the model's chat template. */
export type Prompt = string | readonly ChatMessage[];

/** llama.cpp's names and meanings. */
export interface SamplerSettings {
  /** 0 = always the likeliest token. */
  readonly temperature: number;
  /** Draw from the k likeliest tokens only; 0 = from all. */
  readonly topK: number;
  /** Draw from the smallest set of tokens with this much probability, after top-k and temperature; 1 = off. */
  readonly topP: number;
  /** Most tokens of one answer. */
  readonly maxTokens: number;
  /** An answer ends before the first of these texts. */
  readonly stop: readonly string[];
}

export interface GenerateOptions extends SamplerSettings {
  /** Whole number from 0 to 2^53 - 1. There is no default: unseeded answers cannot be told from one another. */
  readonly seed: number;
  /** Number of the first answer of the call; answer i is drawn with (seed, i). Default 0. */
  readonly first?: number;
  readonly signal?: AbortSignal;
  /** Receives the text as it comes; the pieces add up to `Completion.text`. Not called by `sample`. */
  readonly onText?: (piece: string) => void;
}

export interface Completion {
  readonly text: string;
  readonly promptTokens: number;
  /** Tokens drawn, the one that ended the answer included. */
  readonly completionTokens: number;
  /**
   * Time of this answer from the prompt to its last token, under the load of the moment; waiting for a free slot is
   * left out. Time that several answers shared counts for each of them.
   */
  readonly seconds: number;
  /** "stop": the model ended it, or a stop text came; "length": maxTokens or the context was used up. */
  readonly finishReason: "stop" | "length";
}

/**
 * Something that answers prompts. Calls may overlap; an engine runs as many at once as it has room for and queues
 * the others. Every method throws AbortedError when the signal fires, and EngineError when the model fails or the
 * engine was disposed, also in the middle of a call.
 */
export interface Engine extends AsyncDisposable {
  readonly name: string;
  /** The same answer as the first one of `sample` with the same seed. */
  generate(prompt: Prompt, options: GenerateOptions): Promise<Completion>;
  /**
   * n independent answers of one prompt, those numbered `first` to `first` + n - 1; answer i depends only on (prompt,
   * settings, seed, i), not on n, on `first` or on what else runs; but an engine that evaluates prompts in one batch, or
   * goes on from a beginning that it kept, may round differently, which now and then turns a near-tie.
   */
  sample(prompt: Prompt, n: number, options: GenerateOptions): Promise<Completion[]>;
}

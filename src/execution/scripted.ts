import { AbortedError, EngineError, PointsmanError } from "../errors.js";
import type { Completion, Engine, GenerateOptions, Prompt } from "./engine.js";
import { checkCall } from "./settings.js";

export interface ScriptedRequest {
  readonly prompt: Prompt;
  /** Number of the answer: `first` of the call, and those after it. */
  readonly index: number;
  readonly options: GenerateOptions;
}

/**
 * What to answer. Wait in it to be slow, throw in it to fail; the signal is in `options`.
 * A string stands for a completion that the model ended by itself, counted in words.
 */
export type Script = (
  request: ScriptedRequest,
) => string | Completion | Promise<string | Completion>;

/** An engine that answers from a function: for tests, also those of programs that use Pointsman. */
export class ScriptedEngine implements Engine {
  readonly name: string;
  readonly #script: Script;
  #disposed = false;

  constructor(name: string, script: Script) {
    this.name = name;
    this.#script = script;
  }

  async generate(prompt: Prompt, options: GenerateOptions): Promise<Completion> {
    checkCall(prompt, 1, options);
    const completion = await this.#answer(prompt, options.first ?? 0, options);
    if (completion.text !== "") options.onText?.(completion.text);
    return completion;
  }

  async sample(prompt: Prompt, n: number, options: GenerateOptions): Promise<Completion[]> {
    checkCall(prompt, n, options);
    return Promise.all(
      Array.from({ length: n }, (_, index) =>
        this.#answer(prompt, (options.first ?? 0) + index, options),
      ),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
  }

  async #answer(prompt: Prompt, index: number, options: GenerateOptions): Promise<Completion> {
    this.#check(options.signal);
    const began = performance.now();
    let answer: string | Completion;
    try {
      answer = await this.#script({ prompt, index, options });
    } catch (cause) {
      this.#check(options.signal);
      if (cause instanceof PointsmanError) throw cause;
      throw new EngineError(
        `Model "${this.name}" failed: ${cause instanceof Error ? cause.message : cause}`,
        { cause },
      );
    }
    this.#check(options.signal);
    if (typeof answer !== "string") return answer;
    return {
      text: answer,
      promptTokens: words(
        typeof prompt === "string" ? prompt : prompt.map((m) => m.content).join(" "),
      ),
      completionTokens: words(answer),
      seconds: (performance.now() - began) / 1000,
      finishReason: "stop",
    };
  }

  #check(signal: AbortSignal | undefined): void {
    if (this.#disposed) throw new EngineError(`Model "${this.name}" was disposed. Load it again.`);
    if (signal?.aborted) throw new AbortedError("Generation");
  }
}

function words(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

import { AbortedError, EngineError, PointsmanError } from "../errors.js";
import type { Completion, Engine, GenerateOptions, Prompt } from "./engine.js";
import {
  type LlamaContext,
  type LlamaContextSequence,
  type LlamaModel,
  type LlamaOptions,
  openLlama,
  type Token,
  wording,
} from "./llama-library.js";
import { checkModelFile } from "./model-file.js";
import type { LocalModel } from "./pool.js";
import { type Sequence, sampleTree } from "./prefix-tree.js";
import { PromptTokens } from "./prompt-tokens.js";
import { checkCall } from "./settings.js";
import { Slots } from "./slots.js";

export interface LlamaEngineOptions extends LlamaOptions {
  /** Prompts answered at once; each needs memory for a whole context. Default 1. */
  readonly sequences?: number;
  /** Most threads of this model; a model below 64 MiB uses one. Default: all of `threads`. */
  readonly modelThreads?: number;
}

/** Where a pool file gives none, and the model was trained for more. */
export const defaultContextSize = 4096;
/** llama.cpp's own limit. */
const maxSequences = 256;

/** In smaller models threads wait for one another longer than they work; on busy processors by orders of magnitude. */
const smallModelBytes = 64 * 1024 * 1024;

/** A GGUF model in this process, run by llama.cpp. Prompts in flight at once are computed in one batch. */
export class LlamaEngine implements Engine {
  readonly name: string;
  readonly #model: LlamaModel;
  readonly #prompts: PromptTokens;
  readonly #context: LlamaContext;
  readonly #slots: Slots<LlamaContextSequence>;
  readonly #running = new Set<Promise<unknown>>();
  #disposing: Promise<void> | undefined;

  private constructor(name: string, model: LlamaModel, context: LlamaContext, sequences: number) {
    this.name = name;
    this.#model = model;
    this.#prompts = new PromptTokens(model);
    this.#context = context;
    this.#slots = new Slots(Array.from({ length: sequences }, () => context.getSequence()));
  }

  /** @throws ModelFileError, EngineUnavailableError, EngineError where llama.cpp cannot load it. */
  static async load(
    model: Pick<LocalModel, "name" | "file" | "sha256" | "contextSize">,
    options: LlamaEngineOptions = {},
  ): Promise<LlamaEngine> {
    await checkModelFile(model.file, model.sha256);
    const llama = await openLlama(options);
    const sequences = Math.min(options.sequences ?? 1, maxSequences);
    let loaded: LlamaModel | undefined;
    try {
      loaded = await llama.loadModel({ modelPath: model.file });
      const threads = loaded.size < smallModelBytes ? 1 : options.modelThreads;
      const contextSize =
        model.contextSize ?? Math.min(loaded.trainContextSize, defaultContextSize);
      const context = await loaded.createContext({
        sequences,
        contextSize,
        batchSize: Math.max(512, Math.min(2048, sequences * contextSize)),
        ...(threads !== undefined && { threads }),
      });
      return new LlamaEngine(model.name, loaded, context, sequences);
    } catch (cause) {
      await loaded?.dispose();
      const mend =
        "If memory is short, lower contextSize in the pool file or run fewer prompts at once.";
      throw new EngineError(
        `llama.cpp cannot load model "${model.name}": ${wording(cause)}. ${mend}`,
        { cause },
      );
    }
  }

  async generate(prompt: Prompt, options: GenerateOptions): Promise<Completion> {
    checkCall(prompt, 1, options);
    const [completion] = await this.#run(prompt, 1, options);
    return completion!;
  }

  async sample(prompt: Prompt, n: number, options: GenerateOptions): Promise<Completion[]> {
    checkCall(prompt, n, options);
    const { onText: _, ...quiet } = options;
    return this.#run(prompt, n, quiet);
  }

  /** Calls in flight end with an EngineError at their next token. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposing ??= this.#dispose();
    return this.#disposing;
  }

  async #dispose(): Promise<void> {
    this.#slots.close(this.#disposed());
    await Promise.allSettled(this.#running);
    await this.#context.dispose();
    await this.#model.dispose();
  }

  #disposed(): EngineError {
    return new EngineError(
      `Model "${this.name}" was disposed. Load it again, or wait for answers before disposing.`,
    );
  }

  async #run(prompt: Prompt, n: number, options: GenerateOptions): Promise<Completion[]> {
    const checkpoint = () => {
      if (this.#disposing !== undefined) throw this.#disposed();
      if (options.signal?.aborted) throw new AbortedError("Generation");
    };
    const running = this.#slots.use(options.signal, async (slot) => {
      checkpoint();
      const tokens = await this.#tokens(prompt);
      if (tokens.length >= this.#context.contextSize) {
        const reason = `The prompt has ${tokens.length} tokens, which leaves no room in the ${this.#context.contextSize} tokens of the context of model "${this.name}"`;
        throw new EngineError(
          `${reason}. Shorten the prompt or raise contextSize in the pool file.`,
        );
      }
      await slot.clearHistory();
      return sampleTree(this.#sequence(slot), tokens, n, options, checkpoint);
    });
    this.#running.add(running);
    try {
      return await running;
    } catch (cause) {
      if (cause instanceof PointsmanError) throw cause;
      throw new EngineError(`Model "${this.name}" failed while generating: ${wording(cause)}`, {
        cause,
      });
    } finally {
      this.#running.delete(running);
    }
  }

  #tokens(prompt: Prompt): Promise<Token[]> {
    return this.#prompts.of(prompt);
  }

  #sequence(slot: LlamaContextSequence): Sequence<Token> {
    const model = this.#model;
    return {
      size: this.#context.contextSize,
      detokenize: (tokens, before) => model.detokenize(tokens, false, before),
      isEnd: (token) => model.isEogToken(token),
      async append(tokens, top) {
        const logits = top === 0 ? true : { filter: { tokens: [], includeTop: top } };
        const last = tokens.length - 1;
        // Temperature 0, the default, leaves the logits as the model gave them.
        const results = await slot.controlledEvaluate([
          ...tokens.slice(0, last),
          [tokens[last]!, { generateNext: { logits } }],
        ]);
        const found = results[last]?.next.logits;
        if (found === undefined || found.size === 0)
          throw new Error("llama.cpp returned no logits");
        return [...found];
      },
      cut: (length) => slot.eraseContextTokenRanges([{ start: length, end: slot.nextTokenIndex }]),
    };
  }
}

import { AbortedError, EngineError, PointsmanError } from "../../errors.js";
import type { Completion, Engine, GenerateOptions, Prompt } from "../engine.js";
import { checkModelFile } from "../pool/model-file.js";
import type { LocalModel } from "../pool/pool.js";
import { checkCall, checkPrompt } from "../settings.js";
import { Slots } from "../slots.js";
import { candidatesAfter, weighedAfter } from "./candidates.js";
import { batchSizeOf, contextSizeOf } from "./context-size.js";
import {
  type LlamaContext,
  type LlamaContextSequence,
  type LlamaModel,
  type LlamaOptions,
  openLlama,
  type Token,
  wording,
} from "./library.js";
import { type FirstToken, firstToken } from "./prefill.js";
import { likeliest, type Sequence, sampleTree } from "./prefix-tree.js";
import { PromptTokens } from "./prompt-tokens.js";

export interface LlamaEngineOptions extends LlamaOptions {
  /** Prompts answered at once; each needs memory for a whole context. Default 1. */
  readonly sequences?: number;
  /** Most threads of this model; a model below 64 MiB uses one. Default: all of `threads`. */
  readonly modelThreads?: number;
}

/** llama.cpp's own limit. */
const maxSequences = 256;

/** In smaller models threads wait for one another longer than they work; on busy processors by orders of magnitude. */
const smallModelBytes = 64 * 1024 * 1024;

/**
 * A GGUF model in this process, run by llama.cpp. Prompts in flight at once are computed in one batch. A sequence keeps
 * what it holds until it is used again, and a prompt goes to the free one that holds most of its beginning: worked
 * examples in front of a question, or a prompt that more answers are asked of, are computed once.
 */
export class LlamaEngine implements Engine {
  readonly name: string;
  readonly #model: LlamaModel;
  readonly #prompts: PromptTokens;
  readonly #context: LlamaContext;
  readonly #sequences: readonly LlamaContextSequence[];
  readonly #slots: Slots<LlamaContextSequence>;
  readonly #running = new Set<Promise<unknown>>();
  #disposing: Promise<void> | undefined;

  private constructor(name: string, model: LlamaModel, context: LlamaContext, sequences: number) {
    this.name = name;
    this.#model = model;
    this.#prompts = new PromptTokens(model);
    this.#context = context;
    this.#sequences = Array.from({ length: sequences }, () => context.getSequence());
    this.#slots = new Slots(this.#sequences);
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
      const contextSize = contextSizeOf(model, loaded.trainContextSize);
      const context = await loaded.createContext({
        sequences,
        contextSize,
        batchSize: batchSizeOf(sequences, contextSize),
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

  /** Tokens that llama.cpp has computed since the model was loaded; those that answers share count once. */
  get computedTokens(): number {
    return this.#sequences.reduce((sum, { tokenMeter }) => {
      return sum + tokenMeter.usedInputTokens + tokenMeter.usedOutputTokens;
    }, 0);
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

  /**
   * Evaluates a prompt and keeps it, so that answering it next costs no more than its answers.
   * @returns how sure the model is of the first token of its answer.
   */
  async prefill(prompt: Prompt, signal?: AbortSignal): Promise<FirstToken> {
    checkPrompt(prompt);
    return this.#use(prompt, signal, async (slot, tokens) =>
      firstToken(await weighedAfter(slot, tokens.slice(slot.nextTokenIndex), likeliest, 1)),
    );
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

  #run(prompt: Prompt, n: number, options: GenerateOptions): Promise<Completion[]> {
    return this.#use(prompt, options.signal, (slot, tokens, checkpoint) =>
      sampleTree(this.#sequence(slot), tokens, n, options, checkpoint, slot.nextTokenIndex),
    );
  }

  /** Lends the sequence that holds most of a prompt's beginning, cut back to it; the last token is never in it. */
  async #use<R>(
    prompt: Prompt,
    signal: AbortSignal | undefined,
    work: (slot: LlamaContextSequence, tokens: Token[], checkpoint: () => void) => Promise<R>,
  ): Promise<R> {
    const checkpoint = () => {
      if (this.#disposing !== undefined) throw this.#disposed();
      if (signal?.aborted) throw new AbortedError("Generation");
    };
    const running = (async () => {
      checkpoint();
      const tokens = await this.#prompts.of(prompt);
      this.#checkRoom(tokens);
      // Evaluating the last token gives the candidates of the first one drawn.
      const reusable = tokens.slice(0, -1);
      const shared = (slot: LlamaContextSequence) =>
        slot.compareContextTokens(reusable).firstDifferentIndex;
      const lent = async (slot: LlamaContextSequence) => {
        checkpoint();
        await slot.adaptStateToTokens(reusable, false);
        return work(slot, tokens, checkpoint);
      };
      return this.#slots.use(signal, lent, shared);
    })();
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

  #checkRoom(tokens: readonly Token[]): void {
    if (tokens.length < this.#context.contextSize) return;
    const reason = `The prompt has ${tokens.length} tokens, which leaves no room in the ${this.#context.contextSize} tokens of the context of model "${this.name}"`;
    throw new EngineError(`${reason}. Shorten the prompt or raise contextSize in the pool file.`);
  }

  #sequence(slot: LlamaContextSequence): Sequence<Token> {
    const model = this.#model;
    return {
      size: this.#context.contextSize,
      detokenize: (tokens, before) => model.detokenize(tokens, false, before),
      isEnd: (token) => model.isEogToken(token),
      append: (tokens, top) => candidatesAfter(slot, tokens, top),
      appendWeighed: (tokens, top, temperature) => weighedAfter(slot, tokens, top, temperature),
      cut: (length) => slot.eraseContextTokenRanges([{ start: length, end: slot.nextTokenIndex }]),
    };
  }
}

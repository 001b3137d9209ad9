import { AbortedError, EngineError } from "../../errors.js";
import { type EncodeOptions, type Encoder, stack } from "../encoder.js";
import { hashModelFile } from "../pool/model-file.js";
import {
  type LlamaEmbeddingContext,
  type LlamaModel,
  type LlamaOptions,
  openLlama,
  wording,
} from "./library.js";

export interface LlamaEncoderOptions extends LlamaOptions {
  /** Tokens of a prompt that are read; the rest is cut off. Default: what the model was trained on, at most 2048. */
  readonly contextSize?: number;
}

const mostTokens = 2048;

/**
 * Vectors from a GGUF model in this process: those of an embedding model as it pools them, or a language model's last
 * hidden state, pooled as llama.cpp does where the file names no way (the mean over the tokens).
 */
export class LlamaEncoder implements Encoder {
  /** "gguf:" and the SHA-256 of the file. */
  readonly name: string;
  readonly #model: LlamaModel;
  readonly #context: LlamaEmbeddingContext;
  readonly #contextSize: number;
  /** One text after another: the context holds one. */
  #last: Promise<unknown> = Promise.resolve();
  #disposing: Promise<void> | undefined;

  private constructor(
    name: string,
    model: LlamaModel,
    context: LlamaEmbeddingContext,
    contextSize: number,
  ) {
    this.name = name;
    this.#model = model;
    this.#context = context;
    this.#contextSize = contextSize;
  }

  /** @throws ModelFileError, EngineUnavailableError, EngineError where llama.cpp cannot load it. */
  static async load(file: string, options: LlamaEncoderOptions = {}): Promise<LlamaEncoder> {
    const sha256 = await hashModelFile(file);
    const llama = await openLlama(options);
    let model: LlamaModel | undefined;
    try {
      model = await llama.loadModel({ modelPath: file });
      const contextSize = options.contextSize ?? Math.min(model.trainContextSize, mostTokens);
      const context = await model.createEmbeddingContext({ contextSize, batchSize: contextSize });
      return new LlamaEncoder(`gguf:${sha256}`, model, context, contextSize);
    } catch (cause) {
      await model?.dispose();
      throw new EngineError(
        `llama.cpp cannot load "${file}" as an encoder: ${wording(cause)}. Give a GGUF model that has hidden states.`,
        { cause },
      );
    }
  }

  encode(
    texts: readonly string[],
    { signal, onProgress }: EncodeOptions = {},
  ): Promise<Float32Array> {
    const encoded = this.#last.then(async () => {
      const vectors: (readonly number[])[] = [];
      for (const text of texts) {
        if (signal?.aborted) throw new AbortedError("Encoding");
        vectors.push(await this.#encodeOne(text));
        onProgress?.(vectors.length, texts.length);
      }
      return stack(vectors);
    });
    this.#last = encoded.catch(() => undefined);
    return encoded;
  }

  async #encodeOne(text: string): Promise<readonly number[]> {
    if (this.#disposing !== undefined) {
      throw new EngineError(`Encoder "${this.name}" was disposed. Load it again.`);
    }
    try {
      // Room for what the model puts around a text.
      const tokens = this.#model.tokenize(text).slice(0, this.#contextSize - 4);
      return (await this.#context.getEmbeddingFor(tokens)).vector;
    } catch (cause) {
      throw new EngineError(`Encoder "${this.name}" failed: ${wording(cause)}`, { cause });
    }
  }

  /** Calls in flight end with an EngineError at their next text. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposing ??= this.#last.then(async () => {
      await this.#context.dispose();
      await this.#model.dispose();
    });
    return this.#disposing;
  }
}

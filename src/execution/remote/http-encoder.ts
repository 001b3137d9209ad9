import { z } from "zod";
import { AbortedError, EngineError, InvalidArgumentError } from "../../errors.js";
import { type EncodeOptions, type Encoder, stack } from "../encoder.js";
import { HttpFailure, postJson, readJson } from "./http.js";

export interface HttpEncoderOptions {
  /** Base of an OpenAI-like API, e.g. "http://127.0.0.1:8080/v1"; "/embeddings" is asked. */
  readonly baseUrl: string;
  readonly model: string;
  /** Sent as a bearer token. Default: none. */
  readonly apiKey?: string;
  /** Texts of one request. Default 64. */
  readonly batchSize?: number;
  /** Milliseconds that one request may take. Default 60,000. */
  readonly timeout?: number;
}

const answerSchema = z.object({
  data: z.array(
    z.object({ index: z.int().nonnegative(), embedding: z.array(z.number()).min(1).max(4096) }),
  ),
});

/** Vectors from an HTTP endpoint of OpenAI's form (POST /embeddings). The only encoder that uses the network. */
export class HttpEncoder implements Encoder {
  readonly name: string;
  readonly #options: Required<Omit<HttpEncoderOptions, "apiKey">> & { readonly apiKey?: string };
  readonly #url: string;

  constructor(options: HttpEncoderOptions) {
    this.#options = { batchSize: 64, timeout: 60_000, ...options };
    const { batchSize, timeout, model, baseUrl } = this.#options;
    if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol)) {
      throw InvalidArgumentError.of("baseUrl", "an http or https address", baseUrl);
    }
    for (const [name, value] of Object.entries({ batchSize, timeout })) {
      if (!Number.isInteger(value) || value < 1) {
        throw InvalidArgumentError.of(name, "a whole number of at least 1", value);
      }
    }
    this.#url = `${baseUrl.replace(/\/+$/, "")}/embeddings`;
    this.name = `http:${model}`;
  }

  async encode(
    texts: readonly string[],
    { signal, onProgress }: EncodeOptions = {},
  ): Promise<Float32Array> {
    const vectors: number[][] = [];
    while (vectors.length < texts.length) {
      const begin = vectors.length;
      const batch = await this.#ask(texts.slice(begin, begin + this.#options.batchSize), signal);
      for (const vector of batch) {
        const width = vectors[0]?.length ?? vector.length;
        if (vector.length !== width) {
          throw this.#failure(`it gave vectors of ${width} and of ${vector.length} numbers`);
        }
        vectors.push(vector);
      }
      onProgress?.(vectors.length, texts.length);
    }
    return stack(vectors);
  }

  async #ask(input: readonly string[], signal: AbortSignal | undefined): Promise<number[][]> {
    const { model, apiKey, timeout } = this.#options;
    const body = { model, input, encoding_format: "float" };
    const limits = { total: timeout };
    try {
      const answer = await readJson(postJson({ url: this.#url, body, apiKey, signal, limits }));
      return this.#vectors(answer, input.length);
    } catch (cause) {
      if (signal?.aborted) throw new AbortedError("Encoding");
      if (cause instanceof HttpFailure) throw this.#failure(cause.message, cause);
      throw cause;
    }
  }

  #vectors(json: unknown, count: number): number[][] {
    const answer = answerSchema.safeParse(json);
    if (!answer.success) throw this.#failure(z.prettifyError(answer.error));
    const vectors: number[][] = [];
    for (const { index, embedding } of answer.data.data) vectors[index] = embedding;
    for (let i = 0; i < count; i++) {
      if (vectors[i] === undefined) throw this.#failure(`it gave no vector for text ${i}`);
    }
    if (vectors.length !== count) {
      throw this.#failure(`it gave ${vectors.length} vectors for ${count} texts`);
    }
    return vectors;
  }

  #failure(reason: string, cause?: unknown): EngineError {
    const mend = "Check the address, the model's name and the server.";
    return new EngineError(`The encoder at ${this.#url} failed: ${reason}. ${mend}`, { cause });
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

import {
  AbortedError,
  EngineError,
  EngineUnavailableError,
  InvalidArgumentError,
} from "../../errors.js";
import type { Completion, Engine, GenerateOptions, Prompt } from "../engine.js";
import type { RemoteModel } from "../pool/pool.js";
import { checkCall } from "../settings.js";
import { Slots } from "../slots.js";
import { HttpFailure, type HttpLimits, postJson, readJson } from "./http.js";
import { AnswerReader, pathOf, readEvents, requestBody } from "./openai-protocol.js";
import { type Resilience, resilience } from "./resilience.js";

export interface OpenAIEngineOptions {
  /** Requests in flight at once. Default 1. */
  readonly concurrency?: number;
  /** Attempts after a request that failed in a way that may pass. Default 5; 0 = fail at once. */
  readonly retries?: number;
  /** Milliseconds before the first of them, on average; then about twice as long each time. Default 500. */
  readonly retryDelay?: number;
  /** Milliseconds without a request after five failures in a row. Default 5000. */
  readonly openFor?: number;
  /**
   * Milliseconds. Defaults: firstByte 240,000 (an answer that is not streamed begins when it is complete), silence
   * 60,000, total 600,000. fetch of Node gives up by itself after 10,000 for the connection, and 300,000 of silence.
   */
  readonly limits?: Partial<HttpLimits>;
}

const defaultLimits = { firstByte: 240_000, silence: 60_000, total: 600_000 };

/** A model behind an OpenAI-compatible endpoint: vLLM, llama.cpp's server, Ollama. See docs/remote.md. */
export class OpenAIEngine implements Engine {
  readonly name: string;
  readonly #model: RemoteModel;
  readonly #base: string;
  readonly #apiKey: string | undefined;
  readonly #limits: HttpLimits;
  readonly #slots: Slots<number>;
  readonly #resilience: Resilience;
  readonly #disposing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  /**
   * Contacts nobody.
   * @throws InvalidArgumentError for an address or option that is not usable; EngineUnavailableError where the
   * environment variable of the key is not set.
   */
  constructor(model: RemoteModel, options: OpenAIEngineOptions = {}) {
    const { concurrency = 1, retries = 5, retryDelay = 500, openFor = 5000 } = options;
    atLeast("concurrency", concurrency, 1);
    atLeast("retries", retries, 0);
    this.name = model.name;
    this.#model = model;
    this.#base = checkedBase(model.endpoint);
    this.#apiKey = apiKeyOf(model);
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#slots = new Slots(Array.from({ length: concurrency }, (_, slot) => slot));
    this.#resilience = resilience({ retries, retryDelay, openFor });
  }

  /** Streamed where `onText` is given: then it is not tried again once text has come. */
  async generate(prompt: Prompt, options: GenerateOptions): Promise<Completion> {
    checkCall(prompt, 1, options);
    const [completion] = await this.#track(this.#run(prompt, 1, options));
    return completion!;
  }

  async sample(prompt: Prompt, n: number, options: GenerateOptions): Promise<Completion[]> {
    checkCall(prompt, n, options);
    const { onText: _, ...quiet } = options;
    return this.#track(this.#run(prompt, n, quiet));
  }

  /** Calls in flight are broken off with an EngineError. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposing.abort();
    await Promise.allSettled(this.#running);
  }

  async #track<T>(call: Promise<T>): Promise<T> {
    this.#running.add(call);
    try {
      return await call;
    } finally {
      this.#running.delete(call);
    }
  }

  async #run(prompt: Prompt, n: number, options: GenerateOptions): Promise<Completion[]> {
    const { first = 0, signal: wanted } = options;
    const others = new AbortController();
    const ask = (index: number) => {
      // One of its own for each answer: Node warns of more than ten listeners to one signal.
      const signals = [this.#disposing.signal, others.signal, ...(wanted ? [wanted] : [])];
      const signal = AbortSignal.any(signals);
      const attempt = () => this.#attempt(prompt, index, options, signal);
      return this.#slots.use(signal, () => this.#resilience(attempt, signal));
    };
    try {
      return await Promise.all(Array.from({ length: n }, (_, i) => ask(first + i)));
    } catch (cause) {
      if (this.#disposing.signal.aborted) throw this.#disposed();
      if (wanted?.aborted) throw new AbortedError("Generation");
      throw cause instanceof HttpFailure ? this.#failure(prompt, cause) : cause;
    } finally {
      others.abort();
    }
  }

  async #attempt(
    prompt: Prompt,
    index: number,
    options: GenerateOptions,
    signal: AbortSignal,
  ): Promise<Completion> {
    const begin = performance.now();
    const pieces = postJson({
      url: this.#base + pathOf(prompt),
      body: requestBody(this.#model.model, prompt, index, options),
      apiKey: this.#apiKey,
      limits: this.#limits,
      signal,
    });
    const answer = new AnswerReader();
    const { onText } = options;
    if (onText === undefined) answer.add(await readJson(pieces));
    else await this.#stream(prompt, pieces, answer, onText);
    return { ...answer.end(), seconds: (performance.now() - begin) / 1000 };
  }

  async #stream(
    prompt: Prompt,
    pieces: AsyncIterable<Uint8Array>,
    answer: AnswerReader,
    onText: (piece: string) => void,
  ): Promise<void> {
    let begun = false;
    try {
      for await (const event of readEvents(pieces)) {
        const text = answer.add(event);
        if (text === "") continue;
        begun = true;
        onText(text);
      }
    } catch (cause) {
      // No HttpFailure any more, so that it is not tried again: the caller would see the beginning twice.
      if (begun && cause instanceof HttpFailure) throw this.#failure(prompt, cause);
      throw cause;
    }
  }

  #disposed(): EngineError {
    return new EngineError(
      `Model "${this.name}" was disposed. Open it again, or wait for answers before disposing.`,
    );
  }

  #failure(prompt: Prompt, cause: HttpFailure): EngineError {
    const url = this.#base + pathOf(prompt);
    const mend = mendOf(cause.status, this.#model);
    return new EngineError(`Model "${this.name}" at ${url} failed: ${cause.message}. ${mend}`, {
      cause,
    });
  }
}

function mendOf(status: number | undefined, { apiKeyEnv }: RemoteModel): string {
  if (status === undefined || status >= 500)
    return "Check that the server runs and that the pool file's endpoint is its address.";
  if (status === 401 || status === 403) {
    return apiKeyEnv === undefined
      ? "Name the environment variable that holds the key as apiKeyEnv in the pool file."
      : `Check the key in the environment variable ${apiKeyEnv}.`;
  }
  if (status === 404) return "Check endpoint and model in the pool file.";
  if (status === 429) return "Ask fewer prompts at once.";
  return "Check that the endpoint is OpenAI-compatible and takes prompts and answers of this length.";
}

/** Without a slash at its end. */
function checkedBase(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  // Not repeated in the error: it would end up in logs.
  if (url !== undefined && url.username + url.password !== "") {
    const mend = "Put the key into an environment variable, and its name into apiKeyEnv.";
    throw new InvalidArgumentError(
      `The endpoint of a model holds a user name or password. ${mend}`,
    );
  }
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw InvalidArgumentError.of("endpoint", "an http or https address", endpoint);
  return endpoint.replace(/\/+$/, "");
}

function apiKeyOf({ name, apiKeyEnv }: RemoteModel): string | undefined {
  if (apiKeyEnv === undefined) return undefined;
  const key = process.env[apiKeyEnv]?.trim() ?? "";
  // fetch would repeat a key that cannot stand in a header in its error.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new EngineUnavailableError(
      `The key of model "${name}" is missing: the environment variable ${apiKeyEnv} is ${key === "" ? "not set" : "no word of printable ASCII"}. Set it, or take apiKeyEnv out of the pool file.`,
    );
  }
  return key;
}

function atLeast(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw InvalidArgumentError.of(name, `a whole number of at least ${least}`, value);
}

import { createHash } from "node:crypto";
import { createParser } from "eventsource-parser";
import { z } from "zod";
import type { Completion, GenerateOptions, Prompt } from "../engine.js";
import { firstWords, useless } from "./http.js";

/** OpenAI's two ways of asking: texts are completed, messages go through the server's chat template. */
export function pathOf(prompt: Prompt): string {
  return typeof prompt === "string" ? "/completions" : "/chat/completions";
}

/**
 * The request for answer `index`. One request asks for one answer (no `n`), because only then does an answer depend
 * on its own number alone. `top_k` and `min_p` are no fields of OpenAI's: vLLM and llama.cpp's server take both (-1 =
 * from all tokens; min_p is 0.05 in llama.cpp where it is not given), Ollama takes no notice of them.
 */
export function requestBody(
  model: string,
  prompt: Prompt,
  index: number,
  { temperature, topK, topP, maxTokens, stop, seed, onText }: GenerateOptions,
) {
  return {
    model,
    ...(typeof prompt === "string" ? { prompt } : { messages: prompt }),
    temperature,
    top_k: topK === 0 ? -1 : topK,
    top_p: topP,
    min_p: 0,
    max_tokens: maxTokens,
    seed: seedOfAnswer(seed, index),
    ...(stop.length > 0 && { stop }),
    ...(onText !== undefined && { stream: true, stream_options: { include_usage: true } }),
  };
}

/** Servers take one whole number: 31 bits of a hash, which fit what all of them read it into. */
export function seedOfAnswer(seed: number, index: number): number {
  return createHash("sha256").update(`${seed}:${index}`).digest().readUInt32BE() >>> 1;
}

const tokens = z.int().nonnegative();
const content = z.object({ content: z.string().nullish() });

/** An answer, or a part of a streamed one, of either way of asking. */
const partSchema = z.object({
  choices: z.array(
    z.object({
      text: z.string().nullish(),
      message: content.nullish(),
      delta: content.nullish(),
      finish_reason: z.string().nullish(),
    }),
  ),
  usage: z.object({ prompt_tokens: tokens, completion_tokens: tokens }).nullish(),
});
const errorSchema = z.object({ error: z.union([z.string(), z.looseObject({})]) });

/** Puts an answer together from its parts; one that is not streamed has one part. */
export class AnswerReader {
  #text = "";
  #finish: string | undefined;
  #usage: { prompt_tokens: number; completion_tokens: number } | undefined;

  /** @returns the text that the part adds. @throws HttpFailure where it is none. */
  add(part: unknown): string {
    const failed = errorSchema.safeParse(part);
    if (failed.success)
      throw useless(`it gave up: ${firstWords(JSON.stringify(failed.data.error))}`);
    const parsed = partSchema.safeParse(part);
    if (!parsed.success) throw useless(`its answer is not OpenAI's: ${words(parsed.error)}`);
    const [choice] = parsed.data.choices;
    this.#usage = parsed.data.usage ?? this.#usage;
    this.#finish = choice?.finish_reason ?? this.#finish;
    const added = choice?.text ?? choice?.message?.content ?? choice?.delta?.content ?? "";
    this.#text += added;
    return added;
  }

  /** @throws HttpFailure where parts are missing. */
  end(): Omit<Completion, "seconds"> {
    const finishReason = this.#finish;
    if (finishReason === undefined) throw useless("its answer ends before the model's does");
    if (finishReason !== "stop" && finishReason !== "length")
      throw useless(`its finish_reason is ${JSON.stringify(firstWords(finishReason))}`);
    if (this.#usage === undefined) throw useless("it does not count tokens (no usage)");
    const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = this.#usage;
    return { text: this.#text, promptTokens, completionTokens, finishReason };
  }
}

/** The JSON of server-sent events until "[DONE]" or the end. @throws HttpFailure for an event that is not JSON. */
export async function* readEvents(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  let come: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => come.push(data) });
  const decoder = new TextDecoder();
  for await (const piece of pieces) {
    parser.feed(decoder.decode(piece, { stream: true }));
    for (const data of come) {
      if (data === "[DONE]") return;
      yield parse(data);
    }
    come = [];
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw useless(`an event of its answer is not JSON: ${firstWords(data)}`, cause);
  }
}

function words({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join(".")} ${message}`.trim()).join("; ");
}

import type { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import type { Encoder } from "../execution/encoder.js";
import type { Router } from "../router/router.js";
import type { Outcomes } from "../types.js";
import { progress } from "./progress.js";

export interface EncoderChoice {
  encoder?: string;
  encoderModel?: string;
}

/** Options of the commands that may need vectors of prompts. */
export function addEncoderOptions(command: Command): Command {
  return command
    .option(
      "--encoder <file|url>",
      "also use vectors of the prompts, from a .gguf model or an OpenAI-like embeddings endpoint",
    )
    .option("--encoder-model <name>", "model to ask the endpoint for");
}

/** @returns undefined where none is asked for. Loads node-llama-cpp only for a file. */
export async function openEncoder(choice: EncoderChoice): Promise<Encoder | undefined> {
  const { encoder, encoderModel } = choice;
  if (encoder === undefined) return undefined;
  if (/^https?:/.test(encoder)) {
    if (encoderModel === undefined) {
      const mend = "Add --encoder-model NAME.";
      throw InvalidArgumentError.of("--encoder-model", "a name", "none", mend);
    }
    const apiKey = process.env.POINTSMAN_ENCODER_KEY;
    const { HttpEncoder } = await import("../execution/remote/http-encoder.js");
    return new HttpEncoder({
      baseUrl: encoder,
      model: encoderModel,
      ...(apiKey === undefined ? {} : { apiKey }),
    });
  }
  const { LlamaEncoder } = await import("../execution/llama/encoder.js");
  return LlamaEncoder.load(encoder);
}

/**
 * The encoder that a router's prompts need.
 * @throws InvalidArgumentError where it is missing, another one, or given to a router that needs none.
 */
export async function encoderFor(
  router: Router,
  choice: EncoderChoice,
): Promise<Encoder | undefined> {
  const needed = router.info.encoder;
  // Before the work of loading, as far as can be told.
  if ((needed === undefined) !== (choice.encoder === undefined)) {
    refuseEncoder(needed, choice.encoder);
  }
  const encoder = await openEncoder(choice);
  if (encoder?.name === needed) return encoder;
  await encoder?.[Symbol.asyncDispose]();
  return refuseEncoder(needed, encoder?.name);
}

function refuseEncoder(needed: string | undefined, given: string | undefined): never {
  const expected =
    needed === undefined ? "none" : `the one the router was trained with, ${needed},`;
  throw InvalidArgumentError.of("--encoder", expected, given ?? "none");
}

/** The vector of a prompt. */
export async function vectorOf(
  encoder: Encoder | undefined,
  prompt: string,
  signal: AbortSignal,
): Promise<Float32Array | undefined> {
  return encoder?.encode([prompt], { signal });
}

/** The outcomes with a vector for each prompt; as they were without an encoder. */
export async function withEmbeddings(
  outcomes: Outcomes,
  encoder: Encoder | undefined,
  signal: AbortSignal,
): Promise<Outcomes> {
  if (encoder === undefined) return outcomes;
  using bar = progress("encoding");
  const rows = outcomes.prompts.length;
  const values = await encoder.encode(outcomes.prompts, {
    signal,
    onProgress: (done, total) => bar.update(done, total),
  });
  return { ...outcomes, embeddings: { rows, columns: values.length / rows, values } };
}

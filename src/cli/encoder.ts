import type { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import type { Encoder } from "../execution/encoder.js";
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
async function openEncoder(choice: EncoderChoice): Promise<Encoder | undefined> {
  const { encoder, encoderModel } = choice;
  if (encoder === undefined) return undefined;
  if (/^https?:/.test(encoder)) {
    if (encoderModel === undefined) {
      const mend = "Add --encoder-model NAME.";
      throw InvalidArgumentError.of("--encoder-model", "a name", "none", mend);
    }
    const apiKey = process.env.POINTSMAN_ENCODER_KEY;
    const { HttpEncoder } = await import("../execution/http-encoder.js");
    return new HttpEncoder({
      baseUrl: encoder,
      model: encoderModel,
      ...(apiKey === undefined ? {} : { apiKey }),
    });
  }
  const { LlamaEncoder } = await import("../execution/llama-encoder.js");
  return LlamaEncoder.load(encoder);
}

/** The outcomes with a vector for each prompt, and the encoder's name; as they were where no encoder is asked for. */
export async function withEmbeddings(
  outcomes: Outcomes,
  choice: EncoderChoice,
  signal: AbortSignal,
): Promise<{ outcomes: Outcomes; encoder?: string }> {
  await using encoder = await openEncoder(choice);
  if (encoder === undefined) return { outcomes };
  using bar = progress("encoding");
  const rows = outcomes.prompts.length;
  const values = await encoder.encode(outcomes.prompts, {
    signal,
    onProgress: (done, total) => bar.update(done, total),
  });
  const embeddings = { rows, columns: values.length / rows, values };
  return { outcomes: { ...outcomes, embeddings }, encoder: encoder.name };
}

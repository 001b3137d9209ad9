import { EngineError } from "../../errors.js";
import type { Prompt } from "../engine.js";
import { checkModelFile } from "../pool/model-file.js";
import type { LocalModel } from "../pool/pool.js";
import { openLlama, wording } from "./library.js";
import { PromptTokens } from "./prompt-tokens.js";

/** What a model is given in the end. */
export interface ExactPrompt {
  /** With the special tokens of the chat template written out. */
  readonly text: string;
  readonly tokens: number;
}

/**
 * The text that a model's tokens stand for, prompt by prompt. Only the vocabulary of the model is loaded.
 * @throws ModelFileError, EngineUnavailableError, EngineError where llama.cpp cannot read it.
 */
export async function exactPrompts(
  model: Pick<LocalModel, "name" | "file">,
  prompts: readonly Prompt[],
): Promise<ExactPrompt[]> {
  await checkModelFile(model.file);
  const llama = await openLlama();
  try {
    const loaded = await llama.loadModel({ modelPath: model.file, vocabOnly: true });
    try {
      const tokens = new PromptTokens(loaded);
      const exact: ExactPrompt[] = [];
      for (const prompt of prompts) {
        const own = await tokens.of(prompt);
        exact.push({ text: loaded.detokenize(own, true), tokens: own.length });
      }
      return exact;
    } finally {
      await loaded.dispose();
    }
  } catch (cause) {
    const reason = `llama.cpp cannot read the vocabulary of model "${model.name}"`;
    throw new EngineError(`${reason}: ${wording(cause)}.`, { cause });
  }
}

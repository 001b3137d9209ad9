import type { Prompt } from "./engine.js";
import type { PoolModel } from "./pool.js";

/** What a model of the pool is asked for a question. */
export function renderPrompt(
  model: Pick<PoolModel, "kind" | "template">,
  question: { readonly prompt: string },
): Prompt {
  const content = (model.template ?? "{prompt}").replaceAll("{prompt}", () => question.prompt);
  return model.kind === "chat" ? [{ role: "user", content }] : content;
}

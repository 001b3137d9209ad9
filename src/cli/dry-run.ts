import { plain } from "../evaluation/text.js";
import type { Prompt } from "../execution/engine.js";
import type { DryModel, DryPrompt, DryRun } from "../sampling/index.js";

/** The prompts of each model, then how many answers there would be. */
export function formatDryRun({ questions, n, answers, models }: DryRun): string {
  const count = (many: number, one: string) => `${many} ${one}${many === 1 ? "" : "s"}`;
  const lines = [
    ...models.flatMap(modelLines),
    `${count(questions, "question")} x ${count(models.length, "model")} x ${count(n, "answer")} = ${count(answers, "answer")}. Nothing was sampled.`,
  ];
  return `${lines.join("\n")}\n`;
}

function modelLines({ name, prompts, warnings }: DryModel): string[] {
  const warned = warnings.map((warning) => `${plain(name)}: warning: ${plain(warning)}`);
  return [...prompts.flatMap((prompt) => promptLines(name, prompt)), ...warned, ""];
}

function promptLines(name: string, { question, answer, prompt, exact }: DryPrompt): string[] {
  const tokens = exact === undefined ? "" : `, ${exact.tokens} tokens`;
  const head = `== ${plain(name)}, a ${answer} answer, question ${plain(question)}${tokens}`;
  const given = exact !== undefined && typeof prompt !== "string";
  return [
    head,
    ...promptText(prompt),
    ...(given ? ["-- as the model gets it", shown(exact.text)] : []),
    "",
  ];
}

function promptText(prompt: Prompt): string[] {
  if (typeof prompt === "string") return [shown(prompt)];
  return prompt.flatMap(({ role, content }) => [`[${role}]`, shown(content)]);
}

/** As it stands, but for characters that would steer a terminal. */
function shown(text: string): string {
  return text.split("\n").map(plain).join("\n");
}

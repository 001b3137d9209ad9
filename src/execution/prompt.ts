import type { AnswerKind } from "../types.js";
import type { ChatMessage, Prompt } from "./engine.js";
import type { PoolModel } from "./pool/pool.js";
import { type WorkedExample, workedExamples } from "./worked-examples.js";

type PromptStyle = Pick<PoolModel, "kind" | "template"> &
  Partial<Pick<PoolModel, "shots" | "stop">>;

/** What a chat model is told unless its template says what it is told. Each is the form of the worked examples. */
const instructions: Record<AnswerKind, string> = {
  number: 'Think step by step. End with "The answer is N.", where N is the number.',
  letter:
    'Think step by step. End with "The answer is (X).", where X is the letter of the right option.',
  boolean: 'Think step by step. End with "The answer is yes." or "The answer is no."',
  text: "",
};

/**
 * What a model of the pool is asked for a question. Where the kind of answer is known, `shots` worked examples (as many as
 * there are) come first: for a base model as text, each in the model's template and followed by what ends its answer; for
 * a chat model as turns. A chat model without a template is also told the form of the answer.
 */
export function renderPrompt(
  model: PromptStyle,
  question: { readonly prompt: string; readonly answer?: AnswerKind },
): Prompt {
  const examples =
    question.answer === undefined ? [] : workedExamples[question.answer].slice(0, model.shots ?? 0);
  return model.kind === "chat"
    ? chatPrompt(model, examples, question)
    : basePrompt(model, examples, question);
}

function chatPrompt(
  { template }: PromptStyle,
  examples: readonly WorkedExample[],
  { prompt, answer = "text" }: { readonly prompt: string; readonly answer?: AnswerKind },
): ChatMessage[] {
  const instruction = instructions[answer];
  const own = template ?? (instruction === "" ? "{prompt}" : `{prompt}\n\n${instruction}`);
  const user = (text: string): ChatMessage => ({ role: "user", content: fill(own, text) });
  return [
    ...examples.flatMap((example): ChatMessage[] => [
      user(example.prompt),
      { role: "assistant", content: example.answer },
    ]),
    user(prompt),
  ];
}

function basePrompt(
  { template = "{prompt}", stop = [] }: PromptStyle,
  examples: readonly WorkedExample[],
  { prompt }: { readonly prompt: string },
): string {
  const begin = template.slice(0, template.indexOf("{prompt}"));
  const end = template.slice(template.lastIndexOf("{prompt}") + "{prompt}".length);
  const gap = end === "" ? "\n" : /\s$/.test(end) ? "" : " ";
  const between = `\n\n${begin}`;
  // A stop text that the next question brings, such as "\nQuestion:", ends an answer already.
  const tag = stop.some((text) => between.includes(text)) ? "" : (stop[0] ?? "");
  const shown = examples.map(
    (example) => `${fill(template, example.prompt)}${gap}${example.answer}${tag}\n\n`,
  );
  return shown.join("") + fill(template, prompt);
}

function fill(template: string, prompt: string): string {
  return template.replaceAll("{prompt}", () => prompt);
}

import { InvalidArgumentError } from "../errors.js";
import type { GenerateOptions, Prompt } from "./engine.js";

/** Most answers of one call: each holds its text in memory. */
const maxAnswers = 10_000;

/** @throws InvalidArgumentError for the first argument that an engine cannot use. */
export function checkCall(prompt: Prompt, n: number, options: GenerateOptions): void {
  const { temperature, topK, topP, maxTokens, stop, seed, first = 0 } = options;
  checkPrompt(prompt);
  wholeNumber("n", n, 1, maxAnswers);
  wholeNumber("topK", topK, 0);
  wholeNumber("maxTokens", maxTokens, 1);
  wholeNumber("seed", seed, 0);
  wholeNumber("first", first, 0);
  if (!(temperature >= 0 && Number.isFinite(temperature))) {
    throw InvalidArgumentError.of("temperature", "a number of at least 0", temperature);
  }
  if (!(topP > 0 && topP <= 1)) {
    throw InvalidArgumentError.of("topP", "a number above 0 and at most 1", topP);
  }
  if (stop.some((text) => text === "")) {
    throw InvalidArgumentError.of("stop", "texts that are not empty", "");
  }
}

/** @throws InvalidArgumentError for a prompt that nobody can answer. */
export function checkPrompt(prompt: Prompt): void {
  if (prompt.length === 0) throw InvalidArgumentError.of("prompt", "text or messages", prompt);
  const last = typeof prompt === "string" ? undefined : prompt.at(-1);
  if (last !== undefined && last.role !== "user") {
    throw InvalidArgumentError.of("the role of the last message", '"user"', last.role);
  }
}

function wholeNumber(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER) {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw InvalidArgumentError.of(name, `a whole number from ${least} to ${most}`, value);
  }
}

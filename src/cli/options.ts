import { InvalidArgumentError as CommanderError } from "commander";
import type { StoppingRule } from "../sampling/index.js";

/** Parsers of option values; commander words the error and exits with code 2. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most || text.trim() === "") {
      throw new CommanderError(
        `Expected a whole number ${most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`}.`,
      );
    }
    return value;
  };
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value)))
    throw new CommanderError("Expected a number above 0.");
  return value;
}

export function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1))
    throw new CommanderError("Expected a number above 0 and at most 1.");
  return value;
}

/** "a,b" -> ["a", "b"] */
export function names(text: string): string[] {
  const list = text.split(",").map((name) => name.trim());
  if (list.some((name) => name === "")) {
    throw new CommanderError("Expected names with commas between them, e.g. a,b.");
  }
  return list;
}

/** "1,2,3" -> [1, 2, 3] */
export function seeds(text: string): number[] {
  const list = names(text).map(wholeNumber(0, 2 ** 32 - 1));
  if (new Set(list).size < list.length) throw new CommanderError("Expected each seed once.");
  return list;
}

/** "weak,strong" -> ["weak", "strong"] */
export function pair(text: string): [string, string] {
  const [weak, strong, ...more] = names(text);
  if (strong === undefined || weak === strong || more.length > 0) {
    throw new CommanderError("Expected two different models, the weaker one first: weak,strong.");
  }
  return [weak!, strong];
}

/** "all", "exact", "bayes" or "bayes:0.02" */
export function stoppingRule(text: string): StoppingRule {
  const [kind, error, ...more] = text.split(":");
  if (more.length === 0 && error === undefined && (kind === "all" || kind === "exact"))
    return { kind };
  const value = Number(error ?? 0.05);
  if (kind !== "bayes" || more.length > 0 || !(value > 0 && value < 1)) {
    throw new CommanderError("Expected all, exact, bayes, or bayes:<error between 0 and 1>.");
  }
  return { kind, error: value };
}

import { type Command, Option } from "commander";
import { type LoadSourcesOptions, loadQuestionSources } from "../datasets/question-source.js";
import { InvalidArgumentError } from "../errors.js";
import type { Question } from "../types.js";
import { wholeNumber } from "./options.js";

/** Which questions: shared by the commands that ask them. */
export interface QuestionChoice {
  questions?: string[];
  splits: NonNullable<LoadSourcesOptions["splits"]>;
  splitSeed: number;
  partial?: boolean;
}

/** And which part of them. */
export interface QuestionPart {
  split?: string;
  limit?: number;
}

export function addQuestionOptions<Own extends Command>(command: Own): Own {
  return command
    .option(
      "--questions <source...>",
      "gsm8k:PATH or mmlu:PATH (their official files), or a file, .jsonl or .csv, plain or .gz",
    )
    .addOption(
      new Option(
        "--splits <form>",
        "of gsm8k and mmlu: those of the paper's protocol, or the official ones",
      )
        .choices(["paper", "full"])
        .default("paper"),
    )
    .option("--split-seed <n>", "seed that draws the validation part of gsm8k", wholeNumber(0), 1)
    .option("--partial", "accept files of gsm8k and mmlu that do not hold all questions");
}

export function addQuestionPartOptions<Own extends Command>(command: Own): Own {
  return addQuestionOptions(command)
    .option("--split <name>", "only the questions of this split, e.g. train")
    .option("--limit <questions>", "only the first so many of each source", wholeNumber(1));
}

/** The questions that were chosen. @throws InvalidArgumentError where none were, and as `loadQuestionSources`. */
export async function chosenQuestions(
  choice: QuestionChoice & QuestionPart,
  otherwise?: readonly string[],
): Promise<Question[]> {
  const { split, splits, splitSeed, limit, partial = false } = choice;
  const sources = choice.questions ?? otherwise;
  if (sources === undefined) {
    const expected = "a file, gsm8k:PATH or mmlu:PATH";
    throw InvalidArgumentError.of("--questions", expected, "nothing");
  }
  return loadQuestionSources(sources, {
    splits,
    seed: splitSeed,
    partial,
    ...(split !== undefined && { split }),
    ...(limit !== undefined && { limit }),
  });
}

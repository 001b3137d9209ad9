import { InputFileError, InvalidArgumentError, NoLabelsError } from "../errors.js";
import type { Question } from "../types.js";
import type { BenchmarkOptions } from "./benchmark.js";
import { loadGsm8k } from "./gsm8k.js";
import { loadMmlu } from "./mmlu.js";
import { loadQuestions } from "./questions.js";

export interface LoadSourcesOptions extends BenchmarkOptions {
  /** Only questions whose `split` is this. */
  readonly split?: string;
  /** Only the first so many of each source. */
  readonly limit?: number;
}

const benchmarks = { gsm8k: loadGsm8k, mmlu: loadMmlu };
const benchmarkSource = new RegExp(`^(${Object.keys(benchmarks).join("|")}):(.*)$`, "s");

/**
 * Loads questions, in the order of their sources.
 * @param sources of each "gsm8k:PATH" or "mmlu:PATH" (official files, see `loadGsm8k` and `loadMmlu`), or a question
 *   file, JSON lines or CSV; "./gsm8k:x" is a file.
 * @returns questions whose ids differ, at least one of each source.
 * @throws InputFileError naming what is wrong, also for an id of two sources; NoLabelsError where a source has no
 *   question left; InvalidArgumentError, StorageError.
 */
export async function loadQuestionSources(
  sources: readonly string[],
  options: LoadSourcesOptions = {},
): Promise<Question[]> {
  const { limit } = options;
  if (sources.length === 0)
    throw InvalidArgumentError.of("the question sources", "at least one", sources);
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 1))
    throw InvalidArgumentError.of("limit", "a whole number of at least 1", limit);
  const questions: Question[] = [];
  const sourceOf = new Map<string, string>();
  for (const source of sources) {
    for (const question of await loadSource(source, options)) {
      const first = sourceOf.get(question.id);
      if (first !== undefined) {
        const mend = "Give each question an id of its own, and each source once.";
        throw new InputFileError(
          `"${source}": the id "${question.id}" is also one of "${first}". ${mend}`,
        );
      }
      sourceOf.set(question.id, source);
      questions.push(question);
    }
  }
  return questions;
}

async function loadSource(source: string, options: LoadSourcesOptions): Promise<Question[]> {
  const { split, limit, ...own } = options;
  const [, name, path] = benchmarkSource.exec(source) ?? [];
  if (name === undefined)
    return loadQuestions(source, {
      ...(split !== undefined && { split }),
      ...(limit && { limit }),
    });
  if (path === "") throw InvalidArgumentError.of("a question source", `"${name}:PATH"`, source);
  const all = await benchmarks[name as keyof typeof benchmarks](path!, own);
  const chosen = all.filter((question) => split === undefined || question.split === split);
  if (chosen.length === 0) {
    const known = [...new Set(all.map((question) => question.split))].join(", ");
    const which = split === undefined ? "no question" : `no question of split "${split}"`;
    throw new NoLabelsError(`"${source}" holds ${which}. Splits there: ${known || "none"}.`);
  }
  return chosen.slice(0, limit);
}

import { join } from "node:path";
import { type Command, Option } from "commander";
import { loadQuestions } from "../datasets/questions.js";
import { InvalidArgumentError, UnknownModelError } from "../errors.js";
import { openEngine } from "../execution/open-engine.js";
import { loadPool, type Pool } from "../execution/pool/pool.js";
import {
  compareExtraction,
  extractAnswer,
  type Judged,
  judgeSamples,
  loadAnswers,
  paperAnswer,
  pricesOf,
  type SampledAnswers,
  writeOutcomes,
} from "../sampling/index.js";
import { readQuestions } from "../sampling/store/run-questions.js";
import type { Question } from "../types.js";
import { comparisonLine, summaryLine } from "./label-view.js";
import { share, wholeNumber } from "./options.js";
import { progress } from "./progress.js";
import { run } from "./run.js";

interface LabelCommandOptions {
  run: string;
  questions?: string;
  pool?: string;
  out?: string;
  extraction: "pointsman" | "paper";
  viability: number;
  consensus?: boolean;
  judge?: string;
  seed: number;
  json?: boolean;
}

const extractions = { pointsman: extractAnswer, paper: paperAnswer };
/** Comparisons in flight. */
const judgeSequences = 8;

export function addLabelCommand(program: Command): void {
  program
    .command("label")
    .description("label the stored answers of a run anew, without sampling")
    .requiredOption("--run <directory>", "run directory of pointsman sample")
    .option(
      "--questions <file>",
      "questions with other reference answers; default: those of the run",
    )
    .option("--pool <name|file>", "the pool: prices of answers, and the judge")
    .option("--out <file>", "default: outcomes.jsonl in the run directory")
    .addOption(
      new Option("--extraction <name>", "how answers are taken from texts")
        .choices(Object.keys(extractions))
        .default("pointsman"),
    )
    .option("--viability <share>", "leave a model out with fewer readable answers", share, 0.5)
    .option("--consensus", "where there is no reference answer: what the other models agree on")
    .option("--judge <model>", "model of the pool that compares the answers to judged questions")
    .option("--seed <n>", "seed of the judge", wholeNumber(0), 1)
    .option("--json", "print the summary as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  pointsman label --run runs/mine --extraction paper --out paper.jsonl" +
        "\n  pointsman label --run runs/mine --pool pool.yaml --judge big-chat --consensus",
    )
    .action((options: LabelCommandOptions) => run((signal) => label(options, signal)));
}

async function label(options: LabelCommandOptions, signal: AbortSignal): Promise<void> {
  const { run: directory, viability, consensus = false } = options;
  if (options.judge !== undefined && options.pool === undefined)
    throw InvalidArgumentError.of("--pool", "the pool file that the judge is in", undefined);
  const pool = options.pool === undefined ? undefined : await loadPool(options.pool);
  const questions = await (options.questions === undefined
    ? readQuestions(directory)
    : loadQuestions(options.questions));
  const sampled = await extracted(directory, questions, options.extraction);
  const judged = await judgedBy(options, pool, questions, sampled, signal);
  const file = options.out ?? join(directory, "outcomes.jsonl");
  const models = await writeOutcomes(file, questions, sampled, {
    viability,
    consensus,
    ...(pool && { prices: pricesOf(pool) }),
    ...(judged && { judged }),
  });
  const compared =
    options.extraction === "paper"
      ? compareExtraction(questions, await extracted(directory, questions, "pointsman"), sampled)
      : [];
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ file, models, ...(compared.length > 0 && { compared }) })}\n`
      : [
          "Right by majority vote, mean of single answers, and answers that could be read:",
          ...models.map(summaryLine),
          ...(compared.length > 0 ? ["Against our extraction:"] : []),
          ...compared.map(comparisonLine),
          `Written: ${file}`,
          "",
        ].join("\n"),
  );
}

/** Answers to questions that are not asked for are passed over. */
async function extracted(
  directory: string,
  questions: readonly Question[],
  extraction: keyof typeof extractions,
): Promise<SampledAnswers> {
  const known = new Map(questions.map((question) => [question.id, question]));
  return loadAnswers(directory, ({ question, text }) => {
    const asked = known.get(question);
    return asked === undefined ? null : extractions[extraction](asked, text);
  });
}

async function judgedBy(
  { judge, seed }: LabelCommandOptions,
  pool: Pool | undefined,
  questions: readonly Question[],
  sampled: SampledAnswers,
  signal: AbortSignal,
): Promise<Judged | undefined> {
  if (judge === undefined || pool === undefined) return undefined;
  const model = pool.models.find(({ name }) => name === judge);
  if (model === undefined)
    throw new UnknownModelError(
      judge,
      pool.models.map(({ name }) => name),
    );
  await using engine = await openEngine(model, { sequences: judgeSequences });
  using bar = progress("judging");
  return await judgeSamples({ engine, model, seed, signal }, questions, sampled, {
    onProgress: (done, total) => bar.update(done, total),
  });
}

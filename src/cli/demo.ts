import { join } from "node:path";
import type { Command } from "commander";
import { loadOutcomes, selectSplits } from "../datasets/outcomes.js";
import { loadQuestions } from "../datasets/questions.js";
import { contaminationVerdicts, withoutContaminated } from "../evaluation/contamination.js";
import { evaluateSplit } from "../evaluation/evaluate.js";
import { formatTable } from "../evaluation/format.js";
import { formatContamination } from "../evaluation/format-contamination.js";
import { chooserOf } from "../evaluation/routers.js";
import { accuracyBySubject } from "../evaluation/subjects.js";
import { loadPool, type Pool } from "../execution/pool/pool.js";
import { writeFileAtomic } from "../files.js";
import { MultiLabelClassifier } from "../models/multi-label.js";
import { fitServiceRouter } from "../reproduction/reproduce.js";
import { fitRouter } from "../router/fit.js";
import { pricesOf, samplePool, writeOutcomes } from "../sampling/index.js";
import type { Outcomes, Question } from "../types.js";
import { ask } from "./ask.js";
import { wholeNumber } from "./options.js";
import { demoDirectory, toyPool, toyQuestions } from "./paths.js";
import { run } from "./run.js";
import { samplingView } from "./sampling-view.js";

interface DemoOptions {
  out: string;
  full?: boolean;
  seed: number;
}

/** Questions of each split; `full` is all there are. Twelve skills take turns, so any multiple of 12 is balanced. */
const sizes = { train: 288, validation: 120, test: 300 };
const splits = ["train", "validation", "test"] as const;
const answersPerQuestion = 10;

export function addDemoCommand(program: Command): void {
  program
    .command("demo")
    .description(
      "the whole path on the toy pool: sample seven models, label, train, evaluate, route and answer",
    )
    .option(
      "--out <directory>",
      "where everything is written; an interrupted demo there is resumed",
      demoDirectory,
    )
    .option("--full", "all questions instead of a balanced part of them")
    .option("--seed <n>", "seed of everything random", wholeNumber(0), 1)
    .action((options: DemoOptions) => run((signal) => demo(options, signal)));
}

async function demo({ out, full, seed }: DemoOptions, signal: AbortSignal): Promise<void> {
  const begin = performance.now();
  const pool = await loadPool(toyPool);
  const questions = await demoQuestions(full === true);
  say(
    `1. Sampling: ${pool.models.length} models x ${questions.length} questions x ${answersPerQuestion} answers`,
  );
  const outcomes = await sampleOutcomes(pool, questions, out, seed, signal);

  say("\n2. Labels: right by majority vote, by model and skill, on held-out questions (%)");
  const test = selectSplits(outcomes, ["test"]);
  say(skillTable(test));

  say("\n3. Contamination alarm: success on training questions against clean ones");
  const verdicts = contaminationVerdicts(
    selectSplits(outcomes, ["train"]),
    selectSplits(outcomes, ["validation"]),
  );
  say(formatContamination(verdicts));

  say(
    "\n4. Training: as the paper did it (all labels of the training questions), and on clean labels",
  );
  const asInPaper = await fitRouter(selectSplits(outcomes, ["train"]), {
    estimator: new MultiLabelClassifier(),
    signal,
  });
  const clean = withoutContaminated(
    selectSplits(outcomes, ["train", "validation"]),
    verdicts,
    "train",
  );
  const multiLabel = await fitRouter(clean, { estimator: new MultiLabelClassifier(), signal });
  const router = await fitServiceRouter(clean, pool, { seed, signal });
  const routerFile = join(out, "router.safetensors");
  await router.save(routerFile);

  say("\n5. Evaluation on held-out questions");
  const evaluation = evaluateSplit({
    train: clean,
    test,
    seed,
    choosers: [
      chooserOf("multi-label, all labels", "policy", asInPaper),
      chooserOf("multi-label, clean labels", "policy", multiLabel),
      chooserOf("router", "router", router),
    ],
  });
  const table = formatTable(evaluation);
  say(table);
  await writeFileAtomic(join(out, "evaluation.json"), `${JSON.stringify(evaluation, null, 2)}\n`);
  await writeFileAtomic(join(out, "table.txt"), table);

  say("6. Routed answers");
  for (const prompt of examplePrompts(questions)) {
    say(`\n> ${prompt}`);
    await ask(prompt, router, pool, { seed, signal });
  }
  say(closing(out, routerFile, (performance.now() - begin) / 1000));
}

async function demoQuestions(full: boolean): Promise<Question[]> {
  const parts = splits.map((split) =>
    loadQuestions(toyQuestions(split), full ? {} : { limit: sizes[split] }),
  );
  return (await Promise.all(parts)).flat();
}

async function sampleOutcomes(
  pool: Pool,
  questions: readonly Question[],
  out: string,
  seed: number,
  signal: AbortSignal,
): Promise<Outcomes> {
  using view = samplingView();
  const { answers } = await samplePool({
    pool,
    questions,
    runDirectory: out,
    n: answersPerQuestion,
    seed,
    signal,
    onProgress: view.update,
  });
  const file = join(out, "outcomes.jsonl");
  await writeOutcomes(file, questions, answers, { prices: pricesOf(pool) });
  return (await loadOutcomes([file])).outcomes;
}

function skillTable(test: Outcomes): string {
  const subjects = accuracyBySubject(test);
  const width = Math.max(...test.models.map((name) => name.length)) + 2;
  const head = " ".repeat(width) + [...subjects.keys()].map((s) => s.padStart(9)).join("");
  const rows = test.models.map((name, i) => {
    const cells = [...subjects.values()].map((accuracy) =>
      (100 * accuracy[i]!).toFixed(0).padStart(9),
    );
    return name.padEnd(width) + cells.join("");
  });
  return [head, ...rows].join("\n");
}

/** One question of each of four skills, none of them seen in training. */
function examplePrompts(questions: readonly Question[]): string[] {
  const held = questions.filter((q) => q.split === "test");
  const skills = [...new Set(held.map((q) => q.subject))];
  return [0, 3, 6, 9].flatMap((i) => held.find((q) => q.subject === skills[i])?.prompt ?? []);
}

function closing(out: string, routerFile: string, seconds: number): string {
  return [
    `\nDone in ${seconds.toFixed(0)} s. Written to ${out}:`,
    "  samples/            every answer of every model (run again to resume)",
    "  outcomes.jsonl      who was right on what",
    "  router.safetensors  the trained router",
    "  evaluation.json, table.txt",
    `Next: pointsman ask "Which word is the opposite of cheap?" --router ${routerFile}`,
  ].join("\n");
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

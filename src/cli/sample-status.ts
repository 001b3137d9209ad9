import type { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import { formatColumns, joinLines, plain } from "../evaluation/text.js";
import { queueStatus } from "../queue/index.js";
import { type ModelStatus, type StoredStatus, sampleStatus } from "../sampling/index.js";
import { duration, percent } from "./format.js";
import { formatQueue } from "./queue-status.js";
import { run } from "./run.js";

export function addSampleStatusCommand(sample: Command): void {
  sample
    .command("status")
    .description("how far a run is, also while it goes on in another terminal")
    .option("--out <directory>", "run directory")
    .option("--queue <url>", "Redis: all runs and workers on it, from any machine")
    .option("--json", "print it as JSON")
    .action((options: StatusOptions) => run(() => show(options)));
}

interface StatusOptions {
  out?: string;
  queue?: string;
  json?: boolean;
}

async function show({ out, queue, json }: StatusOptions): Promise<void> {
  if (out !== undefined && queue === undefined) {
    const status = await sampleStatus(out);
    process.stdout.write(json ? `${JSON.stringify(status)}\n` : formatStatus(status));
  } else if (queue !== undefined && out === undefined) {
    const status = await queueStatus(queue);
    process.stdout.write(json ? `${JSON.stringify(status)}\n` : formatQueue(status));
  } else
    throw new InvalidArgumentError("Give either --out with a directory or --queue with a URL.");
}

const heads = ["model", "questions", "answers", "right", "usable", "cut off", "tokens/s", "ETA"];

function formatStatus(status: StoredStatus): string {
  const { models, questions, n, pid } = status;
  const rows = [...models.map((model) => row(model, questions)), totals(status)];
  const columns = heads.map((head, at) => ({ head, cell: (cells: string[]) => cells[at]! }));
  const work = pid === null ? "nobody is at work" : `process ${pid} is at work`;
  const title = `${models.length} models x ${questions} questions x at most ${n} answers; ${work}`;
  return joinLines([title, ...formatColumns(columns, rows)]);
}

function row(model: ModelStatus, questions: number): string[] {
  const { stop, length } = model.finishReasons;
  return [
    plain(model.name),
    `${model.questions}/${questions}`,
    String(model.answers),
    percent(model.accuracy),
    percent(model.usable),
    percent(stop + length === 0 ? null : length / (stop + length)),
    model.tokensPerSecond?.toFixed(0) ?? "-",
    duration(model.secondsLeft),
  ];
}

function totals({ done, total, models, tokensPerSecond, secondsLeft }: StoredStatus): string[] {
  const answers = models.reduce((sum, model) => sum + model.answers, 0);
  return [
    "all",
    `${done}/${total}`,
    String(answers),
    "",
    "",
    "",
    tokensPerSecond?.toFixed(0) ?? "-",
    duration(secondsLeft),
  ];
}

import { formatColumns, plain } from "../evaluation/text.js";
import type { QueuedRun, QueueStatus, WorkerState } from "../queue/index.js";

/** How the runs on a Redis are getting on, for a person. Names come from other machines: they are made plain. */
export function formatQueue({ runs, workers }: QueueStatus): string {
  const lines = [
    ...(runs.length === 0 ? ["No run."] : runs.flatMap(runLines)),
    "",
    ...(workers.length === 0 ? ["No worker."] : workerLines(workers)),
  ];
  return `${lines.join("\n")}\n`;
}

function runLines({ id, state, models }: QueuedRun): string[] {
  if (state === undefined) {
    return [`run ${plain(id)}: its coordinator is gone. Run it again and it goes on.`];
  }
  const { pool, done, total } = state;
  return [
    `run ${plain(id)}: pool ${plain(pool)}, ${done}/${total} votes are over`,
    ...formatColumns<QueuedRun["models"][number]>(
      [
        { head: "  model", cell: ({ name }) => `  ${plain(name)}` },
        { head: "jobs waiting", cell: ({ jobs }) => String(jobs.waiting) },
        { head: "at work", cell: ({ jobs }) => String(jobs.active) },
        { head: "failed", cell: ({ jobs }) => String(jobs.failed) },
        { head: "workers", cell: ({ workers }) => String(workers) },
      ],
      models,
    ),
  ];
}

function workerLines(workers: readonly WorkerState[]): string[] {
  const speed = workers.reduce((sum, { tokensPerSecond }) => sum + tokensPerSecond, 0);
  return [
    `${workers.length} workers, ${speed.toFixed(0)} tokens/s`,
    ...formatColumns<WorkerState>(
      [
        { head: "  worker", cell: ({ host, pid }) => `  ${plain(host)}:${pid}` },
        { head: "at", cell: ({ model }) => (model === null ? "-" : plain(model)) },
        { head: "answers", cell: ({ answers }) => String(answers) },
        { head: "tokens/s", cell: ({ tokensPerSecond }) => tokensPerSecond.toFixed(0) },
      ],
      workers,
    ),
  ];
}

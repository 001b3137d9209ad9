import type { ContaminationVerdict } from "./contamination.js";
import { formatColumns, joinLines, percent, plain } from "./text.js";

/** Every verdict with its statistic and threshold, for a terminal, at most 100 columns wide. */
export function formatContamination(verdicts: readonly ContaminationVerdict[]): string {
  return joinLines(
    formatColumns(
      [
        { head: "", cell: ({ model }) => plain(model) },
        { head: "split", cell: ({ split }) => plain(split ?? "") },
        { head: "right there %", cell: ({ train }) => percent(train) },
        { head: "clean %", cell: ({ clean }) => percent(clean) },
        { head: "z", cell: ({ z }) => z.toFixed(1) },
        { head: "threshold", cell: ({ threshold }) => `${threshold}` },
        { head: "", cell: ({ contaminated }) => (contaminated ? "contaminated" : "clean") },
      ],
      verdicts,
    ),
  );
}

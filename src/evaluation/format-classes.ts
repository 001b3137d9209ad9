import type { Evaluation } from "./table.js";
import { formatColumns, joinLines, percent, plain } from "./text.js";

/** Precision, recall and F1 by model and on average, a block for each router that has probabilities, in percent. */
export function formatClassReports({ models, classReports = [] }: Evaluation): string {
  const blocks = classReports.map(({ name, models: scores, micro, macro, weighted }) => {
    const rows = [
      ...scores.map((one, at) => ({ label: plain(models[at]!), ...one })),
      { label: "micro average", ...micro },
      { label: "macro average", ...macro },
      { label: "weighted average", ...weighted },
    ];
    const table = formatColumns(
      [
        { head: "", cell: ({ label }) => label },
        { head: "precision", cell: ({ precision }) => percent(precision) },
        { head: "recall", cell: ({ recall }) => percent(recall) },
        { head: "F1", cell: ({ f1 }) => percent(f1) },
        { head: "right", cell: ({ support }) => `${support}` },
      ],
      rows,
    );
    return joinLines([`${plain(name)}: models said to be right (P >= 0.5)`, ...table]);
  });
  return blocks.join("\n");
}

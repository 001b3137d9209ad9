import type { Outcomes } from "../types.js";

/** Share of right answers of each model on each subject: rows in order of first appearance, [subjects][models]. */
export function accuracyBySubject({ models, subjects, marks }: Outcomes): Map<string, number[]> {
  const cells = new Map<string, { sum: number[]; count: number[] }>();
  subjects.forEach((subject = "", row) => {
    const zeros = () => models.map(() => 0);
    const cell = cells.get(subject) ?? { sum: zeros(), count: zeros() };
    cells.set(subject, cell);
    models.forEach((_, column) => {
      const mark = marks[row * models.length + column]!;
      if (Number.isNaN(mark)) return;
      cell.sum[column]! += mark;
      cell.count[column]! += 1;
    });
  });
  return new Map(
    [...cells].map(([subject, { sum, count }]) => [subject, sum.map((s, i) => s / count[i]!)]),
  );
}

import { InvalidArgumentError } from "../errors.js";
import type { PaperBenchmark, PaperRow } from "./paper.js";
import type { Evaluation, EvaluationRow } from "./table.js";
import { cut, formatColumns, joinLines, percent, plain, signed } from "./text.js";

type Meaning = (row: EvaluationRow, evaluation: Evaluation) => boolean;

/** Which of our rows mean the same as one of the paper's; a router as a whole is none of its policies. */
const sameMeaning: Readonly<Record<PaperRow["kind"], Meaning>> = {
  "best-single": ({ kind, name }, { bestSingle }) => kind === "single" && name === bestSingle,
  random: ({ kind }) => kind === "random",
  argmax: policy(/^(multi-label|separate classifiers|arg-?max)\b/i),
  "random-of-top": policy(/^random\b/i),
  prediction: policy(/^prediction\b/i),
  "sorted-prediction": policy(/^sorted[ -]prediction\b/i),
  "k-means": ({ kind, name }) => kind === "cluster" && !/\bsets\b/.test(name),
  "k-means-set": ({ kind, name }) => kind === "cluster" && /\bsets\b/.test(name),
  jointly: ({ kind, name }) => kind === "joint" && name === "all jointly",
  "classifier-bound": ({ kind, name }) =>
    kind === "upper-bound" && /^upper bound of (multi-label|separate classifiers)\b/.test(name),
  "cluster-bound": ({ kind, name }) => kind === "upper-bound" && name.startsWith("cluster bound"),
  oracle: ({ kind }) => kind === "oracle",
};

function policy(pattern: RegExp): Meaning {
  return ({ kind, name }) => kind === "policy" && pattern.test(name);
}

interface Line {
  readonly paper?: PaperRow;
  readonly ours?: EvaluationRow;
}

const ourNameWidth = 26;

/**
 * Our rows beside the paper's of the same meaning, with the distance of each from its best single model in points; a
 * row of the paper that we have nothing for stands alone. The pools and prompts are other ones unless the evaluation
 * is of the paper's own, so compare the distances, not the heights. At most 100 columns wide.
 * @param paper e.g. `paperFigures`.
 * @throws InvalidArgumentError where the paper has no such benchmark.
 */
export function formatPaper(
  evaluation: Evaluation,
  paper: Readonly<Record<string, PaperBenchmark>>,
  benchmark: string,
): string {
  if (!Object.hasOwn(paper, benchmark)) {
    const expected = `one of ${Object.keys(paper).join(", ")}`;
    throw InvalidArgumentError.of("benchmark", expected, benchmark);
  }
  const { testPrompts, rows } = paper[benchmark]!;
  const best = rows.find(({ kind }) => kind === "best-single")!.accuracy;
  const lines = rows.flatMap((row): Line[] => {
    const [first, ...others] = evaluation.rows.filter((own) =>
      sameMeaning[row.kind](own, evaluation),
    );
    return [{ paper: row, ...(first && { ours: first }) }, ...others.map((ours) => ({ ours }))];
  });
  const ofPaper = (cell: (row: PaperRow) => string) => (line: Line) =>
    line.paper ? cell(line.paper) : "";
  const ofOurs = (cell: (row: EvaluationRow) => string) => (line: Line) =>
    line.ours ? cell(line.ours) : "";
  const table = formatColumns<Line>(
    [
      { head: `paper, ${plain(benchmark)}`, cell: ofPaper(({ name }) => name) },
      { head: "right %", cell: ofPaper(({ accuracy }) => percent(accuracy)) },
      { head: "gain", cell: ofPaper(({ accuracy }) => signed(accuracy - best)) },
      { head: "here", cell: ofOurs(({ name }) => cut(plain(name), ourNameWidth)) },
      { head: "right %", cell: ofOurs(({ accuracy }) => percent(accuracy)) },
      { head: "gain", cell: ofOurs(({ gain }) => signed(gain)) },
    ],
    lines,
  );
  return joinLines([`${testPrompts} prompts there, ${evaluation.n} here`, ...table]);
}

import { type EditName, edits } from "../datasets/edits.js";
import { groupPrompts } from "../datasets/near-duplicates.js";
import { InvalidArgumentError } from "../errors.js";
import { random } from "../random.js";
import type { Outcomes } from "../types.js";
import type { FittedChooser } from "./judge.js";
import { type Estimate, meanMark, pairedDifference } from "./statistics.js";
import { formatColumns, joinLines, percent, plain, signed } from "./text.js";
import { chosenMarks } from "./yardsticks.js";

export interface RobustnessOptions {
  /** Default: all. */
  readonly edits?: readonly EditName[];
  /** Of the edits, a whole number from 0 to 2^32 - 1. Default 1. */
  readonly seed?: number;
}

export interface RobustnessRow {
  readonly edit: EditName;
  /** Share of prompts for which another model is chosen once they are edited. */
  readonly flips: Estimate;
  /** Accuracy on the edited prompts minus that on the prompts as they are, in -1..1. */
  readonly change: Estimate;
}

export interface Robustness {
  readonly name: string;
  /** On the prompts as they are. */
  readonly accuracy: Estimate;
  readonly rows: readonly RobustnessRow[];
}

/**
 * What edits that change no answer do to a router's choices. The models' marks are those of the prompts as they are:
 * only the router reads the edited ones. 95 % intervals, near-duplicate prompts counted as dependent.
 * @param test prompts that the router was not fitted on.
 */
export function robustness(
  chooser: Pick<FittedChooser, "name" | "choose">,
  test: Outcomes,
  options: RobustnessOptions = {},
): Robustness {
  const { edits: names = Object.keys(edits) as EditName[], seed = 1 } = options;
  const groups = groupPrompts(test.prompts);
  const before = chooser.choose(test);
  const marks = chosenMarks(test, before);
  const rows = names.map((edit): RobustnessRow => {
    if (!Object.hasOwn(edits, edit)) {
      throw InvalidArgumentError.of("edits", `names out of ${Object.keys(edits).join(", ")}`, edit);
    }
    const source = random(seed);
    const prompts = test.prompts.map((prompt) => edits[edit](prompt, source));
    const after = chooser.choose({ ...test, prompts });
    const flipped = Float64Array.from(after, (model, row) => Number(model !== before[row]));
    return {
      edit,
      flips: meanMark(flipped, groups),
      change: pairedDifference(chosenMarks(test, after), marks, groups),
    };
  });
  return { name: chooser.name, accuracy: meanMark(marks, groups), rows };
}

/** The figures for a terminal, at most 100 columns wide. */
export function formatRobustness({ name, accuracy, rows }: Robustness): string {
  const between = ({ low, high }: Estimate, text: (value: number) => string) =>
    `${text(low)}..${text(high)}`;
  const table = formatColumns(
    [
      { head: "edit", cell: ({ edit }) => edit },
      { head: "other choice %", cell: ({ flips }) => percent(flips.mean) },
      { head: "95 %", cell: ({ flips }) => between(flips, percent) },
      { head: "change of accuracy", cell: ({ change }) => signed(change.mean) },
      { head: "95 %", cell: ({ change }) => between(change, signed) },
    ],
    rows,
  );
  const title = `${plain(name)}: ${percent(accuracy.mean)} % right on the prompts as they are`;
  return joinLines([title, "", ...table]);
}

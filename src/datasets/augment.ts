import { InvalidArgumentError } from "../errors.js";
import { random } from "../random.js";
import type { Outcomes } from "../types.js";
import { type EditName, edits } from "./edits.js";
import { groupPrompts } from "./near-duplicates.js";
import { selectRows } from "./select.js";

export interface AugmentOptions {
  /** Edits to draw from, each as likely. Default: typos of 3 %, lower and upper case, white space, punctuation, polite words. */
  readonly edits?: readonly EditName[];
  /** Edited copies of each prompt, 1 to 100. Default 1. */
  readonly copies?: number;
  /** A whole number from 0 to 2^32 - 1. Default 1. */
  readonly seed?: number;
}

/** The groups go with the outcomes: to `fitRouter`, or to `groupedKFold`. */
export interface AugmentedOutcomes {
  /** All rows as they were, then the edited copies with the labels of their prompts. */
  readonly outcomes: Outcomes;
  /** [rows] near-duplicate group; a copy is in that of its prompt, however far the edit took it. */
  readonly groups: Int32Array;
}

const defaultEdits: readonly EditName[] = [
  "typos 3 %",
  "lower case",
  "upper case",
  "white space",
  "punctuation",
  "polite words",
];

/**
 * Data augmentation by edits that keep the labels: makes a router's choices steadier under such edits; what it did to
 * accuracy is in docs/ablations.md. For training rows only.
 * @throws InvalidArgumentError for outcomes with embeddings, which an edited prompt would need anew.
 */
export function augment(outcomes: Outcomes, options: AugmentOptions = {}): AugmentedOutcomes {
  const { edits: names = defaultEdits, copies = 1, seed = 1 } = options;
  if (!Number.isInteger(copies) || copies < 1 || copies > 100) {
    throw InvalidArgumentError.of("copies", "a whole number from 1 to 100", copies);
  }
  if (names.length === 0 || !names.every((name) => Object.hasOwn(edits, name))) {
    const expected = `names out of ${Object.keys(edits).join(", ")}`;
    throw InvalidArgumentError.of("edits", expected, names);
  }
  if (outcomes.embeddings !== undefined) {
    throw InvalidArgumentError.of("outcomes.embeddings", "nothing", outcomes.embeddings.rows);
  }
  const count = outcomes.prompts.length;
  const source = random(seed);
  const rows = Array.from({ length: count * (1 + copies) }, (_, at) => at % count);
  const edit = (prompt: string) => edits[names[source.below(names.length)]!](prompt, source);
  const all = selectRows(outcomes, rows);
  const groups = groupPrompts(outcomes.prompts);
  return {
    outcomes: {
      ...all,
      ids: all.ids.map((id, at) => (at < count ? id : `${id} (edited ${Math.floor(at / count)})`)),
      prompts: all.prompts.map((prompt, at) => (at < count ? prompt : edit(prompt))),
    },
    groups: Int32Array.from(rows, (row) => groups[row]!),
  };
}

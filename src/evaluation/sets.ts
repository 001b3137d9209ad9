import { type Random, random, shuffle } from "../random.js";
import type { Outcomes } from "../types.js";
import { ballots, voteMarks } from "./joint.js";

/** All subsets of up to so many models; of more models, 2^10 subsets by chance. */
const mostEnumerated = 10;
const sampled = 2 ** mostEnumerated;

/** Sets with a row of their own, by size. */
const largestRow = 5;

/** What the rows call it, and the models asked jointly. */
export interface NamedSet {
  readonly name: string;
  /** Model indices, ascending. */
  readonly members: readonly number[];
}

/**
 * The sets whose joint vote is right most often on training rows: the best of 2, 3, 4 and 5 models, and of any size.
 * The whole pool is no such set ("all jointly" has its row), nor is a single model. None where no answers were kept.
 */
export function bestSets(train: Outcomes, seed: number): NamedSet[] {
  const sets = rankedSets(train, seed);
  const sizes = Array.from({ length: largestRow - 1 }, (_, at) => at + 2);
  const bySize = sizes.flatMap((size) => {
    const best = sets.find(({ length }) => length === size);
    return best ? [{ name: `best set of ${size} (train)`, members: best }] : [];
  });
  const [best] = sets;
  return best ? [...bySize, { name: "best set of any size (train)", members: best }] : [];
}

/** The set that is best on these very rows: what no choice of a set can know beforehand. */
export function hindsightSet(test: Outcomes, seed: number): NamedSet | undefined {
  const [best] = rankedSets(test, seed);
  return best && { name: "best set of any size (hindsight)", members: best };
}

/** The subsets of 2 to all but one of so many models, each ascending; by chance and without repeats beyond 10 models. */
export function subsets(models: number, seed: number): number[][] {
  if (models <= mostEnumerated) {
    const every = Array.from({ length: 2 ** models }, (_, bits) => membersOf(bits, models));
    return every.filter(({ length }) => length >= 2 && length < models);
  }
  const source = random(seed);
  const drawn = new Map<string, number[]>();
  while (drawn.size < sampled) {
    const set = draw(models, source);
    drawn.set(set.join(), set);
  }
  return [...drawn.values()];
}

function membersOf(bits: number, models: number): number[] {
  return Array.from({ length: models }, (_, model) => model).filter((model) => (bits >> model) & 1);
}

/** Small sets as often as large ones: of all subsets nearly all hold about half of the models. */
function draw(models: number, source: Random): number[] {
  const size = 2 + source.below(models - 2);
  const every = Array.from({ length: models }, (_, model) => model);
  return shuffle(every, source)
    .slice(0, size)
    .sort((a, b) => a - b);
}

/** Subsets by falling mean of their joint marks; of equal ones the smaller first. */
function rankedSets(outcomes: Outcomes, seed: number): number[][] {
  if (outcomes.answers === undefined) return [];
  const rows = ballots(outcomes);
  return subsets(outcomes.models.length, seed)
    .map((members) => ({ members, mean: meanOfKnown(voteMarks(rows, members)) }))
    .sort((a, b) => b.mean - a.mean || a.members.length - b.members.length)
    .map(({ members }) => members);
}

/** -1 without a known mark, below every mean. */
function meanOfKnown(marks: Float64Array): number {
  let [sum, count] = [0, 0];
  for (const mark of marks) {
    if (Number.isNaN(mark)) continue;
    sum += mark;
    count += 1;
  }
  return count > 0 ? sum / count : -1;
}

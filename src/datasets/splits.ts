import { InvalidArgumentError } from "../errors.js";
import { random, shuffle } from "../random.js";

/**
 * Deals whole groups into k folds of nearly equal size: groups in random order, then by size (large ones first, so
 * that small ones even out the rest), each into the smallest fold so far.
 * @param groups group of each row, from `groupPrompts`.
 * @returns fold of each row, 0 .. k - 1. The same seed gives the same folds.
 * @throws InvalidArgumentError where k is not a whole number from 2 to the number of groups.
 */
export function groupedKFold(groups: Int32Array, k: number, seed: number): Int32Array {
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  if (!Number.isInteger(k) || k < 2 || k > sizes.size) {
    const expected = `a whole number from 2 to ${sizes.size}, the number of groups of prompts that belong together,`;
    throw InvalidArgumentError.of("folds", expected, k);
  }
  const order = shuffle([...sizes.keys()], random(seed)).sort(
    (a, b) => sizes.get(b)! - sizes.get(a)!,
  );
  const loads = new Array<number>(k).fill(0);
  const foldOf = new Map<number, number>();
  for (const group of order) {
    const fold = loads.indexOf(Math.min(...loads));
    foldOf.set(group, fold);
    loads[fold]! += sizes.get(group)!;
  }
  return Int32Array.from(groups, (group) => foldOf.get(group)!);
}

/** The words between blanks. */
export function splitWords(text: string): string[] {
  return text.split(/\p{White_Space}+/u).filter((word) => word !== "");
}

/** How often each of the items occurs. */
export function countOf(items: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/** Items that two bags share, each as often as in the one that has fewer of it. */
export function overlap(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let shared = 0;
  for (const [item, count] of a) shared += Math.min(count, b.get(item) ?? 0);
  return shared;
}

/** The n-grams of a list of units, each as one string. */
export function ngrams(units: readonly string[], n: number, glue: string): string[] {
  const count = Math.max(0, units.length - n + 1);
  return Array.from({ length: count }, (_, at) => units.slice(at, at + n).join(glue));
}

/** The greatest of f over references; 0 without any. */
export function best(references: readonly string[], f: (reference: string) => number): number {
  return references.reduce((most, reference) => Math.max(most, f(reference)), 0);
}

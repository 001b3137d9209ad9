/** Bytes that came with something: what the process holds in all, and what of it lies outside JavaScript's heap. */
export interface MemoryGrowth {
  readonly resident: number;
  readonly external: number;
}

/** Makes something and measures how much memory that took. Exact only if nothing else goes on. */
export async function memoryOf<T>(make: () => Promise<T>): Promise<[T, MemoryGrowth]> {
  const before = process.memoryUsage();
  const made = await make();
  const after = process.memoryUsage();
  return [made, { resident: after.rss - before.rss, external: after.external - before.external }];
}

/** Rows of a group's table: how long each contestant takes, and how many times ours that is. */
export function timeRows(samples, base, notes = {}) {
  return samples.names().map((name) => ({
    name,
    unit: "ns",
    ...samples.of(name),
    ratio: samples.ratio(name, base),
    ...notes[name],
  }));
}

/** A target as a ratio that must not be passed. `sense` is "most" or "least"; not checked where a side is missing. */
export function target(name, sense, limit, measured) {
  const met =
    measured === undefined ? undefined : sense === "most" ? measured <= limit : measured >= limit;
  return { name, sense, limit, measured, met };
}

/** How many times as long `name` takes as `base`; undefined where either did not run. */
export function ratioOf(samples, name, base) {
  return samples.has(name) && samples.has(base) ? samples.ratio(name, base) : undefined;
}

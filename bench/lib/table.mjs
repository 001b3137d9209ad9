// The figures as text: one table for all groups, then the targets.
const units = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 };

/** A time with three digits that matter, in the unit that suits it; other units as they are. */
export function quantity(value, unit) {
  if (value === 0) return "0";
  if (unit !== "ns") return `${digits(value)} ${unit}`;
  const [name, size] = Object.entries(units).findLast(([, size]) => value >= size) ?? ["ns", 1];
  return `${digits(value / size)} ${name}`;
}

export function digits(value) {
  if (value === 0 || Math.abs(value) >= 1e6) return value.toExponential(2).replace("e+", "e");
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(places, 4));
}

/** "3 % / 5 %": how far the quartiles lie below and above the median. */
export function spread({ median, low, high }) {
  return low === undefined ? "" : `-${percent(1 - low / median)} +${percent(high / median - 1)}`;
}

function percent(share) {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

export function heading({ machine, seed, pinned, inputs }) {
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.simd}; Node ${machine.node}, ${machine.platform}`,
    `commit ${machine.commit}, ${machine.date}, seed ${seed}${pinned ? ", pinned to one core" : ", not pinned"}`,
    `prompts ${inputs.prompts} (${inputs.promptCount}), training ${inputs.training}`,
  ];
}

export function verdict({ met }) {
  return met === undefined ? "not measured" : met ? "met" : "MISSED";
}

export function format(results) {
  const lines = [...heading(results), ""];
  for (const { title, ratioTo = "ours", rows, tables = [], notes, skipped } of Object.values(
    results.groups,
  )) {
    lines.push(
      `${title} (median, quartiles, times ${ratioTo})`,
      ...rows.map(formatRow),
      ...notes.map((note) => `  ${note}`),
    );
    lines.push(...tables.flatMap(formatTable));
    lines.push(...skipped.map(({ name, reason }) => `  skipped ${name}: ${reason}`), "");
  }
  const targets = Object.values(results.groups).flatMap((group) => group.targets);
  lines.push(
    "Targets",
    ...targets.map(formatTarget),
    "",
    `${results.minutes.toFixed(1)} minutes`,
    "",
  );
  return lines.join("\n");
}

function formatRow(row) {
  const ratio = row.ratio === undefined ? "" : `${digits(row.ratio)}x`;
  const rest = [row.quality, row.note].filter(Boolean).join("; ");
  return `  ${row.name.padEnd(44)} ${quantity(row.median, row.unit).padStart(10)} ${spread(row).padStart(16)} ${ratio.padStart(9)}  ${rest}`;
}

function formatTable({ head, rows }) {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i].length)));
  return [head, ...rows].map(
    (row) => `  ${row.map((cell, i) => cell.padStart(widths[i])).join("  ")}`,
  );
}

function formatTarget(target) {
  const measured = target.measured === undefined ? "" : `${digits(target.measured)}`;
  return `  ${target.name.padEnd(60)} at ${target.sense} ${String(target.limit).padStart(6)} ${measured.padStart(9)}  ${verdict(target)}`;
}

import { digits, heading, quantity, spread, verdict } from "./table.mjs";

const preface = `# How fast is Pointsman?

*Written by \`npm run bench\`; do not edit.* The same figures are in [results.json](results.json).`;

const method = `## How it is measured

- All contestants of a table take turns in one run: in each round every one works for a slice of time, on the same
  prompts or data, pinned to one core. Peers in other languages are child processes that wait while others work. Times
  are processor time, medians over the rounds with the quartiles beside them; ratios are medians of the rounds' own
  ratios. Only latency and throughput are measured by the clock.
- Results are compared before anything is timed, and a run stops if they differ.
- Peers get one thread, like ours, and their best BLAS kernel (\`OPENBLAS_CORETYPE\`): Debian's OpenBLAS does not know
  newer processors, and its fallback would flatter us.
- The floors are computed by the bench itself (\`bench/native/floor.cpp\`, \`peaks.cpp\`), with no code of the product.
- \`bench/peers.sh\` installs the peers. A peer that is missing is skipped by name.

Repeat it with \`npm run bench\` (the repository's questions, made-up outcomes), or with your own data:
\`npm run bench -- --train OUTCOMES.jsonl --prompts PROMPTS.jsonl\`. \`pointsman bench\` measures your own router file.`;

/** bench/README.md from results.json. */
export function render(results) {
  const groups = Object.values(results.groups);
  return `${[
    preface,
    heading(results).join("  \n"),
    ["## Targets", "", targets(groups.flatMap((group) => group.targets))].join("\n"),
    ...groups.map(section),
    method,
  ].join("\n\n")}\n`;
}

function targets(list) {
  return table(
    ["target", "limit", "measured", ""],
    list.map((target) => [
      target.name,
      `at ${target.sense} ${target.limit}`,
      target.measured === undefined ? "" : digits(target.measured),
      verdict(target),
    ]),
  );
}

function section({ title, ratioTo = "ours", rows, tables = [], notes, skipped }) {
  const body = table(
    ["", "median", "quartiles", `times ${ratioTo}`, "quality", ""],
    rows.map((row) => [
      row.name,
      quantity(row.median, row.unit),
      spread(row),
      row.ratio === undefined ? "" : digits(row.ratio),
      row.quality ?? "",
      row.note ?? "",
    ]),
  );
  const missing = skipped.map(({ name, reason }) => `Skipped: ${name} (${reason}).`);
  const more = tables.map(({ head, rows }) => table(head, rows));
  return [`## ${title}`, body, ...more, ...notes, ...missing].join("\n\n");
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

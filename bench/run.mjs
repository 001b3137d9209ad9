// The proof of speed: ours, the floors and the peers, timed in turns in one run.
//
//   npm run bench -- [--quick] [--only GROUP] [--train OUTCOMES] [--prompts FILE] [--seed N] [--json FILE]
//
// Without --train and --prompts it works on the repository's own questions with made-up outcomes, so that anyone can
// repeat it. bench/README.md is written from the figures when every group has run and --json is not given.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readInputs } from "./lib/inputs.mjs";
import { describeMachine, lastProcessor, pin } from "./lib/machine.mjs";
import { render } from "./lib/readme.mjs";
import { trainRouter } from "./lib/router.mjs";
import { format } from "./lib/table.mjs";

const groups = ["routing", "latency", "throughput", "training", "kmeans", "neighbors", "growth"];
const root = join(import.meta.dirname, "..");
const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    train: { type: "string" },
    prompts: { type: "string" },
    seed: { type: "string", default: "1" },
    json: { type: "string" },
  },
});
const chosen = groups.filter((name) => name === (options.only ?? name));
if (chosen.length === 0) {
  throw new Error(`Expected one of ${groups.join(", ")} for --only but received ${options.only}.`);
}

buildPrograms();
const directory = mkdtempSync(join(tmpdir(), "pointsman-bench-"));
try {
  await main();
} finally {
  rmSync(directory, { recursive: true });
}

async function main() {
  const begin = performance.now();
  const seed = Number(options.seed);
  const inputs = await readInputs({ ...options, seed, limit: options.quick ? 300 : 2000 });
  const trained = await trainRouter(inputs.training, join(directory, "router.safetensors"));
  const pinned = pin(lastProcessor);
  const results = {
    machine: describeMachine(),
    seed,
    pinned,
    quick: options.quick,
    inputs: { ...inputs.description, promptCount: inputs.prompts.length },
    groups: {},
  };
  const effort = options.quick ? { rounds: 5, milliseconds: 10 } : { rounds: 21, milliseconds: 40 };
  for (const name of chosen) {
    const group = await import(`./groups/${name}.mjs`);
    process.stderr.write(`${group.title} ...\n`);
    results.groups[name] = {
      title: group.title,
      ...(await group.run({ inputs, directory, trained, seed, quick: options.quick, ...effort })),
    };
  }
  results.minutes = (performance.now() - begin) / 60_000;
  process.stdout.write(format(results));
  write(results);
}

function write(results) {
  const json = `${JSON.stringify(results, undefined, 2)}\n`;
  if (options.json !== undefined) return writeFileSync(options.json, json);
  if (options.only !== undefined || options.quick) return;
  writeFileSync(join(root, "bench", "results.json"), json);
  writeFileSync(join(root, "bench", "README.md"), render(results));
}

/** The native programs need CMake and a C++ compiler, as the addon does, but no Node. */
function buildPrograms() {
  const cmake = (...args) =>
    execFileSync("cmake", args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  cmake("-S", ".", "-B", "build-bench", "-DPOINTSMAN_BENCH=ON");
  cmake("--build", "build-bench", "--parallel", "2");
}

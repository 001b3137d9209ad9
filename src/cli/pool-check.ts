import type { Command } from "commander";
import type { ModelCheck, PoolCheck } from "../execution/pool/check.js";
import { checkPool } from "../execution/pool/check.js";
import type { Fit, MemoryNeed } from "../execution/pool/memory.js";
import { loadPool } from "../execution/pool/pool.js";
import { formatBytes } from "./format.js";
import { wholeNumber } from "./options.js";
import { toyPool } from "./paths.js";
import { progress } from "./progress.js";
import { exitCodeOf, run } from "./run.js";

interface CheckOptions {
  sequences: number;
  json?: boolean;
}

const fits: Record<Fit, string> = {
  gpu: "fits on the GPU",
  split: "fits partly on the GPU",
  cpu: "fits",
  no: "does not fit",
};

export function addPoolCheckCommand(pool: Command): void {
  pool
    .command("check")
    .description(
      "which models of a pool can run here: files, hashes, memory; exits with 3 if not all can",
    )
    .argument("[pool]", "name or file of a pool", toyPool)
    .option("--sequences <n>", "prompts that each shall answer at once", wholeNumber(1, 256), 1)
    .option("--json", "print as JSON, memory in bytes")
    .addHelpText("after", "\nExample:\n  pointsman pool check paper --sequences 8")
    .action((nameOrFile: string, options: CheckOptions) =>
      run((signal) => check(nameOrFile, options, signal)),
    );
}

async function check(nameOrFile: string, options: CheckOptions, signal: AbortSignal) {
  const pool = await loadPool(nameOrFile);
  const result = await (async () => {
    using bar = progress("checking");
    return checkPool(pool, {
      sequences: options.sequences,
      signal,
      onModel: (name, done, total) => bar.update(done, total, name),
    });
  })();
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : text(result));
  if (!result.ok) process.exitCode = exitCodeOf("MODEL_FILE");
}

function text({ pool, room, models, together, sequences }: PoolCheck): string {
  const { free, total } = room;
  const gpu = total.vram === 0 ? "no GPU" : `${of(free.vram, total.vram)} of VRAM free`;
  const memory = `${of(free.ram, total.ram)} of RAM free, ${gpu}`;
  const able = models.filter(({ problems }) => problems.length === 0).length;
  return [
    `Pool "${pool}", prompts at once: ${sequences}; ${memory}`,
    ...models.flatMap(lines),
    `${able} of ${models.length} models can run.`,
    missingText(models),
    able > 1
      ? `All of them loaded together: ${needText(together.need)}, ${fits[together.fit]}.`
      : "",
  ]
    .filter((line) => line !== "")
    .join("\n")
    .concat("\n");
}

function missingText(models: readonly ModelCheck[]): string {
  const missing = models.filter((model) => model.missing);
  if (missing.length === 0) return "";
  const bytes = missing.reduce((sum, model) => sum + (model.bytes ?? 0), 0);
  const known = missing.every((model) => model.bytes !== undefined) ? "" : "at least ";
  return `Missing: ${missing.length} files, ${known}${formatBytes(bytes)}.`;
}

function lines(model: ModelCheck): string[] {
  const { name, problems, notes, bytes, facts, need, fit, contextSize } = model;
  const about =
    facts === undefined || need === undefined || fit === undefined
      ? ""
      : `: ${facts.architecture}, ${millions(facts.parameters)} parameters, ${facts.quantisation}, ` +
        `file ${formatBytes(bytes!)}, context ${contextSize} of ${facts.trainContextSize ?? "?"}; ` +
        `needs ${needText(need)}, ${fits[fit]}`;
  return [
    `  ${problems.length === 0 ? "ok" : "NO"}  ${name}${about}`,
    ...[...problems, ...notes].map((sentence) => `      ${sentence}`),
  ];
}

function needText({ cpu, gpu }: MemoryNeed): string {
  return gpu === undefined
    ? `${formatBytes(cpu.ram)} of RAM`
    : `${formatBytes(gpu.vram)} of VRAM and ${formatBytes(gpu.ram)} of RAM`;
}

function of(free: number, total: number): string {
  return `${formatBytes(free)} of ${formatBytes(total)}`;
}

function millions(count: number): string {
  return count >= 1e9
    ? `${(count / 1e9).toFixed(1)} billion`
    : `${(count / 1e6).toFixed(1)} million`;
}

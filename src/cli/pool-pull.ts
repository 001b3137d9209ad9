import type { Command } from "commander";
import { UnknownModelError } from "../errors.js";
import { isRemote, type LocalModel, loadPool, type Pool } from "../execution/pool/pool.js";
import { type Pulled, pullModel } from "../execution/pool/pull.js";
import { formatBytes } from "./format.js";
import { names } from "./options.js";
import { progress } from "./progress.js";
import { run } from "./run.js";

interface PullOptions {
  models?: string[];
  json?: boolean;
}

export function addPoolPullCommand(pool: Command): void {
  pool
    .command("pull")
    .description(
      "fetch the files of a pool's models that are not there; the only command that uses the network",
    )
    .argument("<pool>", "name or file of a pool")
    .option("--models <a,b>", "only these models", names)
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      '\nRun it again after an interruption: it goes on. Files go where "pointsman pool show" says; the directory in' +
        "\nPOINTSMAN_MODELS takes those of models that have only a source. Gated repositories need HF_TOKEN.",
    )
    .action((nameOrFile: string, options: PullOptions) =>
      run((signal) => pull(nameOrFile, options, signal)),
    );
}

async function pull(nameOrFile: string, { models, json }: PullOptions, signal: AbortSignal) {
  const pool = await loadPool(nameOrFile);
  const results: (Pulled & { name: string })[] = [];
  for (const model of chosen(pool, models)) {
    const pulled = await pullOne(model, signal);
    results.push({ name: model.name, ...pulled });
    if (!json) process.stdout.write(text(model, pulled));
  }
  if (json) process.stdout.write(`${JSON.stringify(results)}\n`);
}

async function pullOne(model: LocalModel, signal: AbortSignal): Promise<Pulled> {
  using bar = progress(`${model.name} (MB)`);
  return pullModel(model, {
    signal,
    onProgress: (done, total, speed) =>
      bar.update(Math.round(done / 1e6), Math.round(total / 1e6), `${formatBytes(speed)} a second`),
  });
}

/** Local models only: there is nothing to fetch of the others. */
function chosen(pool: Pool, wanted: readonly string[] | undefined): LocalModel[] {
  const local = pool.models.filter((model): model is LocalModel => !isRemote(model));
  const known = local.map(({ name }) => name);
  const unknown = wanted?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UnknownModelError(unknown, known);
  return local.filter(({ name }) => wanted?.includes(name) ?? true);
}

function text({ name, sha256 }: LocalModel, pulled: Pulled): string {
  const how = pulled.fetched ? "fetched" : "there";
  const pin =
    sha256 === undefined
      ? "  Not checked against a hash; pin it in the pool file:\n    sha256: "
      : "  sha256 as in the pool file: ";
  return `${name}: ${how}, ${formatBytes(pulled.bytes)}\n  ${pulled.file}\n${pin}${pulled.sha256}\n`;
}

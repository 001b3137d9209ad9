import type { Command } from "commander";
import { placeOf, readyMadePools } from "../execution/pool/names.js";
import { isRemote, loadPool, type Pool, type PoolModel } from "../execution/pool/pool.js";
import { formatBytes } from "./format.js";
import { toyPool } from "./paths.js";
import { addPoolAddCommand } from "./pool-add.js";
import { addPoolCheckCommand } from "./pool-check.js";
import { addPoolPullCommand } from "./pool-pull.js";
import { run } from "./run.js";

export function addPoolCommand(program: Command): void {
  const command = program
    .command("pool")
    .description("list, show, check, fetch and extend pools of models");
  command
    .command("list")
    .description("the pools that come with the package")
    .option("--json", "print as JSON")
    .action((options: { json?: boolean }) => run(() => list(options.json === true)));
  command
    .command("show")
    .description("the models of a pool and their settings")
    .argument("[pool]", "name or file of a pool", toyPool)
    .option("--json", "print as JSON, with all that the pool file leaves to defaults")
    .action((pool: string, options: { json?: boolean }) =>
      run(() => show(pool, options.json === true)),
    );
  addPoolCheckCommand(command);
  addPoolPullCommand(command);
  addPoolAddCommand(command);
}

async function list(json: boolean): Promise<void> {
  const pools = await Promise.all(
    readyMadePools.map(async (name) => {
      const { models } = await loadPool(name);
      return { name, file: placeOf(name).file, models: models.map((model) => model.name) };
    }),
  );
  process.stdout.write(
    json
      ? `${JSON.stringify(pools)}\n`
      : pools
          .map(({ name, file, models }) => `${name}  ${models.join(", ")}\n  ${file}\n`)
          .join(""),
  );
}

async function show(nameOrFile: string, json: boolean): Promise<void> {
  const pool = await loadPool(nameOrFile);
  process.stdout.write(json ? `${JSON.stringify(pool)}\n` : text(pool));
}

function text({ name, models }: Pool): string {
  const sizes = models.flatMap((model) => (isRemote(model) ? [] : (model.bytes ?? [])));
  const sum = sizes.reduce((a, b) => a + b, 0);
  const size = sum === 0 ? "" : `, files of ${formatBytes(sum)}`;
  return `Pool "${name}": ${models.length} models${size}\n${models.map(modelText).join("")}`;
}

function modelText(model: PoolModel): string {
  const { temperature, topK, topP, maxTokens } = model.sampling;
  const { price } = model;
  const settings = [
    `${model.kind}, ${model.shots} shots`,
    ...(model.contextSize === undefined ? [] : [`context ${model.contextSize}`]),
    `temperature ${temperature}, top-k ${topK}, top-p ${topP}, at most ${maxTokens} tokens`,
    ...(model.stop.length === 0
      ? []
      : [`stop ${model.stop.map((s) => JSON.stringify(s)).join(" ")}`]),
    ...(price === undefined ? [] : [`price ${price.prompt} / ${price.completion}`]),
  ];
  return `${model.name}\n  ${settings.join(", ")}\n  ${placeText(model).join("\n  ")}\n`;
}

function placeText(model: PoolModel): string[] {
  if (isRemote(model)) {
    const key = model.apiKeyEnv === undefined ? "" : `, key in ${model.apiKeyEnv}`;
    return [`${model.model} at ${model.endpoint}${key}`];
  }
  const facts = [
    model.bytes === undefined ? undefined : formatBytes(model.bytes),
    model.quantisation,
    model.licence,
  ].filter((fact) => fact !== undefined);
  const about = facts.length === 0 ? "" : ` (${facts.join(", ")})`;
  return [`${model.file}${about}`, ...(model.source === undefined ? [] : [`from ${model.source}`])];
}

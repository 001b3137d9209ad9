import { createInterface } from "node:readline";
import type { Command } from "commander";
import { InputFileError, InvalidArgumentError } from "../errors.js";
import { utility } from "../policies/utility.js";
import type { Effect, Explanation } from "../router/explain.js";
import { Router } from "../router/router.js";
import { addEncoderOptions, type EncoderChoice, encoderFor, vectorOf } from "./encoder.js";
import { positiveNumber } from "./options.js";
import { run } from "./run.js";

interface RouteOptions extends EncoderChoice {
  router: string;
  jsonl?: boolean;
  explain?: boolean;
  budget?: number;
  lambda?: number;
  mu?: number;
}

export function addRouteCommand(program: Command): void {
  const command = program
    .command("route")
    .description(
      "decide for prompts on standard input: one prompt a line in, one JSON decision a line out",
    )
    .requiredOption("--router <file>", "router file");
  addEncoderOptions(command)
    .option(
      "--jsonl",
      "lines are JSON objects with a field prompt, which may then hold line breaks; id is passed on",
    )
    .option("--explain", "add what moved each decision: n-grams, surface, clusters, neighbours")
    .option("--budget <n>", "add a plan for so many answers on average", positiveNumber)
    .option(
      "--lambda <x>",
      "what a second costs, in right answers; decides without the gate",
      positiveNumber,
    )
    .option(
      "--mu <x>",
      "what a unit of price costs, in right answers; decides without the gate",
      positiveNumber,
    )
    .addHelpText(
      "after",
      '\nExample:\n  echo "What is 2 + 2?" | pointsman route --router router.safetensors',
    )
    .action((options: RouteOptions) => run((signal) => route(options, signal)));
}

async function route(options: RouteOptions, signal: AbortSignal): Promise<void> {
  const router = await load(options);
  await using encoder = await encoderFor(router, options);
  const lines = createInterface({
    input: process.stdin,
    crlfDelay: Number.POSITIVE_INFINITY,
    signal,
  });
  let number = 0;
  for await (const line of lines) {
    number++;
    const { id, prompt } = options.jsonl
      ? parseLine(line, number)
      : { id: undefined, prompt: line };
    const vector = await vectorOf(encoder, prompt, signal);
    const decision = {
      ...(id !== undefined && { id }),
      ...decide(router, prompt, vector, options),
    };
    if (!process.stdout.write(`${JSON.stringify(decision)}\n`)) await drained();
  }
}

/** With the utility of `--lambda` and `--mu` in place of the file's own policy, where one of them is given. */
async function load({ router: file, lambda, mu }: RouteOptions): Promise<Router> {
  const router = await Router.load(file);
  if (lambda === undefined && mu === undefined) return router;
  const { models } = router.info;
  const known = (what: "seconds" | "price") =>
    models.map((model) => {
      const cost = model[what];
      if (cost === undefined) {
        const mend = `Train on outcomes that tell its ${what === "price" ? "cost" : "latency"}.`;
        throw InvalidArgumentError.of(`the ${what} of "${model.name}"`, "a number", "none", mend);
      }
      return cost;
    });
  const policy = utility({
    ...(lambda === undefined ? {} : { lambda, seconds: known("seconds") }),
    ...(mu === undefined ? {} : { mu, prices: known("price") }),
  });
  return Router.load(file, { policy });
}

/** The decision as JSON: chosen model, P(right) of every model, microseconds that the decision took. */
function decide(
  router: Router,
  prompt: string,
  vector: Float32Array | undefined,
  { explain, budget }: RouteOptions,
) {
  const begin = process.hrtime.bigint();
  const model = router.route(prompt, vector);
  const microseconds = Number(process.hrtime.bigint() - begin) / 1000;
  const { ranking, abstain, novelty } = router.decide(prompt, vector);
  const scores = Object.fromEntries(ranking.map(({ model, score }) => [model, round(score)]));
  return {
    model,
    scores,
    abstain,
    novelty: round(novelty),
    microseconds: round(microseconds),
    ...(budget !== undefined && {
      plan: router.plan(prompt, { budget, ...(vector && { embedding: vector }) }),
    }),
    ...(explain && { explanation: shortened(router.explain(prompt, vector)) }),
  };
}

/** The strongest of each kind. */
function shortened({ against, terms, surface, clusters, neighbors }: Explanation) {
  const strongest = (effects: readonly Effect[]) =>
    Object.fromEntries(effects.slice(0, 10).map(({ name, effect }) => [name, round(effect)]));
  return {
    against,
    terms: strongest(terms),
    surface: strongest(surface),
    clusters,
    neighbors: neighbors.slice(0, 10),
  };
}

function parseLine(line: string, number: number): { id?: unknown; prompt: string } {
  try {
    const value = JSON.parse(line);
    if (typeof value?.prompt === "string") return value;
  } catch {
    // Falls through to the error below, which names the line.
  }
  throw new InputFileError(
    `standard input:${number}: expected a JSON object with a text field "prompt" (that is what --jsonl asks for).`,
  );
}

function drained(): Promise<void> {
  return new Promise((resolve) => process.stdout.once("drain", resolve));
}

function round(x: number): number {
  return Math.round(x * 1e4) / 1e4;
}

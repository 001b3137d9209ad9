import { createInterface } from "node:readline";
import type { Command } from "commander";
import { InputFileError } from "../errors.js";
import { Router } from "../router/router.js";
import { run } from "./run.js";

interface RouteOptions {
  router: string;
  jsonl?: boolean;
}

export function addRouteCommand(program: Command): void {
  program
    .command("route")
    .description(
      "decide for prompts on standard input: one prompt a line in, one JSON decision a line out",
    )
    .requiredOption("--router <file>", "router file")
    .option(
      "--jsonl",
      "lines are JSON objects with a field prompt, which may then hold line breaks; id is passed on",
    )
    .addHelpText(
      "after",
      '\nExample:\n  echo "What is 2 + 2?" | pointsman route --router router.safetensors',
    )
    .action((options: RouteOptions) => run((signal) => route(options, signal)));
}

async function route(options: RouteOptions, signal: AbortSignal): Promise<void> {
  const router = await Router.load(options.router);
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
    const decision = { ...(id !== undefined && { id }), ...decide(router, prompt) };
    if (!process.stdout.write(`${JSON.stringify(decision)}\n`)) await drained();
  }
}

/** The decision as JSON: chosen model, P(right) of every model, microseconds that the decision took. */
function decide(router: Router, prompt: string) {
  const begin = process.hrtime.bigint();
  const model = router.route(prompt);
  const microseconds = Number(process.hrtime.bigint() - begin) / 1000;
  const scores = Object.fromEntries(
    router.rank(prompt).map(({ model, score }) => [model, round(score)]),
  );
  return { model, scores, microseconds: round(microseconds) };
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

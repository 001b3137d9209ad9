import { existsSync } from "node:fs";
import type { Command } from "commander";
import { InvalidArgumentError, UnknownModelError } from "../errors.js";
import { openEngine } from "../execution/open-engine.js";
import { loadPool, type Pool } from "../execution/pool/pool.js";
import { renderPrompt } from "../execution/prompt.js";
import { Router } from "../router/router.js";
import { askPlan } from "./ask-plan.js";
import { addEncoderOptions, type EncoderChoice, encoderFor, vectorOf } from "./encoder.js";
import { positiveNumber, wholeNumber } from "./options.js";
import { defaultRouter, toyPool } from "./paths.js";
import { run } from "./run.js";

interface AskOptions extends EncoderChoice {
  router: string;
  pool: string;
  model?: string;
  budget?: number;
  seed: number;
  json?: boolean;
}

export function addAskCommand(program: Command): void {
  const command = program
    .command("ask")
    .description("route one prompt, run the chosen model and stream its answer")
    .argument("<prompt>", "the question");
  addEncoderOptions(command)
    .option("--router <file>", "router file", defaultRouter)
    .option("--pool <name|file>", "toy, paper or a pool file", toyPool)
    .option("--model <name>", "ask this pool member instead of the one the router would choose")
    .option(
      "--budget <n>",
      "answers to spend on average: more than one model may vote",
      positiveNumber,
    )
    .option("--seed <n>", "seed of sampling", wholeNumber(0), 1)
    .option("--json", "print decision and answer as one JSON object")
    .addHelpText(
      "after",
      '\nExample:\n  pointsman ask "Which word is the opposite of cheap?"  (after pointsman demo has made a router)',
    )
    .action((prompt: string, options: AskOptions) =>
      run(async (signal) => {
        if (!existsSync(options.router)) {
          throw new InvalidArgumentError(
            `There is no router file at "${options.router}". Run "pointsman demo" first, or give one with --router.`,
          );
        }
        const router = await Router.load(options.router);
        const pool = await loadPool(options.pool);
        await using encoder = await encoderFor(router, options);
        const embedding = await vectorOf(encoder, prompt, signal);
        const how = { ...options, ...(embedding && { embedding }), signal };
        const { budget } = options;
        if (budget === undefined) await ask(prompt, router, pool, how);
        else await askPlan(prompt, router, pool, { ...how, budget });
      }),
    );
}

/** Shows the decision on stderr and streams the answer to stdout. Shared with the demo. */
export async function ask(
  prompt: string,
  router: Router,
  pool: Pool,
  options: {
    model?: string;
    embedding?: Float32Array;
    seed: number;
    json?: boolean;
    signal: AbortSignal;
  },
): Promise<void> {
  if (prompt.trim() === "") throw InvalidArgumentError.of("the prompt", "some text", prompt);
  const begin = process.hrtime.bigint();
  const chosen = router.route(prompt, options.embedding);
  const microseconds = Number(process.hrtime.bigint() - begin) / 1000;
  const ranking = router.rank(prompt, options.embedding);
  const name = options.model ?? chosen;
  const model = pool.models.find((member) => member.name === name);
  if (model === undefined)
    throw new UnknownModelError(
      name,
      pool.models.map((member) => member.name),
    );
  if (!options.json) process.stderr.write(decisionLines(ranking, name, microseconds));
  await using engine = await openEngine(model);
  const completion = await engine.generate(renderPrompt(model, { prompt }), {
    ...model.sampling,
    stop: model.stop,
    seed: options.seed,
    signal: options.signal,
    ...(!options.json && { onText: (piece: string) => void process.stdout.write(piece) }),
  });
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ prompt, model: name, microseconds, ranking, ...completion })}\n`
      : "\n",
  );
}

function decisionLines(
  ranking: readonly { model: string; score: number }[],
  chosen: string,
  microseconds: number,
): string {
  const width = Math.max(...ranking.map(({ model }) => model.length));
  const rows = ranking.map(
    ({ model, score }) =>
      `  ${model === chosen ? ">" : " "} ${model.padEnd(width)}  ${(100 * score).toFixed(1)} %`,
  );
  return `${[`routed in ${microseconds.toFixed(1)} us (first call, cold) to ${chosen}`, ...rows].join("\n")}\n`;
}

import type { Command } from "commander";
import { addModel } from "../execution/pool/add.js";
import { wholeNumber } from "./options.js";
import { run } from "./run.js";

/** Named as in the pool file, so that what is given is what is written. */
type AddOptions = { name: string; kind: string; json?: boolean } & Record<string, unknown>;

export function addPoolAddCommand(pool: Command): void {
  pool
    .command("add")
    .description("add a model to a pool file, which is made if need be; comments are kept")
    .argument("<file>", "pool file, .yaml or .json")
    .requiredOption("--name <name>", "name of the model in the pool")
    .requiredOption("--kind <base|chat>", "chat: asked through its chat template")
    .option("--file <file>", "GGUF file; its hash is filled in if it is there")
    .option("--source <source>", "hf:user/repository/file.gguf, hf:user/repository:QUANT or a URL")
    .option("--endpoint <url>", "OpenAI-compatible API, e.g. http://127.0.0.1:8000/v1")
    .option("--model <name>", "the model's name at the endpoint")
    .option("--api-key-env <variable>", "environment variable with the endpoint's key")
    .option("--licence <licence>", "licence of the weights")
    .option("--template <text>", "text around a question, with {prompt} where it goes")
    .option("--shots <n>", "worked examples in front of a question", wholeNumber(0, 16))
    .option("--stop <text...>", "texts that end an answer")
    .option("--context-size <tokens>", "tokens of prompt and answer together", wholeNumber(8))
    .option("--json", "print what was added as JSON")
    .addHelpText(
      "after",
      "\nSampling settings and prices are written in the file: docs/pools.md lists the fields." +
        "\nExample:\n  pointsman pool add pool.yaml --name mine --kind chat --file models/mine.gguf",
    )
    .action((file: string, options: AddOptions) => run(() => add(file, options)));
}

async function add(file: string, { json, ...fields }: AddOptions): Promise<void> {
  const added = await addModel(file, fields);
  const hash = added.sha256 === undefined ? "" : `, sha256 ${added.sha256}`;
  process.stdout.write(
    json ? `${JSON.stringify(added)}\n` : `Added "${added.name}" to ${file}${hash}\n`,
  );
}

import type { Command } from "commander";
import { loadOutcomes, selectModels } from "../datasets/outcomes.js";
import { RouterFileError } from "../errors.js";
import { formatCertificate, type Recheck, recheck } from "../evaluation/certify.js";
import { evaluateFitted } from "../evaluation/evaluate.js";
import { chooserOf } from "../evaluation/routers.js";
import { signed } from "../evaluation/text.js";
import { fingerprint } from "../router/fingerprint.js";
import { Router } from "../router/router.js";
import { addEncoderOptions, type EncoderChoice, encoderFor, withEmbeddings } from "./encoder.js";
import { run } from "./run.js";

interface CertifyCommandOptions extends EncoderChoice {
  router: string;
  outcomes?: string[];
  skipBad?: boolean;
  json?: boolean;
}

export function addCertifyCommand(program: Command): void {
  const command = program
    .command("certify")
    .description(
      "print what was shown of a router when it was trained, and check it on new outcomes",
    )
    .requiredOption("--router <file>", "router file")
    .option("--outcomes <file...>", "new outcomes, which the router was not trained on");
  addEncoderOptions(command)
    .option("--skip-bad", "skip bad rows and count them, instead of stopping")
    .option("--json", "print certificate and check as JSON")
    .addHelpText(
      "after",
      "\nExits with 1 where the router does worse than the best single model on the new outcomes, beyond chance." +
        "\n\nExample:\n  pointsman certify --router router.safetensors --outcomes last-week.jsonl",
    )
    .action((options: CertifyCommandOptions) => run((signal) => certify(options, signal)));
}

async function certify(options: CertifyCommandOptions, signal: AbortSignal): Promise<void> {
  const router = await Router.load(options.router);
  const { certificate } = router.info;
  if (certificate === undefined) {
    throw new RouterFileError(
      `"${options.router}" has no certificate. Train it again without --no-certificate.`,
    );
  }
  const check = options.outcomes && (await checked(router, options.outcomes, options, signal));
  if (check?.verdict === "worse") process.exitCode = 1;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ certificate, ...(check && { check }) })}\n`
      : formatCertificate(certificate) + (check ? formatCheck(check) : ""),
  );
}

type Check = Recheck & { readonly n: number; readonly seenInTraining: boolean };

async function checked(
  router: Router,
  files: readonly string[],
  options: CertifyCommandOptions,
  signal: AbortSignal,
): Promise<Check> {
  await using encoder = await encoderFor(router, options);
  const { outcomes } = await loadOutcomes(files, options);
  const test = await withEmbeddings(selectModels(outcomes, router.models), encoder, signal);
  const evaluation = evaluateFitted({
    test,
    bestSingle: router.fallback,
    choosers: [chooserOf("router", "router", router)],
    seed: 1,
  });
  const seenInTraining = fingerprint(test) === router.info.training.fingerprint;
  return { n: evaluation.n, seenInTraining, ...recheck(evaluation) };
}

function formatCheck({ n, gain, gainLow, gainHigh, verdict, seenInTraining }: Check): string {
  const warning = seenInTraining
    ? "\nThese are the outcomes it was trained on: they show nothing."
    : "";
  return `\non ${n} new prompts the gain is ${signed(gain)} points, 95 % interval ${signed(gainLow)}..${signed(gainHigh)}: ${verdict}${warning}\n`;
}

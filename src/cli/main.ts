#!/usr/bin/env node
import { createRequire } from "node:module";
import { Command } from "commander";
import { addAskCommand } from "./ask.js";
import { addBenchCommand } from "./bench.js";
import { addCertifyCommand } from "./certify.js";
import { addDemoCommand } from "./demo.js";
import { addEvaluateCommand } from "./evaluate.js";
import { addLabelCommand } from "./label.js";
import { addPoolCommand } from "./pool.js";
import { addReportCommand } from "./report.js";
import { addReproduceCommand } from "./reproduce.js";
import { addRouteCommand } from "./route.js";
import { exitCodeHelp } from "./run.js";
import { addSampleCommand } from "./sample.js";
import { addTrainCommand } from "./train.js";
import { addWorkerCommand } from "./worker.js";

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

const program = new Command("pointsman")
  .description(
    "Decides in microseconds which of several local language models should answer a prompt, and runs it.",
  )
  .version(version)
  .enablePositionalOptions()
  .showHelpAfterError("(pointsman --help shows what there is)")
  .addHelpText(
    "after",
    `\nResults go to standard output, progress and errors to standard error.\n${exitCodeHelp}`,
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

addDemoCommand(program);
addReproduceCommand(program);
addPoolCommand(program);
addSampleCommand(program);
addWorkerCommand(program);
addLabelCommand(program);
addTrainCommand(program);
addEvaluateCommand(program);
addReportCommand(program);
addCertifyCommand(program);
addRouteCommand(program);
addAskCommand(program);
addBenchCommand(program);

await program.parseAsync();

import type { ErrorCode } from "../errors.js";
import { PointsmanError } from "../errors.js";

/** Exit codes, shown by `pointsman --help`. */
const exitCodes: Partial<Record<ErrorCode, number>> = {
  INVALID_ARGUMENT: 2,
  INVALID_INPUT_FILE: 2,
  NO_LABELS: 2,
  UNKNOWN_MODEL: 2,
  ROUTER_FILE: 2,
  STORE_MISMATCH: 2,
  STORE_CORRUPT: 2,
  ENGINE: 3,
  ENGINE_UNAVAILABLE: 3,
  MODEL_FILE: 3,
  QUEUE: 3,
  STORAGE: 4,
  ABORTED: 130,
};

export const exitCodeHelp =
  "Exit codes: 0 done, 1 internal error, 2 bad argument or input, 3 a model or the queue cannot run, " +
  "4 file system refused, 130 interrupted (run the same command again to go on).";

/**
 * Runs one command: Ctrl-C aborts it cleanly (twice: at once), an error of ours becomes one line on stderr and an
 * exit code, never a stack trace.
 */
export async function run(command: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const abort = new AbortController();
  const onSignal = () => {
    if (abort.signal.aborted) process.exit(130);
    process.stderr.write("\npointsman: stopping; press Ctrl-C again to stop at once\n");
    abort.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  // A reader that has seen enough (`| head`) is not an error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? 0 : 4);
  });
  try {
    await command(abort.signal);
  } catch (error) {
    process.exitCode = report(error);
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

/** For a command that reports what is wrong instead of throwing it. */
export function exitCodeOf(code: ErrorCode): number {
  return exitCodes[code] ?? 1;
}

function report(error: unknown): number {
  if (error instanceof PointsmanError) {
    process.stderr.write(`pointsman: ${error.message}\n`);
    return exitCodeOf(error.code);
  }
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`pointsman: internal error: ${text}\n`);
  if (process.env.POINTSMAN_DEBUG && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  return 1;
}

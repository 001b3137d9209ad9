import {
  EngineError,
  EngineExitError,
  EngineUnavailableError,
  ModelFileError,
  type PointsmanError,
} from "../../errors.js";
import type { Completion, Engine } from "../engine.js";
import type { ModelFailure, PoolAnswers } from "./answer.js";
import type { LineOptions } from "./line.js";
import type { Member } from "./member.js";
import { type Runner, seconds } from "./runner.js";

export interface FallOptions extends LineOptions {
  readonly onFailure?: (failure: ModelFailure) => void;
}

/** A prompt during which so many models ended is not tried on more: it is probably the reason. */
const mostExits = 2;

/** Tries the members one after the other until one answers. @throws EngineError where none does */
export async function fallDown(
  members: readonly Member[],
  runner: Runner,
  options: FallOptions,
  ask: (engine: Engine, member: Member) => Promise<readonly Completion[]>,
): Promise<PoolAnswers> {
  const failures: ModelFailure[] = [];
  const began = seconds();
  let exits = 0;
  const giveUp = (member: Member, error: PointsmanError, skipped: boolean) => {
    const failure = { model: member.name, error, skipped };
    failures.push(failure);
    options.onFailure?.(failure);
  };
  for (const member of members) {
    const remembered = member.cooling(seconds());
    if (remembered !== undefined) {
      giveUp(member, remembered, true);
      continue;
    }
    let wasAsked = false;
    try {
      const completions = await runner.turn(member, remaining(options, began), (engine) => {
        wasAsked = true;
        return ask(engine, member);
      });
      return { model: member.name, completions, failures };
    } catch (error) {
      if (runner.isCut || !isOfModel(error)) throw error;
      giveUp(member, error, false);
      if (wasAsked && error instanceof EngineExitError) exits++;
      if (exits === mostExits) break;
    }
  }
  throw noAnswer(failures, exits);
}

/** The deadline holds for the whole way down. */
function remaining(options: FallOptions, began: number): LineOptions {
  const { within } = options;
  return within === undefined ? options : { ...options, within: within - (seconds() - began) };
}

/** Whether another model may do better; not so where the caller, the time or the room is the reason. */
function isOfModel(error: unknown): error is PointsmanError {
  return (
    error instanceof EngineError ||
    error instanceof ModelFileError ||
    error instanceof EngineUnavailableError
  );
}

function noAnswer(failures: readonly ModelFailure[], exits: number): EngineError {
  const lines = failures.map(
    ({ model, error, skipped }) =>
      `  ${model}: ${skipped ? "not asked, as it failed before: " : ""}${error.message}`,
  );
  const end =
    exits === mostExits
      ? `\nThe processes of ${mostExits} models ended while they answered this prompt, so no more were asked.`
      : "";
  return new EngineError(`No model of the ranking answered:\n${lines.join("\n")}${end}`, {
    cause: new AggregateError(failures.map(({ error }) => error)),
  });
}

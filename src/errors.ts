/**
 * Every error that Pointsman throws on purpose. The text of each one names the value, the limit and the mend;
 * `code` is stable and is what programs should test.
 */
export type ErrorCode =
  | "INVALID_ARGUMENT"
  | "INVALID_INPUT_FILE"
  | "NOT_FITTED"
  | "NATIVE_UNAVAILABLE"
  | "ROUTER_FILE"
  | "MODEL_FILE"
  | "UNKNOWN_MODEL"
  | "ENGINE"
  | "ENGINE_UNAVAILABLE"
  | "QUEUE"
  | "OVERLOADED"
  | "DEADLINE"
  | "STORE_MISMATCH"
  | "STORE_CORRUPT"
  | "STORAGE"
  | "NO_LABELS"
  | "CONTAMINATED_LABELS"
  | "ABORTED";

export class PointsmanError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** An argument or option of a call, or of a command, is not usable. */
export class InvalidArgumentError extends PointsmanError {
  constructor(message: string, options?: ErrorOptions) {
    super("INVALID_ARGUMENT", message, options);
  }

  /** `Expected <expected> for <name> but received <value>.` followed by the mend, if there is one. */
  static of(
    name: string,
    expected: string,
    received: unknown,
    mend?: string,
  ): InvalidArgumentError {
    return new InvalidArgumentError(expectation(name, expected, received, mend));
  }
}

/** A question, outcome or pool file has a bad line or field. */
export class InputFileError extends PointsmanError {
  constructor(message: string, options?: ErrorOptions) {
    super("INVALID_INPUT_FILE", message, options);
  }
}

/** An estimator was used before `fit`. */
export class NotFittedError extends PointsmanError {
  constructor(estimator: string) {
    super("NOT_FITTED", `${estimator} is not fitted yet. Call fit() first.`);
  }
}

/** The C++ addon could not be loaded. */
export class NativeUnavailableError extends PointsmanError {
  constructor(message: string, options?: ErrorOptions) {
    super("NATIVE_UNAVAILABLE", message, options);
  }
}

/** A router file is truncated, damaged or of another version. */
export class RouterFileError extends PointsmanError {
  constructor(message: string, options?: ErrorOptions) {
    super("ROUTER_FILE", message, options);
  }
}

/** A model file is missing, truncated, not GGUF, or not the one the pool names. */
export class ModelFileError extends PointsmanError {
  constructor(message: string, options?: ErrorOptions) {
    super("MODEL_FILE", message, options);
  }
}

/** A model name is not one of those known here. */
export class UnknownModelError extends PointsmanError {
  constructor(name: string, known: readonly string[]) {
    super("UNKNOWN_MODEL", `Unknown model "${name}". Known here: ${known.join(", ")}.`);
  }
}

/** A model failed while it was loading or generating. */
export class EngineError extends PointsmanError {
  constructor(message: string, options?: ErrorOptions) {
    super("ENGINE", message, options);
  }
}

/** The process that ran a model is gone: it crashed, or it hung and was ended. */
export class EngineExitError extends EngineError {
  readonly model: string;
  /** Of the process; null where a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;

  constructor(
    message: string,
    gone: Pick<EngineExitError, "model" | "exitCode" | "signal">,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.model = gone.model;
    this.exitCode = gone.exitCode;
    this.signal = gone.signal;
  }
}

/** More requests wait than were allowed to; this one was not taken. */
export class OverloadedError extends PointsmanError {
  constructor(waiting: number) {
    super(
      "OVERLOADED",
      `${waiting} requests wait already, as many as may. Try again later, or raise maxWaiting.`,
    );
  }
}

/** A request waited until its deadline had passed; no model was asked. */
export class DeadlineError extends PointsmanError {
  constructor(seconds: number) {
    super(
      "DEADLINE",
      `No model could begin to answer within ${Math.max(0, seconds).toFixed(3)} s. Allow more time, or ask less at once.`,
    );
  }
}

/** The library that runs models is not installed, or does not run on this machine. */
export class EngineUnavailableError extends PointsmanError {
  constructor(message: string, options?: ErrorOptions) {
    super("ENGINE_UNAVAILABLE", message, options);
  }
}

/** The queue of jobs cannot be used: its packages are not installed, or Redis does not answer or refuses. */
export class QueueError extends PointsmanError {
  constructor(message: string, options?: ErrorOptions) {
    super("QUEUE", message, options);
  }
}

/** A store of samples was written with other settings, models or questions. */
export class StoreMismatchError extends PointsmanError {
  constructor(message: string, options?: ErrorOptions) {
    super("STORE_MISMATCH", message, options);
  }
}

/** A store of samples holds something that no run of ours wrote. */
export class StoreCorruptError extends PointsmanError {
  constructor(message: string, options?: ErrorOptions) {
    super("STORE_CORRUPT", message, options);
  }
}

/** The file system refused: missing file, no permission, disk full. */
export class StorageError extends PointsmanError {
  constructor(message: string, options?: ErrorOptions) {
    super("STORAGE", message, options);
  }
}

/** There is nothing to learn from: no question, or no usable answer. */
export class NoLabelsError extends PointsmanError {
  constructor(message: string, options?: ErrorOptions) {
    super("NO_LABELS", message, options);
  }
}

/** Models have probably been tuned on the questions that labels are taken from. */
export class ContaminatedLabelsError extends PointsmanError {
  constructor(
    flagged: readonly {
      readonly model: string;
      readonly split?: string;
      readonly z: number;
      readonly threshold: number;
    }[],
  ) {
    const models = flagged.map(
      ({ model, split, z }) =>
        `${model}${split === undefined ? "" : ` on "${split}"`} (${z.toFixed(1)})`,
    );
    super(
      "CONTAMINATED_LABELS",
      `Success on training questions exceeds success on clean ones by more than ${flagged[0]?.threshold} standard ` +
        `errors: ${models.join(", ")}. A router that believes these labels sends everything there. ` +
        "Leave them out, or allow contaminated labels.",
    );
  }
}

/** The caller's AbortSignal fired. What was acknowledged before is kept. */
export class AbortedError extends PointsmanError {
  constructor(what: string) {
    super("ABORTED", `${what} was stopped before it was done.`);
  }
}

const reasons: Record<string, string> = {
  ENOENT: "it does not exist",
  EACCES: "permission denied",
  EPERM: "the operation is not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full; free some space and run the same command again",
  EDQUOT: "the disk quota is used up; free some space and run the same command again",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of the path is not a directory",
  EMFILE: "too many files are open",
};

/** Words a system error for a person: `Cannot write "x": the disk is full...`. */
export function storageError(action: string, path: string, cause: unknown): StorageError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? "";
  const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new StorageError(`Cannot ${action} "${path}": ${reason}.`, { cause });
}

function expectation(name: string, expected: string, received: unknown, mend?: string): string {
  const text = `Expected ${expected} for ${name} but received ${show(received)}.`;
  return mend === undefined ? text : `${text} ${mend}`;
}

function show(value: unknown): string {
  if (typeof value === "string") {
    return value.length > 60 ? `"${value.slice(0, 57)}..."` : `"${value}"`;
  }
  if (typeof value === "object" && value !== null) {
    return Array.isArray(value)
      ? `an array of ${value.length}`
      : `a ${value.constructor?.name ?? "object"}`;
  }
  return String(value);
}

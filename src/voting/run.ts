import { canonical } from "../datasets/answers.js";
import { AbortedError, InvalidArgumentError } from "../errors.js";
import type { Ask, Plan } from "./plan.js";
import { Poll } from "./poll.js";

/**
 * Asks a model for one answer in each of these slots and extracts them.
 * @returns the answers in the order of the slots; null = unusable.
 */
export type AskModel = (
  model: string,
  slots: readonly number[],
  signal: AbortSignal,
) => Promise<readonly (string | null)[]>;

export interface RunPlanOptions {
  readonly signal?: AbortSignal;
  /** Asks under way at once, 1 or more. Above 1 saves time and wastes answers. Default: 1. */
  readonly parallel?: number;
}

/** What a plan came to. */
export interface Verdict {
  /** The winner in canonical form; null where no answer was usable. */
  readonly answer: string | null;
  /** Votes of each answer that was counted. */
  readonly votes: ReadonlyMap<string, number>;
  /** Answers that were asked for, those cancelled or not counted included. */
  readonly used: number;
}

/**
 * Carries out a plan: asks in order, stops when the vote is over and cancels what is under way. Answers count in the
 * order of the plan, whichever comes first, so that the verdict does not depend on `parallel`.
 * @throws AbortedError when the signal fires; whatever `ask` throws, after cancelling the rest.
 */
export async function runPlan(
  plan: Plan,
  ask: AskModel,
  options: RunPlanOptions = {},
): Promise<Verdict> {
  const { signal, parallel = 1 } = options;
  if (!Number.isInteger(parallel) || parallel < 1) {
    throw InvalidArgumentError.of("parallel", "a whole number of 1 or more", parallel);
  }
  const cancel = new AbortController();
  const stop = () => cancel.abort();
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  const poll = new Poll(plan);
  const underWay: Promise<readonly (string | null)[]>[] = [];
  let used = 0;
  const start = ({ model, slots }: Ask) => {
    used += slots.length;
    const answers = ask(model, slots, cancel.signal);
    // A failure is thrown when its turn comes; until then, or after the vote, nobody listens.
    answers.catch(() => {});
    underWay.push(answers);
  };
  try {
    for (let next = poll.next; next !== undefined; next = poll.next) {
      if (cancel.signal.aborted) break;
      for (const ahead of poll.left.slice(underWay.length, parallel)) start(ahead);
      const answers = await untilAborted(underWay.shift()!, cancel.signal);
      poll.take(checked(answers, next));
    }
    if (signal?.aborted) throw new AbortedError("The plan");
    return { answer: poll.answer, votes: poll.votes, used };
  } finally {
    signal?.removeEventListener("abort", stop);
    cancel.abort();
  }
}

function checked(answers: readonly (string | null)[], { model, slots }: Ask) {
  if (!Array.isArray(answers) || answers.length !== slots.length) {
    const expected = `${slots.length} answers of "${model}"`;
    throw InvalidArgumentError.of("ask()", expected, answers, "Give null for an unusable one.");
  }
  return answers.map((answer) => (typeof answer === "string" ? canonical(answer) : null));
}

/** The promise, or an AbortedError as soon as the signal fires, for `ask` may not heed it. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new AbortedError("The plan"));
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

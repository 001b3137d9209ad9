import { InvalidArgumentError, UnknownModelError } from "../../errors.js";
import type { ModelLoad } from "../../types.js";
import type { Completion, Engine } from "../engine.js";
import type { Pool, PoolModel } from "../pool/pool.js";
import {
  type AnswerOptions,
  type Asked,
  optionsFor,
  type PoolAnswer,
  type PoolAnswers,
  promptFor,
  type Ranking,
} from "./answer.js";
import type { ChildLimits, ChildRoom } from "./child-engine.js";
import type { LineOptions } from "./line.js";
import { LoadView } from "./load.js";
import { Member, type ModelStatus } from "./member.js";
import { measureMemory } from "./memory.js";
import { openIsolated, type PoolEngine } from "./open-isolated.js";
import { PoolPace } from "./pace.js";
import { fallDown } from "./ranking.js";
import { Runner, seconds } from "./runner.js";
import { Spares } from "./spares.js";

export interface EnginePoolOptions extends ChildLimits {
  /** Bytes that the models in memory may take together: of video memory where they run on a GPU, else of main memory. */
  readonly memory: number;
  /** Models that stay in memory once they were loaded, by name. */
  readonly pinned?: readonly string[];
  /** Requests that each model answers at once; each needs memory for a whole context. Default 1. */
  readonly sequences?: number;
  /** Most threads of each model. Default: all processors. */
  readonly threads?: number;
  /** Most requests that may wait. Default 256. */
  readonly maxWaiting?: number;
  /** A model that failed is not asked for so long, and twice as long after each further failure in a row. Default 5. */
  readonly coolDownSeconds?: number;
  /** Bytes that a model needs. Default: llama.cpp's estimate for weights, contexts and working memory. */
  readonly bytes?: (model: PoolModel) => number;
  /** Default: a `ChildEngine` for a local model, for a remote one an engine in this process. */
  readonly open?: (model: PoolModel, room: ChildRoom) => Promise<PoolEngine>;
}

/** Runs the models of a pool within a budget of memory: loads them when they are asked, evicts those least worth it. */
export class EnginePool implements AsyncDisposable {
  readonly #members: ReadonlyMap<string, Member>;
  readonly #runner: Runner;
  readonly #views: LoadView[] = [];

  private constructor(
    members: readonly Member[],
    pace: PoolPace,
    spares: Spares,
    options: EnginePoolOptions,
  ) {
    const { memory, maxWaiting = 256, open = openIsolated } = options;
    const { sequences, threads, loadSeconds, answerSeconds } = options;
    const room: ChildRoom = {
      ...(sequences !== undefined && { sequences }),
      ...(threads !== undefined && { threads }),
      ...(loadSeconds !== undefined && { loadSeconds }),
      ...(answerSeconds !== undefined && { answerSeconds }),
    };
    const onChange = () => this.#refresh();
    this.#members = new Map(members.map((member) => [member.name, member]));
    this.#runner = new Runner(members, { memory, maxWaiting, pace, room, spares, open, onChange });
  }

  /**
   * Loads no model yet.
   * @throws InvalidArgumentError, UnknownModelError; EngineUnavailableError where memory has to be estimated and
   * llama.cpp does not run.
   */
  static async open(pool: Pool, options: EnginePoolOptions): Promise<EnginePool> {
    const { memory, pinned = [], sequences = 1, coolDownSeconds = 5, maxWaiting } = options;
    const { loadSeconds, answerSeconds, bytes } = options;
    checkPositive({ memory, coolDownSeconds, loadSeconds, answerSeconds });
    checkPositive({ sequences, maxWaiting }, Number.isInteger, "a whole number above 0");
    const names = pool.models.map(({ name }) => name);
    for (const name of pinned) if (!names.includes(name)) throw new UnknownModelError(name, names);
    const spares = new Spares();
    const sizes = bytes
      ? pool.models.map(bytes)
      : await measureMemory(pool.models, sequences, spares);
    const pace = new PoolPace(pool.models.length);
    const members = pool.models.map((model, i) => {
      const isPinned = pinned.includes(model.name);
      const own = { bytes: sizes[i]!, pinned: isPinned, sequences, coolDownSeconds };
      return new Member(model, own, pace);
    });
    const held = members.reduce((sum, member) => sum + (member.pinned ? member.bytes : 0), 0);
    if (held <= memory) return new EnginePool(members, pace, spares, options);
    await spares.close();
    const mend = "Pin fewer models, or allow more memory.";
    throw InvalidArgumentError.of("memory", `the ${held} bytes of pinned models`, memory, mend);
  }

  /**
   * The answer of the first model of the ranking that gives one. A model that fails to load, crashes, hangs or cannot
   * take the prompt is passed over.
   * @throws EngineError where no model answered, its cause an AggregateError of all failures; OverloadedError,
   * DeadlineError, AbortedError, UnknownModelError, InvalidArgumentError.
   */
  async answer(ranking: Ranking, asked: Asked, options: AnswerOptions): Promise<PoolAnswer> {
    const { onText } = options;
    const { completions, ...rest } = await this.#ask(ranking, options, async (engine, model) => [
      await engine.generate(promptFor(model, asked), {
        ...optionsFor(model, options),
        ...(onText && { onText }),
      }),
    ]);
    return { ...rest, completion: completions[0]! };
  }

  /** n independent answers of one model, as of `Engine.sample`. @throws as `answer`. */
  sample(
    ranking: Ranking,
    asked: Asked,
    n: number,
    options: Omit<AnswerOptions, "onText">,
  ): Promise<PoolAnswers> {
    return this.#ask(ranking, options, (engine, model) =>
      engine.sample(promptFor(model, asked), n, optionsFor(model, options)),
    );
  }

  /** Loads models before they are asked. @throws as `answer`; what made loading fail. */
  async preload(models: readonly string[], options: LineOptions = {}): Promise<void> {
    const members = models.map((name) => this.#member(name));
    const runner = this.#runner;
    await runner.admit(() =>
      Promise.all(members.map((member) => runner.turn(member, options, async () => []))),
    );
  }

  /** What routing needs to know of these models, in this order. The pool keeps it up to date: ask for it once. */
  load(models: readonly string[]): ModelLoad {
    const view = new LoadView(models.map((name) => this.#member(name)));
    this.#views.push(view);
    this.#refresh();
    return view.load;
  }

  /** All models, for people and monitoring. */
  status(): ModelStatus[] {
    const waiting = [...this.#runner.line].map(({ model }) => model);
    return [...this.#members.values()].map((member) =>
      member.status(waiting.filter((one) => one === member).length, seconds()),
    );
  }

  /** Takes no more requests, ends when those that were taken are answered, and disposes. */
  drain(): Promise<void> {
    return this.#runner.drain();
  }

  /** Ends requests that wait or are being answered with an EngineError, and all processes. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#runner.cut();
  }

  async #ask(
    ranking: Ranking,
    options: Omit<AnswerOptions, "onText">,
    ask: (engine: Engine, model: PoolModel) => Promise<readonly Completion[]>,
  ): Promise<PoolAnswers> {
    const members = ranking.map((one) => this.#member(typeof one === "string" ? one : one.model));
    if (members.length === 0) throw InvalidArgumentError.of("ranking", "models", ranking);
    const runner = this.#runner;
    return runner.admit(() =>
      fallDown(members, runner, options, (engine, member) => ask(engine, member.model)),
    );
  }

  #member(name: string): Member {
    const member = this.#members.get(name);
    if (member === undefined) throw new UnknownModelError(name, [...this.#members.keys()]);
    return member;
  }

  #refresh(): void {
    if (this.#views.length === 0) return;
    const waiting = [...this.#runner.line].map(({ model }) => model);
    for (const view of this.#views) view.refresh(waiting);
  }
}

function checkPositive(
  values: Record<string, number | undefined>,
  isUsable: (value: number) => boolean = Number.isFinite,
  expected = "a number above 0",
): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || (value > 0 && isUsable(value))) continue;
    throw InvalidArgumentError.of(name, expected, value);
  }
}

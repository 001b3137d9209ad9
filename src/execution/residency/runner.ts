import { EngineError, EngineExitError, PointsmanError } from "../../errors.js";
import type { Completion, Engine } from "../engine.js";
import type { PoolModel } from "../pool/pool.js";
import type { ChildRoom } from "./child-engine.js";
import { Line, type LineOptions } from "./line.js";
import type { Member } from "./member.js";
import type { PoolEngine } from "./open-isolated.js";
import type { PoolPace } from "./pace.js";
import { schedule } from "./schedule.js";
import type { Spares } from "./spares.js";

export interface RunnerOptions {
  readonly memory: number;
  readonly maxWaiting: number;
  /** Of the members together. */
  readonly pace: PoolPace;
  readonly room: ChildRoom;
  readonly spares: Spares;
  readonly open: (model: PoolModel, room: ChildRoom) => Promise<PoolEngine>;
  /** Something has begun, ended or moved. */
  readonly onChange: () => void;
}

/** Gives each request its turn with its model, and carries out what the schedule says. */
export class Runner {
  readonly line: Line<Member>;
  readonly #members: readonly Member[];
  readonly #options: RunnerOptions;
  readonly #work = new Set<Promise<void>>();
  readonly #cut = new AbortController();
  #closed: EngineError | undefined;

  constructor(members: readonly Member[], options: RunnerOptions) {
    this.#members = members;
    this.#options = options;
    this.line = new Line(options.maxWaiting);
  }

  /** Whether all work is being ended. */
  get isCut(): boolean {
    return this.#cut.signal.aborted;
  }

  /** Takes a request, which may ask for several turns. */
  async admit<T>(request: () => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw this.#closed;
    return this.#track(request());
  }

  /** Waits until the model is in memory and has a free place, then works with it. */
  async turn(
    member: Member,
    options: LineOptions,
    work: (engine: Engine) => Promise<readonly Completion[]>,
  ): Promise<readonly Completion[]> {
    if (this.isCut) throw this.#closed;
    this.#checkFit(member);
    this.#options.pace.count(true);
    for (const other of this.#members) other.count(other === member);
    const begins = this.line.enter(member, seconds(), options);
    this.#pump();
    await begins.finally(() => this.#pump());
    return this.#answer(member, work);
  }

  /** Takes no more requests, and ends when those that were taken are done. */
  async drain(): Promise<void> {
    this.#closed ??= disposed();
    await this.#settled();
    await this.cut();
  }

  /** Ends requests that wait or run with an EngineError, and all engines. */
  async cut(): Promise<void> {
    this.#closed ??= disposed();
    this.#cut.abort();
    void this.#track(this.#options.spares.close());
    this.line.fail(this.#closed);
    for (const member of this.#members) {
      if (member.state === "ready") void this.#track(this.#close(member));
    }
    await this.#settled();
  }

  /** Gives back the place in flight that the schedule took. */
  async #answer(
    member: Member,
    work: (engine: Engine) => Promise<readonly Completion[]>,
  ): Promise<readonly Completion[]> {
    const began = seconds();
    try {
      const completions = await work(member.engine!);
      if (completions.length > 0) member.answered(completions, seconds() - began);
      return completions;
    } catch (error) {
      if (this.isCut && error instanceof EngineError) throw this.#closed;
      if (error instanceof EngineExitError) this.#fail(member, error);
      throw error;
    } finally {
      member.inFlight--;
      this.#pump();
    }
  }

  #checkFit(member: Member): void {
    const others = this.#members.filter((other) => other.pinned && other !== member);
    const left = others.reduce((rest, { bytes }) => rest - bytes, this.#options.memory);
    if (member.bytes <= left) return;
    throw new EngineError(
      `Model "${member.name}" needs ${Math.ceil(member.bytes)} bytes but the pool has ${Math.floor(left)} for it. ` +
        "Allow more memory, or pin fewer models.",
    );
  }

  #pump(): void {
    const { begin, load, evict } = schedule(this.line, this.#members, this.#options.memory);
    for (const place of begin) {
      place.model.inFlight++;
      this.line.take(place);
    }
    for (const member of evict) void this.#track(this.#close(member));
    for (const member of load) void this.#track(this.#load(member));
    this.#options.onChange();
  }

  async #load(member: Member): Promise<void> {
    const { open, room, spares } = this.#options;
    member.state = "loading";
    const began = seconds();
    try {
      const engine = await open(member.model, {
        ...room,
        signal: this.#cut.signal,
        spares,
      });
      member.loaded(engine, engine.loadSeconds ?? seconds() - began);
      void engine.ended?.then(() => this.#lost(member, engine));
      if (this.isCut) await this.#close(member);
    } catch (error) {
      member.state = "absent";
      if (this.isCut) return;
      this.#fail(member, toPointsmanError(member, error));
    }
    this.#pump();
  }

  /** Those who wait for the model go on to the next one of their ranking. */
  #fail(member: Member, error: PointsmanError): void {
    member.failed(error, seconds());
    this.line.fail(error, member);
  }

  /** The process ended by itself, perhaps while nothing ran: the next request loads the model anew. */
  #lost(member: Member, engine: Engine): void {
    if (member.engine !== engine || member.state !== "ready") return;
    member.state = "absent";
    this.#pump();
  }

  async #close(member: Member): Promise<void> {
    member.state = "closing";
    try {
      await member.engine![Symbol.asyncDispose]();
    } finally {
      member.state = "absent";
      this.#pump();
    }
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const done = () => void this.#work.delete(settled);
    const settled: Promise<void> = work.then(done, done);
    this.#work.add(settled);
    return work;
  }

  async #settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }
}

/** On a clock that does not go back. */
export function seconds(): number {
  return performance.now() / 1000;
}

function disposed(): EngineError {
  return new EngineError("The engine pool was disposed. Open it again, or drain it first.");
}

function toPointsmanError(member: Member, error: unknown): PointsmanError {
  if (error instanceof PointsmanError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new EngineError(`Model "${member.name}" cannot be opened: ${reason}.`, { cause: error });
}
